import { expect, test } from "bun:test";
import { isAsset, isDecoy, knownDecoys } from "./decoys.ts";
import { Scanners, watchedMax } from "./scanners.ts";
import { ScannerSettings } from "./settings.ts";

const settings = ScannerSettings.parse({ mode: "on", decoys: [...knownDecoys] });
const address = "198.51.100.7";
function watching() {
  let ids = 0;
  return new Scanners(settings, () => `caller ${++ids}`);
}
const misses = (scanners: Scanners, count: number, gapMs: number, from = 0) =>
  Array.from({ length: count }, (_, i) =>
    scanners.answered(address, { path: `/try-${i}`, status: 404, now: from + i * gapMs }),
  ).findLast((mark) => mark !== undefined);

test("ten different things that are not there within ten seconds mark an address, nine do not", () => {
  expect(misses(watching(), 9, 100)).toBeUndefined();
  const scanners = watching();
  expect(misses(scanners, 10, 100)).toMatchObject({ why: "probing", at: 900, until: 300_900 });
  expect(scanners.markOf(address, 300_899)?.paths).toContain("/try-0");
});

test("the same thing asked again and again is one thing, and slow mistakes are forgotten", () => {
  const scanners = watching();
  for (let now = 0; now < 100; now++)
    expect(scanners.answered(address, { path: "/same", status: 404, now })).toBeUndefined();
  expect(misses(watching(), 100, 1_200)).toBeUndefined();
});

test("a page without its pictures marks none of its readers; neither do answers that are no miss", () => {
  const scanners = watching();
  for (let i = 0; i < 50; i++) {
    expect(scanners.answered(address, { path: `/${i}.png`, status: 404, now: 0 })).toBeUndefined();
    for (const status of [401, 405, 429])
      expect(scanners.answered(address, { path: `/${i}`, status, now: 0 })).toBeUndefined();
  }
  expect(isAsset("/app.js")).toBe(true);
  expect(isAsset("/.env")).toBe(false);
});

test("one hit on a decoy that is not there is enough; where it is there, it is a page like any other", () => {
  const hit = { path: "/blog/WP-Login.php", now: 0 };
  expect(watching().answered(address, { ...hit, status: 200 })).toBeUndefined();
  expect(watching().answered(address, { ...hit, status: 403 })).toBeUndefined();
  expect(watching().answered(address, { ...hit, status: 404 })).toMatchObject({ why: "decoy" });
  for (const path of ["/.env", "/.git/config", "/.git/HEAD", "/phpMyAdmin/", "/xmlrpc.php"])
    expect(isDecoy(path, knownDecoys)).toBe(true);
  for (const path of ["/", "/login", "/environment", "/my.env.html"])
    expect(isDecoy(path, knownDecoys)).toBe(false);
});

test("a mark ends by itself, and whoever goes on is marked again", () => {
  const scanners = watching();
  const mark = misses(scanners, 10, 0);
  expect(scanners.markOf(address, settings.outMs - 1)).toBe(mark);
  expect(scanners.marked(settings.outMs)).toEqual([]);
  expect(scanners.markOf(address, settings.outMs)).toBeUndefined();
  expect(misses(scanners, 10, 0, settings.outMs)).toMatchObject({ caller: "caller 2" });
});

test("a mark that is taken away takes what led to it along", () => {
  const scanners = watching();
  const mark = misses(scanners, 10, 0);
  expect(scanners.unmark(address)).toBe(mark);
  expect(scanners.unmark(address)).toBeUndefined();
  expect(misses(scanners, 9, 0)).toBeUndefined();
});

test("another worker's mark counts until it ends", () => {
  const [there, here] = [watching(), watching()];
  const mark = misses(there, 10, 0);
  if (mark) here.hear(mark, 1_000);
  expect(here.markOf(address, 1_000)).toBe(mark);
  const late = watching();
  if (mark) late.hear(mark, settings.outMs);
  expect(late.hasMarks).toBe(false);
});

test("memory is bounded, whoever comes", () => {
  const scanners = watching();
  for (let i = 0; i < watchedMax + 100; i++) {
    scanners.answered(`watched ${i}`, { path: "/a", status: 404, now: 0 });
    scanners.answered(`marked ${i}`, { path: "/.env", status: 404, now: 0 });
  }
  expect(scanners.watched).toBe(watchedMax);
  expect(scanners.marked(0)).toHaveLength(watchedMax);
});
