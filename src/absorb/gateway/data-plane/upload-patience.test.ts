import { expect, test } from "bun:test";
import { UploadPatience } from "./upload-patience.ts";
import { Backend, dial, ok, until, world } from "./world.testing.ts";

const limits = { uploadGraceMs: 60_000, uploadBytesPerSecondMin: 500 };
const second = 1_000;

test("whoever stays above the slowest rate has all day; whoever sends a byte now and then has a minute", () => {
  const steady = new UploadPatience(limits);
  const dripping = new UploadPatience(limits);
  let [now, endsAt] = [second, Infinity];
  for (let i = 0; i < 600; i++) {
    expect(steady.until(now, 30 * second)).toBe(now + 30 * second);
    if (endsAt === Infinity && dripping.until(now, 30 * second) - now < 10 * second) endsAt = now;
    now += 10 * second;
    steady.took(5_001, now);
    dripping.took(1, now);
  }
  expect(endsAt).toBeLessThan(70 * second);
});

test("what the instance takes its time for is not the visitor's fault", () => {
  const patience = new UploadPatience(limits);
  patience.until(second, 30 * second);
  patience.rest();
  patience.took(1, 500 * second);
  expect(patience.until(500 * second, 30 * second)).toBe(530 * second);
});

test("a body that trickles is cut off although it never falls silent, and others are answered meanwhile", async () => {
  const backend = new Backend((wire) => {
    if (wire.text.includes("GET /page")) wire.send(ok("page"));
  });
  using gate = world([backend], {
    snapshot: { limits: { uploadGraceMs: 300, uploadBytesPerSecondMin: 1_000, lingerMs: 50 } },
  });
  const slow = await Promise.all(Array.from({ length: 50 }, () => gate.dial()));
  const head = "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 100000\r\n\r\n";
  for (const wire of slow) wire.send(head);
  const dripping = setInterval(() => {
    for (const wire of slow) if (!wire.closed && !wire.ended) wire.send("x");
  }, 50);
  const other = await dial(gate.port);
  other.send("GET /page HTTP/1.1\r\nHost: a\r\n\r\n");
  expect(await other.says("page")).toStartWith("HTTP/1.1 200");
  await until(() => slow.every((wire) => wire.text.includes("gateway.body-timeout")), "the cuts");
  clearInterval(dripping);
  await until(() => gate.plane.stats().services[0]?.inFlight === 0, "nothing in flight");
  backend.stop();
});
