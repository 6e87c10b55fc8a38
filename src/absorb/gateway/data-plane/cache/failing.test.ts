import { expect, test } from "bun:test";
import { until } from "../world.testing.ts";
import {
  asks,
  bodyOf,
  cacheWorld,
  changing,
  closing,
  page,
  short,
  statusOf,
} from "./cache.testing.ts";

const reasonOf = (answer: string): string | undefined => /Castor-Reason: (\S+)/.exec(answer)?.[1];
const swr = "Cache-Control: max-age=1, stale-while-revalidate=30, stale-if-error=60\r\n";

test("a failing origin is covered for: 500, hanging up, nobody there", async () => {
  using shop = changing(page("good", short));
  using w = cacheWorld(shop);
  await w.ask(closing("/"));
  let later = 0;
  for (const failure of [page("boom", "", "500 Internal Server Error"), "gone"]) {
    w.at((later += 10_000));
    shop.says(failure);
    const before = shop.asked.length;
    const all = await asks(w, 50);
    expect(all.filter((each) => bodyOf(each) === "good")).toHaveLength(50);
    expect(reasonOf(all[0] ?? "")).toBe("cache.stale-on-error");
    expect(shop.asked.length - before).toBeLessThanOrEqual(2);
  }
  shop.stop();
  w.at(later + 10_000);
  const all = await asks(w, 50);
  expect(all.filter((each) => bodyOf(each) === "good")).toHaveLength(50);
});

test("a failing origin is not covered for where the page forbids it, or for longer than allowed", async () => {
  using shop = changing(page("good", "Cache-Control: max-age=1, must-revalidate\r\n"));
  using w = cacheWorld(shop, { rule: { onErrorMs: 60_000 } });
  await w.ask(closing("/"));
  await w.ask(closing("/other", ""));
  w.at(5_000);
  shop.says(page("boom", "", "503 Service Unavailable"));
  expect(statusOf(await w.ask(closing("/")))).toBe(503);
  shop.says(page("good", short));
  await w.ask(closing("/short"));
  w.at(70_000);
  shop.says(page("boom", "", "503 Service Unavailable"));
  expect(statusOf(await w.ask(closing("/short")))).toBe(503);
});

test("a 5xx never takes the place of a good copy", async () => {
  using shop = changing(page("good", short));
  using w = cacheWorld(shop, { rule: { onErrorMs: 0 } });
  await w.ask(closing("/"));
  w.at(5_000);
  shop.says(page("boom", "Cache-Control: max-age=600\r\n", "503 Service Unavailable"));
  expect(statusOf(await w.ask(closing("/")))).toBe(503);
  shop.says('HTTP/1.1 304 Not Modified\r\nETag: "v1"\r\n\r\n');
  expect(bodyOf(await w.ask(closing("/")))).toBe("good");
});

test("stale-while-revalidate: nobody waits, one request goes out", async () => {
  using shop = changing(page("old", swr));
  using w = cacheWorld(shop);
  await w.ask(closing("/"));
  w.at(5_000);
  shop.says(page("new", swr));
  const all = await asks(w, 50);
  const old = all.filter((each) => bodyOf(each) === "old");
  expect(old.length).toBeGreaterThan(0);
  expect(reasonOf(old[0] ?? "")).toBe("cache.stale-while-revalidate");
  await until(() => w.cache.airborne.size === 0, "the refresh");
  expect(bodyOf(await w.ask(closing("/")))).toBe("new");
  expect(shop.asked).toHaveLength(2);
});

test("stale by the operator's word says so, with the reason, and only while it lasts", async () => {
  using shop = changing(page("old", short));
  using w = cacheWorld(shop);
  await w.ask(closing("/"));
  shop.says(page("new", short));
  const startedAt = w.cache.now();
  const reason = 'the "database" rests';
  w.cache.apply({
    ...w.cache.picture,
    stale: [{ id: "1", startedAt, endsAt: startedAt + 60_000, reason }],
  });
  w.at(30_000);
  const answer = await w.ask(closing("/"));
  expect(bodyOf(answer)).toBe("old");
  expect(reasonOf(answer)).toBe("cache.stale-by-operator");
  expect(answer).toContain(
    'Cache-Status: Castor; hit; ttl=-29; detail="the \\"database\\" rests"\r\n',
  );
  await until(() => w.cache.airborne.size === 0, "the refresh");
  w.at(120_000);
  shop.says(page("newest", short));
  expect(bodyOf(await w.ask(closing("/")))).toBe("newest");
});
