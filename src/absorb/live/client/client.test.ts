import { gzipSync } from "bun";
import { expect, test } from "bun:test";
import { livePages } from "../pages/pages.ts";
import { waitMs } from "./backoff.ts";
import { NodeClock } from "./clock.ts";

const clientBytesMax = 4_000;

test("the client is a few kilobytes, and its pages load nothing from elsewhere", async () => {
  const pages = livePages();
  const client = await pages("/client.js");
  expect(gzipSync(client?.body ?? new Uint8Array()).length).toBeLessThan(clientBytesMax);
  const page = await pages("/");
  expect(new TextDecoder().decode(page?.body)).not.toMatch(/https?:/);
  expect(page?.headers["content-security-policy"]).toContain("default-src 'none'");
  for (const path of ["/../main.ts", "/__proto__", "/constructor", "/player.ts"])
    expect(await pages(path)).toBeUndefined();
});

test("a crowd that was cut off together comes back spread out, and nobody waits for long", () => {
  const waits = Array.from({ length: 100 }, (_, n) => waitMs(5, () => n / 100));
  expect(new Set(waits).size).toBe(100);
  for (let tries = 0; tries < 50; tries++) expect(waitMs(tries, () => 0.999)).toBeLessThan(6_000);
});

test("what many looks at the node's clock allow together is nearer than any one of them", () => {
  const clock = new NodeClock();
  expect(clock.isKnown).toBe(false);
  // The node is 5,000 ahead; each way is slow in another direction.
  clock.hear({ sentAt: 0, heardAt: 400, nodeAt: 5_390 });
  clock.hear({ sentAt: 1_000, heardAt: 1_400, nodeAt: 6_010 });
  clock.hear({ sentAt: 3_000, heardAt: 2_900, nodeAt: 1 }); // A clock that went back tells nothing.
  expect(Math.abs(clock.here(10_000) - 5_000)).toBeLessThan(1);
});

test("a clock that drifts is followed, and one that was set is believed anew", () => {
  const clock = new NodeClock();
  const look = (at: number, ahead: number, wayMs: number): void =>
    clock.hear({ sentAt: at, heardAt: at + 2 * wayMs, nodeAt: at + ahead + wayMs });
  look(0, 5_000, 1);
  // An hour later the node is 90 ms further ahead, and the net is slower: the best look of before must not win.
  for (let n = 0; n < 20; n++) look(3_600_000 + n * 15_000, 5_090, 20);
  expect(Math.abs(clock.here(5_000_000) - (5_000_000 - 5_090))).toBeLessThan(20);
  look(4_000_000, 65_000, 20);
  expect(clock.here(5_000_000)).toBeCloseTo(5_000_000 - 65_000, 0);
});
