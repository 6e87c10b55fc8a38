import { afterEach, expect, test } from "bun:test";
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { GatewaySnapshotInput } from "../snapshot.ts";
import {
  answering,
  Backend,
  dial,
  get,
  ok,
  until,
  type Wire,
  type World,
  world,
} from "../world.testing.ts";
import { Files } from "./files.ts";
import { combinedLine, type Entry, jsonLine } from "./line.ts";
import { Masking, truncated } from "./masking.ts";

const cleanUps: (() => void)[] = [];
afterEach(() => {
  for (const cleanUp of cleanUps.splice(0).toReversed()) cleanUp();
});
function folder(): string {
  const path = mkdtempSync(join(tmpdir(), "castor-access-"));
  cleanUps.push(() => rmSync(path, { recursive: true, force: true }));
  return path;
}

type Logged = World & { read(): Promise<Record<string, unknown>[]>; path: string };
function logging(
  accessLog: GatewaySnapshotInput["accessLog"],
  onData: ConstructorParameters<typeof Backend>[0] = answering(ok("here")),
  snapshot: Partial<GatewaySnapshotInput> = {},
): Logged {
  const behind = new Backend(onData);
  const path = join(folder(), "logs", "access.log");
  const made = world([behind], { snapshot: { accessLog, ...snapshot }, accessLogPath: path });
  cleanUps.push(
    () => behind.stop(),
    () => made[Symbol.dispose](),
  );
  const read = async (): Promise<Record<string, unknown>[]> => {
    await made.plane.accessLog?.flush();
    return linesOf(path).map((line) => JSON.parse(line) as Record<string, unknown>);
  };
  return Object.assign(made, { read, path });
}
const linesOf = (path: string): string[] =>
  existsSync(path) ? readFileSync(path, "utf8").trimEnd().split("\n").filter(Boolean) : [];
const last = "Connection: close\r\n";

test("a request leaves one line: what was asked, who answered, what came of it, and where the time went", async () => {
  const at = logging({});
  const more = `${last}User-Agent: test "1"\r\nReferer: http://a.example/?token=abc\r\n`;
  const answer = await at.ask(get("/page?q=1&token=abc", more));
  const [line] = await at.read();
  expect(line).toMatchObject({
    ...{ method: "GET", host: "shop.example", target: "/page?q=1&token=***" },
    ...{ protocol: "HTTP/1.1", isSecure: false, status: 200, bytesIn: 0 },
    ...{ route: "all", service: "shop", instance: "shop-1", address: "127.0.0.0" },
    ...{ cache: null, reason: null, isWhole: true },
    ...{ agent: 'test "1"', referer: "http://a.example/?token=***" },
  });
  expect(line?.["bytesOut"]).toBe(answer.length);
  expect(answer).toContain(`X-Request-Id: ${String(line?.["id"])}`);
  const { queueMs, connectMs, firstByteMs, totalMs } = line as Record<string, number>;
  expect(queueMs).toBeGreaterThanOrEqual(0);
  expect(connectMs).toBeGreaterThanOrEqual(0);
  expect(totalMs).toBeGreaterThanOrEqual(firstByteMs ?? Infinity);
  expect(statSync(at.path).mode & 0o077).toBe(0);
});

test("refusals carry their reason, also of what is no request, and an answer that breaks off says so", async () => {
  const limits = { lingerMs: 50 };
  const breaking = (wire: Wire): void => {
    if (wire.text.includes("/broken")) {
      wire.send("HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\nhalf");
      setTimeout(() => wire.hangUp(), 20);
    } else wire.send("HTTP/1.1 200 OK\r\nContent-Length: 5, 5\r\n\r\n");
  };
  const at = logging({}, breaking, { limits });
  await at.ask("GET / HTTP/9.9\r\n\r\n");
  await at.ask(get("/bad", last));
  await at.ask(get("/broken", last));
  await until(() => at.plane.clients.size === 0, "everybody's end");
  expect((await at.read()).map(({ status, reason, isWhole }) => [status, reason, isWhole])).toEqual(
    [
      [505, "gateway.bad-request.version", true],
      [502, "gateway.bad-response.content-length", true],
      [200, null, false],
    ],
  );
});

test("requests on one connection leave a line each, and a tunnel when it ends", async () => {
  const upgrade = "Connection: upgrade\r\nUpgrade: x\r\n";
  const at = logging({}, (wire) => {
    if (wire.text.includes("Upgrade")) wire.send("HTTP/1.1 101 Go\r\nUpgrade: x\r\n\r\nhello");
    else wire.send(ok("here"));
  });
  const wire = await dial(at.port);
  await wire.send(get("/1")).says("here");
  wire.send(get("/2", upgrade));
  await wire.says("hello");
  expect((await at.read()).map(({ target }) => target)).toEqual(["/1"]);
  wire.hangUp();
  await until(() => at.plane.clients.size === 0, "the end");
  expect((await at.read()).map(({ target, status }) => [target, status])).toEqual([
    ["/1", 200],
    ["/2", 101],
  ]);
});

test("a sample has its share of the lines, and without a log nothing is written", async () => {
  const at = logging({ share: 0.2 });
  const wire = await dial(at.port);
  for (let i = 1; i <= 200; i++) {
    wire.send(get("/"));
    await until(() => wire.text.split("here").length === i + 1);
  }
  const { length } = await at.read();
  expect(length).toBeGreaterThan(10);
  expect(length).toBeLessThan(100);
  const off = logging(undefined);
  await off.ask(get("/", last));
  expect(existsSync(off.path)).toBe(false);
});

