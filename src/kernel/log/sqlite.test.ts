import { Database } from "bun:sqlite";
import { expect, test } from "bun:test";
import { copyFileSync, mkdtempSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { virtualClock } from "../clock/virtual.ts";
import { logConformance } from "./conformance.ts";
import { fact, type LogWorld } from "./conformance-bench.ts";
import { type Log, type Recorded, Unavailable } from "./log.ts";
import { openMemoryLog } from "./memory.ts";
import { openSqliteLog } from "./sqlite.ts";

const newFolder = (): string => mkdtempSync(join(tmpdir(), "castor-log-"));

logConformance("sqlite", (): LogWorld => {
  const folder = newFolder();
  const path = join(folder, "log.db");
  const change = (...statements: [sql: string, bind: (string | number)[]][]): void => {
    const db = new Database(path);
    for (const [sql, bind] of statements) db.query(sql).run(...bind);
    db.close();
  };
  const move = "UPDATE events SET position = ? WHERE position = ?";
  return {
    open: (of) => openSqliteLog({ ...of, path }),
    clean: () => rmSync(folder, { recursive: true }),
    tamper: {
      changeData: (position, data) =>
        change(["UPDATE events SET data = ? WHERE position = ?", [data, position]]),
      remove: (position) => change(["DELETE FROM events WHERE position = ?", [position]]),
      swap: (one, other) => change([move, [-1, one]], [move, [one, other]], [move, [other, -1]]),
    },
  };
});

const envelope = (id: string, data: unknown = {}) => ({
  id,
  by: { kind: "system", id: "test" } as const,
  events: [fact("boat/1", "boats.sailed", data)],
});

test("a second writer is refused with the reason, and may write once the first is gone", async () => {
  const folder = newFolder();
  const path = join(folder, "log.db");
  const open = () => openSqliteLog({ path, clock: virtualClock() });
  const log = open();
  expect(open).toThrow("is open for writing in another process");
  const script = `import { openSqliteLog } from ${JSON.stringify(join(import.meta.dir, "sqlite.ts"))};
    import { virtualClock } from ${JSON.stringify(join(import.meta.dir, "../clock/virtual.ts"))};
    try { openSqliteLog({ path: ${JSON.stringify(path)}, clock: virtualClock() }); console.log("opened"); }
    catch (why) { console.log(why.message); }`;
  const other = Bun.spawn([process.execPath, "-e", script], { stdout: "pipe", stderr: "inherit" });
  expect(await new Response(other.stdout).text()).toContain("a log has one writer");
  await log.append(envelope("a"));
  await log.close();
  const next = open();
  expect(next.head()).toBe(1);
  await next.close();
  rmSync(folder, { recursive: true });
});

test("a full disk is said, nothing is half written, and the log goes on when there is room", async () => {
  const folder = newFolder();
  const path = join(folder, "log.db");
  const clock = virtualClock();
  const small = openSqliteLog({ path, clock, bytesMax: 200_000 });
  const text = "x".repeat(20_000);
  let acknowledged = 0;
  let why: unknown;
  for (let n = 0; why === undefined && n < 50; n++)
    await small.append(envelope(`big-${n}`, { text })).then(
      () => acknowledged++,
      (refused: unknown) => (why = refused),
    );
  expect(why).toBeInstanceOf(Unavailable);
  expect(acknowledged).toBeGreaterThan(2);
  expect(small.head()).toBe(acknowledged);
  expect(await small.append(envelope("small"))).toMatchObject({ position: acknowledged + 1 });
  await small.close();
  const roomy = openSqliteLog({ path, clock });
  expect(await roomy.append(envelope("later", { text }))).toMatchObject({
    position: acknowledged + 2,
    versions: { "boat/1": acknowledged + 2 },
  });
  expect(await roomy.verify()).toMatchObject({ checked: acknowledged + 2 });
  await roomy.close();
  rmSync(folder, { recursive: true });
});

test("streams and types read the same while their index runs behind and after it caught up", async () => {
  const folder = newFolder();
  const path = join(folder, "log.db");
  const clock = virtualClock();
  const log = openSqliteLog({ path, clock });
  const by = { kind: "system", id: "test" } as const;
  const memory = openMemoryLog({ clock });
  let count = 0;
  /** In both logs: every other event in one long stream, the rest over many short ones, every seventh of a rarer type. */
  const write = async (events: number): Promise<void> => {
    const envelopes = Array.from({ length: events }, () => {
      const n = count++;
      const stream = n % 2 === 0 ? "boat/long" : `boat/${n % 90}`;
      return { id: `e${n}`, by, events: [fact(stream, n % 7 === 0 ? "sank" : "sailed")] };
    });
    await Promise.all(envelopes.flatMap((each) => [log.append(each), memory.append(each)]));
  };
  const places = (of: Log, ask: (of: Log) => Recorded[]): string[] =>
    ask(of).map(({ position, stream, version }) => `${position} ${stream} ${version}`);
  const check = (): void => {
    const same = (ask: (of: Log) => Recorded[]): void => {
      const expected = places(memory, ask);
      expect(expected.length).toBeGreaterThan(0);
      expect(places(log, ask)).toEqual(expected);
    };
    for (const stream of ["boat/long", "boat/1", "boat/89"]) {
      same((of) => of.read(stream));
      for (const from of [1, 2, 7, 11])
        for (const limit of [1, 3, 200])
          for (const backwards of [false, true])
            same((of) => of.read(stream, { from, limit, backwards }));
    }
    for (const from of [127, 128, 129, 256, 257, 400])
      for (const backwards of [false, true])
        same((of) => of.read("boat/long", { from, limit: 130, backwards }));
    for (const types of [["sank"], ["sank", "sailed"]])
      for (const backwards of [false, true])
        for (const within of [{ after: 0 }, { after: 895 }, { after: 17, before: 1_999 }])
          for (const limit of [1, 150, 5_000])
            same((of) => of.page({ ...within, types, limit, backwards }));
    same((of) => of.page({ after: 0, streamPrefix: "boat/8" }));
    same((of) => of.page({ after: 100, streamPrefix: "boat/", limit: 50, backwards: true }));
  };
  await write(1_000);
  check();
  await clock.advance(10_000);
  check();
  await write(1_003);
  check();
  await clock.advance(10_000);
  check();
  await write(9_000);
  check();
  await log.close();
  await memory.close();
  rmSync(folder, { recursive: true });
});

test("the files of a log are for their owner only", async () => {
  const folder = newFolder();
  const path = join(folder, "log.db");
  const log = openSqliteLog({ path, clock: virtualClock() });
  await log.append(envelope("a"));
  for (const file of [path, `${path}-wal`])
    expect(((await Bun.file(file).stat()).mode & 0o777).toString(8)).toBe("600");
  await log.close();
  rmSync(folder, { recursive: true });
});

test("what lives that were killed left in the write-ahead log is moved into the file by the next one", async () => {
  const folder = newFolder();
  const [path, killed] = [join(folder, "log.db"), join(folder, "killed.db")];
  const log = openSqliteLog({ path, clock: virtualClock() });
  // Just less than what makes a life put its file in order while it writes.
  const large = { text: "x".repeat(250_000) };
  for (let n = 0; n < 100; n++) await log.append(envelope(`${n}`, large));
  for (const suffix of ["", "-wal"]) copyFileSync(path + suffix, killed + suffix);
  await log.close();
  const before = statSync(killed).size;
  const next = openSqliteLog({ path: killed, clock: virtualClock() });
  for (let n = 100; n < 130; n++) await next.append(envelope(`${n}`, large));
  await Bun.sleep(0);
  expect(statSync(killed).size).toBeGreaterThan(before + 20_000_000);
  expect(next.head()).toBe(130);
  await next.close();
  rmSync(folder, { recursive: true });
});
