import { expect, test } from "bun:test";
import { anEvent, inbox } from "../inbox.testing.ts";
import { issue } from "../contract.ts";
import { fits } from "./owner.ts";

test.each([
  ["billing/**", "/srv/shop/billing/price.js", true],
  ["billing/", "/srv/shop/billing/eu/vat.js", true],
  ["billing", "https://shop.example/src/billing/price.ts?v=1", true],
  ["*.sql", "/srv/shop/db/price.sql", true],
  ["/src/cart/*.ts", "webpack:///./src/cart/total.ts", true],
  ["/cart", "/srv/shop/cart/total.ts", false],
  ["/src/cart/*.ts", "webpack:///./src/cart/deep/total.ts", false],
  ["billing/**", "/srv/shop/rebilling/price.js", false],
  ["price.js", "C:\\shop\\price.js", true],
])("%s is about %s: %p", (pattern, file, expected) => {
  expect(fits(pattern, file)).toBe(expected);
});

const thrownIn = (...files: string[]) =>
  anEvent({
    exception: {
      values: [
        {
          type: "Error",
          value: files.join(" "),
          stacktrace: {
            frames: files.map((filename) => ({ filename, function: "f", lineno: 1, in_app: true })),
          },
        },
      ],
    },
  });

test("a new error belongs to whom the paths say; a person is kept by id, not by address", async () => {
  const owners = [
    { path: "*.js", owner: "everybody" },
    { path: "billing/**", owner: "ana@shop.example" },
    { path: "cart/**", owner: "team-cart" },
    { path: "gone/**", owner: "left@shop.example" },
    { path: "blog/**", owner: "bloggers", services: ["blog"] },
  ];
  await using world = await inbox({ config: { owners } });
  const ana = await world.auth.enter(world.auth.firstRunLink()?.link ?? "", {
    ...{ name: "Ana", email: "Ana@shop.example" },
  });
  const cases: [string[], string | undefined][] = [
    [["/srv/main.js", "/srv/billing/price.js"], ana],
    [["/srv/billing/price.js", "/srv/cart/total.js"], "team-cart"],
    [["/srv/blog/post.js"], "everybody"],
    [["/srv/gone/a.py"], undefined],
    [["/srv/other.py"], undefined],
  ];
  for (const [files] of cases) await world.store(thrownIn(...files));
  await world.settle();
  for (const [at, [, expected]] of cases.entries()) {
    const asked = issue.input.parse({ issue: `shop-${at + 1}` });
    expect((await world.castor.ask(issue, asked)).issue.assignee).toBe(expected as string);
  }
  expect(JSON.stringify(world.castor.facts())).not.toContain("left@shop.example");
});