test("a refusal that is not sampled leaves no line of what could not be read", async () => {
  const at = logging({ share: 0.5 }, answering(ok("here")), { routes: [] });
  const wire = await dial(at.port);
  for (let i = 1; i <= 50; i++) {
    wire.send(get("/"));
    await until(() => wire.text.split("gateway.no-route\r\n").length === i + 1);
  }
  const lines = await at.read();
  expect(lines.length).toBeLessThan(50);
  expect(
    lines.every(({ method, reason }) => method === "GET" && reason === "gateway.no-route"),
  ).toBe(true);
});

test("a change of configuration loses no line: the same settings go on, others begin where the last ended", async () => {
  const at = logging({});
  const log = at.plane.accessLog;
  await at.ask(get("/1", last));
  at.plane.apply({ ...at.snapshot, limits: { keepAliveMs: 1_000 } });
  expect(at.plane.accessLog).toBe(log);
  await at.ask(get("/2", last));
  at.plane.apply({ ...at.snapshot, accessLog: { addresses: "none" } });
  const port = at.plane.ports()[0] ?? 0;
  await (await dial(port)).send(get("/3", last)).over();
  await log?.close();
  const seen = (await at.read()).map(({ target, address }) => [target, address]);
  expect(seen.toSorted()).toEqual([
    ["/1", "127.0.0.0"],
    ["/2", "127.0.0.0"],
    ["/3", null],
  ]);
  at.plane.apply({ ...at.snapshot, accessLog: undefined });
  expect(at.plane.accessLog).toBeUndefined();
});

test("files keep to their budget: the oldest lines go first, and no line is cut", async () => {
  const path = join(folder(), "a.log");
  const bytesMax = 40_000;
  const files = new Files({ path, bytesMax, tell: () => {}, sayDropped: String });
  for (let i = 0; i < 2_000; i++) {
    files.add(`line ${String(i).padStart(94, "0")}\n`);
    if (i % 20 === 0) await files.flush();
  }
  await files.close();
  const kept = [".3", ".2", ".1", ""].flatMap((age) => linesOf(path + age));
  const bytes = kept.length * 100;
  expect(bytes).toBeLessThanOrEqual(bytesMax);
  expect(bytes).toBeGreaterThan(bytesMax / 2);
  expect(kept.map((line) => Number(line.slice(5)))).toEqual(
    kept.map((_, i) => 2_000 - kept.length + i),
  );
});

test("what the disk does not take in time is dropped, counted and told; what it never takes is counted as failed", async () => {
  const path = join(folder(), "a.log");
  const told = { written: 0, dropped: 0, failed: 0 };
  const tell = (outcome: keyof typeof told, lines: number): void => void (told[outcome] += lines);
  const sayDropped = (lines: number): string => `${lines} dropped\n`;
  const files = new Files({ path, bytesMax: 1e9, tell, sayDropped });
  for (let i = 0; i < 6_000; i++) files.add(`${"x".repeat(999)}\n`);
  expect(told.dropped).toBeGreaterThan(1_000);
  files.add("after\n");
  await files.close();
  expect(linesOf(path).filter((line) => line.endsWith(" dropped"))).toHaveLength(1);
  expect(told.written + told.dropped).toBe(6_001);
  const blocked = new Files({ path: join(path, "no", "folder"), bytesMax: 1e9, tell, sayDropped });
  blocked.add("lost\n");
  await blocked.close();
  expect(told.failed).toBe(1);
});

test("secrets in queries are not written, however they are spelled", () => {
  const mask = new Masking(["Coupon"]);
  expect(mask.of("/a?x=1&access_token=1&API-Key=2&PassWord=3&sig=4&coupon=5&monkey=6")).toBe(
    "/a?x=1&access_token=***&API-Key=***&PassWord=***&sig=***&coupon=***&monkey=6",
  );
  expect(mask.of("/a?to%6ben=1&a%ZZ=2&=3&token")).toBe("/a?to%6ben=***&a%ZZ=2&=3&token");
  expect(mask.of("https://me:pass@a.example/x?jwt=a=b")).toBe("https://a.example/x?jwt=***");
  expect(mask.of("/plain")).toBe("/plain");
});

test("a truncated address is a neighbourhood", () => {
  expect(truncated("192.0.2.77")).toBe("192.0.2.0");
  expect(truncated("2001:db8:1:2:3:4:5:6")).toBe("2001:db8:1::");
  expect(truncated("2001:db8::1")).toBe("2001:db8:0::");
  expect(truncated("::1")).toBe("0:0:0::");
});

const entry: Entry = {
  ...{ time: Date.UTC(2026, 0, 9, 8, 7, 6, 5), id: "i", address: "192.0.2.0", method: "GET" },
  ...{ host: "a", target: '/"\\', protocol: "HTTP/1.1", isSecure: true, status: 200, bytesIn: 0 },
  ...{ bytesOut: 12, route: "r", service: "s", instance: null, cache: "hit", reason: null },
  ...{ queueMs: null, connectMs: null, firstByteMs: 1.23456, totalMs: 2, isWhole: true },
  ...{ referer: null, agent: 'x" 1\n\u007f\u00e9' },
};

test("combined lines are what other tools read, and nobody can end a field or a line in them", () => {
  expect(combinedLine(entry)).toBe(
    '192.0.2.0 - - [09/Jan/2026:08:07:06 +0000] "GET /\\"\\\\ HTTP/1.1" 200 12 "-" "x\\" 1\\x0a\\x7f\\xe9"\n',
  );
  expect(Object.keys(JSON.parse(jsonLine(entry)) as object).toSorted()).toEqual(
    Object.keys(entry).toSorted(),
  );
  expect(JSON.parse(jsonLine(entry))).toMatchObject({
    ...{ time: "2026-01-09T08:07:06.005Z", cache: "hit", firstByteMs: 1.23, agent: entry.agent },
  });
});
