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

test("of many looks at the node's clock the quickest one tells", () => {
  const clock = new NodeClock();
  expect(clock.isKnown).toBe(false);
  clock.hear({ sentAt: 0, heardAt: 400, nodeAt: 5_390 }); // 390 there, 10 back.
  clock.hear({ sentAt: 1_000, heardAt: 1_020, nodeAt: 6_010 });
  clock.hear({ sentAt: 2_000, heardAt: 2_300, nodeAt: 7_290 });
  clock.hear({ sentAt: 3_000, heardAt: 2_900, nodeAt: 1 }); // A clock that went back tells nothing.
  expect(clock.here(10_000)).toBe(5_000);
});
