import { expect, test } from "bun:test";
import { anEvent, inbox } from "../inbox.testing.ts";
import { issue, issues, report } from "../contract.ts";
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

test("an error whose stack was seen before belongs to whom it says too", async () => {
  await using world = await inbox({
    config: { owners: [{ path: "cart/**", owner: "team-cart" }] },
  });
  // The same stack of another type is another error; what is the same is kept once from the third time on.
  const types = ["AError", "BError", "CError", "DError", "EError"];
  for (const type of types) {
    const event = thrownIn(
      "/srv/cart/total.js",
      ...Array.from({ length: 30 }, (_, n) => `/srv/cart/step${n}.js`),
    );
    const [thrown] = (event["exception"] as { values: { type: string }[] }).values;
    if (thrown) thrown.type = type;
    await world.store(event);
  }
  await world.settle();
  const owned = await world.castor.ask(issues, issues.input.parse({ assignee: "team-cart" }));
  expect(owned.total).toBe(types.length);
  // A rule decided, so the week's report tells of no decision.
  expect((await world.castor.ask(report, { days: 7 })).decided).toEqual([]);
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
