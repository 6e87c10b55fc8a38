import { expect, test } from "bun:test";
import { until } from "../world.testing.ts";
import {
  bodyOf,
  cacheWorld,
  changing,
  closing,
  page,
  picture,
  rule,
  short,
} from "./cache.testing.ts";
import { reuseOf } from "./reuse.ts";
import { termsOf } from "./terms.ts";

const minute = 60_000;
const mode = () => ({
  id: "surge",
  startedAt: Date.now() - 1_000,
  endsAt: Date.now() + minute,
  reason: "the shop is full",
  freshMs: 30_000,
});
const says = (answer: string) => [
  bodyOf(answer),
  /Castor-Reason: (\S+)/.exec(answer)?.[1],
  /detail="(.*)"/.exec(answer)?.[1],
];

test("pages are kept longer while the operator says so, but not those that must be asked for", () => {
  const harder = { onErrorMs: 0, operatorMs: 0, visitorMs: 0, freshMs: 30_000 };
  const arrival = { requestedAt: minute, receivedAt: minute };
  const reuse = (control: string, seconds: number) => {
    const response = { status: 200, fields: [["Cache-Control", control]] as [string, string][] };
    return reuseOf(termsOf(response, arrival, rule), minute + seconds * 1_000, harder);
  };
  expect(reuse("max-age=2", 29)).toBe("kept-longer");
  expect(reuse("max-age=2", 31)).toBe("stale-while-revalidate");
  expect(reuse("max-age=2", 33)).toBe("validate");
  expect(reuse("max-age=60", 59)).toBe("fresh");
  for (const never of ["max-age=0", "max-age=2, must-revalidate", "s-maxage=2", "no-cache"])
    expect(reuse(never, 5)).toBe("validate");
});

test("while the cache works harder, a short-lived page is kept longer, with the reason, and then asked for behind visitors' backs", async () => {
  using shop = changing(page("old", short));
  using w = cacheWorld(shop, { picture: { harder: [mode()] } });
  await w.ask(closing("/"));
  w.at(20_000);
  shop.says(page("new", short));
  for (let visit = 0; visit < 3; visit++)
    expect(says(await w.ask(closing("/")))).toEqual([
      "old",
      "cache.kept-longer",
      "the shop is full",
    ]);
  expect(shop.asked).toHaveLength(1);
  w.at(30_500);
  expect(bodyOf(await w.ask(closing("/")))).toBe("old");
  await until(() => w.cache.airborne.size === 0, "the refresh");
  expect(bodyOf(await w.ask(closing("/")))).toBe("new");
  expect(shop.asked).toHaveLength(2);
});

test("pages that say nothing are shared meanwhile, but not with who has a cookie", async () => {
  using shop = changing(page("plain", ""));
  using w = cacheWorld(shop, { picture: { harder: [mode()] } });
  for (let visit = 0; visit < 3; visit++) await w.ask(closing("/"));
  expect(shop.asked).toHaveLength(1);
  for (let visit = 0; visit < 2; visit++) await w.ask(closing("/mine", "Cookie: a=b\r\n"));
  expect(shop.asked).toHaveLength(3);
});

test("a mode ends by its own time in a worker that hears nothing more, and speaks of its own service only", async () => {
  using shop = changing(page("x", short));
  using w = cacheWorld(shop, { picture: { harder: [mode()] } });
  await w.ask(closing("/"));
  w.at(2 * minute);
  await w.ask(closing("/"));
  expect(shop.asked).toHaveLength(2);
  const later = { ...mode(), endsAt: Date.now() + 10 * minute };
  const elsewhere = { ...later, service: "another" };
  w.cache.apply({ ...picture, harder: [elsewhere], stale: [elsewhere] });
  w.at(2 * minute + 10_000);
  await w.ask(closing("/"));
  expect(shop.asked).toHaveLength(3);
  w.cache.apply({ ...picture, stale: [{ ...later, service: "shop" }] });
  w.at(2 * minute + 20_000);
  expect(says(await w.ask(closing("/")))[1]).toBe("cache.stale-by-operator");
});
