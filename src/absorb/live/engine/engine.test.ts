import { expect, test } from "bun:test";
import { readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { outcome, totalsOf } from "../contract/shape.ts";
import type { LogPlace } from "./answers-of.ts";
import { type Disk, fileDisk } from "./disk.ts";
import { answer, openEngine, scratch, show } from "./show.testing.ts";

test("every answer counts once, and a repeated one gets the first choice back", async () => {
  using at = scratch();
  const engine = await openEngine(at.folder);
  expect(answer(engine, 7, 0, 1).outcome).toBe(outcome.early);
  engine.open(0);
  expect(answer(engine, 7, 0, 1)).toMatchObject({ outcome: outcome.recorded, choice: 1 });
  expect(answer(engine, 7, 0, 2)).toMatchObject({ outcome: outcome.repeated, choice: 1 });
  expect(answer(engine, 8, 0, 3).outcome).toBe(outcome.unknownChoice);
  expect(answer(engine, 8, 9, 0).outcome).toBe(outcome.unknownQuestion);
  expect(answer(engine, 1_000, 0, 0).outcome).toBe(outcome.malformed);
  expect([...engine.count.cells(0)].reduce((sum, n) => sum + n)).toBe(1);
  expect(engine.count.cells(0)[1 * 6 + (7 % 6)]).toBe(1);
  await engine.stop();
});

test("an answer is durable when its group is, and a repeated one not before its original", async () => {
  using at = scratch();
  const engine = await openEngine(at.folder);
  engine.open(0);
  const first = answer(engine, 1, 0, 0);
  const again = answer(engine, 1, 0, 0);
  expect(engine.isDurable(first.group)).toBe(false);
  expect(engine.isDurable(again.group)).toBe(false);
  engine.flush();
  expect(engine.isDurable(again.group)).toBe(true);
  // A group of nothing but repeated answers has nothing to wait for.
  expect(engine.isDurable(answer(engine, 1, 0, 2).group)).toBe(true);
  await engine.stop();
});

test("a count comes back from its log, without the group that was torn", async () => {
  using at = scratch();
  const before = await openEngine(at.folder);
  before.open(0);
  for (let index = 0; index < 50; index++) answer(before, index, 0, index % 3, 10 * index);
  before.flush();
  for (let index = 50; index < 60; index++) answer(before, index, 0, 0);
  before.flush();
  const path = join(at.folder, "answers-1.log");
  const whole = readFileSync(path);
  const secondGroup = 16 + 50 * 12;
  for (const cut of [1, 15, 16, 40, 16 + 9 * 12 + 10]) {
    const torn = Buffer.from(whole);
    torn.fill(0, secondGroup + cut);
    writeFileSync(path, torn);
    const after = await openEngine(at.folder);
    expect(after.count.recorded).toBe(50);
    expect(after.count.questions[0]?.phase).toBe("open");
    expect(answer(after, 3, 0, 2)).toMatchObject({ outcome: outcome.repeated, choice: 0 });
    expect(after.count.standings.top(3)).toEqual(before.count.standings.top(3));
    // What is written next takes the torn group's place.
    answer(after, 900, 0, 1);
    await after.stop();
    const third = await openEngine(at.folder);
    expect(third.count.recorded).toBe(51);
    await third.stop();
  }
  await before.stop();
});

test("damage before the end of the log is told, not cut off", async () => {
  using at = scratch();
  const engine = await openEngine(at.folder);
  engine.open(0);
  for (let index = 0; index < 5; index++) {
    answer(engine, index, 0, 0);
    engine.flush();
  }
  await engine.stop();
  const path = join(at.folder, "answers-1.log");
  const bytes = readFileSync(path);
  bytes[(16 + 12) * 2 + 20] = 0xff;
  writeFileSync(path, bytes);
  expect(openEngine(at.folder)).rejects.toThrow("damaged at byte 56");
});

test("a closed question keeps its count, and who answered what, until that is erased", async () => {
  using at = scratch();
  const engine = await openEngine(at.folder);
  engine.open(0);
  engine.open(2);
  answer(engine, 4, 0, 1, 321);
  answer(engine, 5, 2, 3);
  const closing = engine.close(0);
  expect(answer(engine, 4, 0, 2)).toMatchObject({ outcome: outcome.repeated, choice: 1 });
  expect(answer(engine, 6, 0, 1).outcome).toBe(outcome.late);
  await closing;
  // An order that comes late opens nothing again.
  engine.open(0);
  expect(answer(engine, 6, 0, 1).outcome).toBe(outcome.late);
  answer(engine, 6, 2, 0);
  await engine.stop();

  const after = await openEngine(at.folder);
  expect(after.count.questions.map(({ phase }) => phase)).toEqual(["closed", "coming", "open"]);
  expect(after.count.recorded).toBe(3);
  expect(after.keptChoice(0, 4)).toBe(1);
  expect(after.keptChoice(0, 6)).toBe(-1);
  expect(after.count.standings.rank(4)).toEqual({ index: 4, rank: 1, right: 1, latencyMs: 321 });
  expect(answer(after, 6, 2, 1)).toMatchObject({ outcome: outcome.repeated, choice: 0 });
  expect(after.erase()).rejects.toThrow("open");
  await after.close(2);
  await after.erase();
  expect(after.keptChoice(0, 4)).toBe(-1);
  expect(after.rawFiles()).toEqual([]);
  await after.stop();
  const last = await openEngine(at.folder);
  expect(last.count.cells(0)[1]).toBe(1);
  await last.stop();
});

test("a folder of another show, or whose life nobody knows, is refused", async () => {
  using at = scratch();
  await (await openEngine(at.folder)).stop();
  expect(openEngine(at.folder, { shape: show(2_000) })).rejects.toThrow("another show");
  rmSync(join(at.folder, "life.json"));
  expect(openEngine(at.folder)).rejects.toThrow("life.json is gone");
});

const broken = (path: string, isBroken: () => boolean): Disk => ({
  ...fileDisk(path),
  sync: () => {
    if (isBroken()) throw new Error("EIO");
  },
});

test("after a failed sync nothing is acknowledged any more, and nothing is tried again", async () => {
  using at = scratch();
  let isBroken = false;
  const engine = await openEngine(at.folder, { disk: (path) => broken(path, () => isBroken) });
  engine.open(0);
  isBroken = true;
  const lost = answer(engine, 1, 0, 0);
  engine.flush();
  expect(engine.isDurable(lost.group)).toBe(false);
  isBroken = false;
  engine.flush();
  expect(engine.isDurable(lost.group)).toBe(false);
  expect(answer(engine, 2, 0, 0).outcome).toBe(outcome.unavailable);
  expect(engine.failed?.message).toBe("EIO");
});

test("on a slow disk groups are made durable beside the event loop, one at a time", async () => {
  using at = scratch();
  const waiting: ((error?: Error) => void)[] = [];
  const slow = (path: string): Disk => ({
    ...fileDisk(path),
    sync: () => Bun.sleepSync(1),
    syncBeside: (done) => void waiting.push(() => done(undefined)),
  });
  let settled = 0;
  const engine = await openEngine(at.folder, { disk: slow, onSettled: () => settled++ });
  engine.open(0);
  const one = answer(engine, 1, 0, 0);
  engine.commit();
  const two = answer(engine, 2, 0, 0);
  engine.commit();
  expect(waiting).toHaveLength(1);
  waiting[0]?.();
  expect([engine.isDurable(one.group), engine.isDurable(two.group)]).toEqual([true, false]);
  waiting[1]?.();
  expect(engine.isDurable(two.group)).toBe(true);
  expect(settled).toBe(2);
  await engine.stop();
});

test("a node keeps room for its own participants only, and takes nobody else's answer", async () => {
  using at = scratch();
  const share = { node: 1, nodes: 3 };
  const engine = await openEngine(at.folder, { share });
  engine.open(0);
  expect(answer(engine, 4, 0, 1, 50)).toMatchObject({ outcome: outcome.recorded });
  expect(answer(engine, 997, 0, 1, 70)).toMatchObject({ outcome: outcome.recorded });
  for (const index of [0, 2, 5, 1_000, 1_001])
    expect(answer(engine, index, 0, 1).outcome).toBe(outcome.malformed);
  expect(engine.count.standings.scores).toHaveLength(333);
  await engine.close(0);
  await engine.stop();
  const after = await openEngine(at.folder, { share });
  expect(after.keptChoice(0, 997)).toBe(1);
  expect(after.keptChoice(0, 998)).toBe(-1);
  expect(after.count.standings.top(2).map(({ index, rank }) => [index, rank])).toEqual([
    [4, 1],
    [997, 2],
  ]);
  expect(after.count.standings.rank(997)?.rank).toBe(2);
  expect(after.count.standings.rank(998)).toBeUndefined();
  await after.stop();
  expect(openEngine(at.folder, { share: { node: 1, nodes: 2 } })).rejects.toThrow("another show");
});

test("who answered what is read page by page over all segments, up to what is durable", async () => {
  using at = scratch();
  const engine = await openEngine(at.folder, { shape: show(100_000) });
  engine.open(0);
  for (let index = 0; index < 70_000; index++) {
    answer(engine, index, 0, index % 3);
    if (index % 10_000 === 0) engine.flush();
  }
  await engine.close(0);
  engine.open(2);
  answer(engine, 5, 2, 3);
  engine.flush();
  answer(engine, 6, 2, 3);
  const found: number[] = [];
  let pages = 0;
  for (let place: LogPlace | undefined = { segment: 0, byte: 0 }; place; pages++) {
    const { words, next } = engine.answersFrom(place);
    for (let n = 0; n < words.length; n += 3) found.push(words[n] ?? -1);
    place = next;
  }
  expect(pages).toBeGreaterThan(2);
  expect(found).toEqual([...Array.from({ length: 70_000 }, (_, index) => index), 5]);
  await engine.close(2);
  await engine.erase();
  expect(engine.answersFrom({ segment: 0, byte: 0 }).words).toHaveLength(0);
  await engine.stop();
});

test("after the erasure no byte of single participants is on disk or in memory, also after a crash in its midst; the counts are", async () => {
  using at = scratch();
  const shape = show(5_000);
  const engine = await openEngine(at.folder, { shape });
  engine.open(0);
  /** What each of them took is in no other number of these files. */
  const took = (index: number): number => 0x5a0000 + index * 3;
  for (let index = 0; index < 4_000; index++) answer(engine, index, 0, 1, took(index));
  await engine.close(0);
  engine.open(1);
  for (let index = 0; index < 50; index++) answer(engine, index, 1, 1);
  await engine.close(1);
  const choices = (question: number): number => shape.questions[question]?.choices.length ?? 0;
  const totals = [0, 1, 2].map((each) => [...totalsOf(engine.count.cells(each), choices(each))]);
  const traces = (): number => {
    let found = 0;
    for (const name of readdirSync(at.folder)) {
      const bytes = readFileSync(join(at.folder, name));
      for (let index = 0; index < 4_000; index += 97) {
        const three = Buffer.from([took(index) & 255, (took(index) >> 8) & 255, took(index) >> 16]);
        if (bytes.includes(three)) found++;
      }
      if (name.startsWith("first-")) found++;
    }
    return found;
  };
  expect(traces()).toBeGreaterThan(40);
  const saved = new Map(
    readdirSync(at.folder).map((name) => [name, readFileSync(join(at.folder, name))]),
  );
  // Two orders at once, as a picture and somebody who looks give them.
  await Promise.all([engine.erase(), engine.erase()]);
  expect([traces(), engine.rawFiles(), engine.count.standings.scores.length]).toEqual([0, [], 0]);
  await engine.stop();
  // As a crash leaves it that came before anything was removed, in the midst of writing.
  for (const [name, bytes] of saved) writeFileSync(join(at.folder, name), bytes);
  writeFileSync(join(at.folder, "first-1.part"), saved.get("first-1") ?? "");
  expect(traces()).toBeGreaterThan(40);
  const after = await openEngine(at.folder, { shape });
  expect(after.rawFiles()).not.toEqual([]);
  await after.erase();
  expect([traces(), after.rawFiles()]).toEqual([0, []]);
  expect([0, 1, 2].map((question) => [...after.count.cells(question)])).toEqual(totals);
  expect(after.count.standings.top(3)).toEqual([]);
  await after.stop();
  const last = await openEngine(at.folder, { shape });
  expect([0, 1, 2].map((question) => [...last.count.cells(question)])).toEqual(totals);
  expect([last.count.recorded, last.rawFiles()]).toEqual([4_050, []]);
  await last.stop();
});
