import { afterEach, expect, test } from "bun:test";
import { mkdtempSync, readdirSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { lineBytesMax, openLogFile, tailLog } from "./log-file.ts";

const folders: string[] = [];
afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
});

function aLog(of: { bytesMax?: number; filesMax?: number } = {}) {
  const folder = mkdtempSync(join(tmpdir(), "castor-log-"));
  folders.push(folder);
  const log = openLogFile({
    folder,
    id: "shop-1",
    bytesMax: of.bytesMax ?? 1_000_000,
    filesMax: of.filesMax ?? 3,
    now: () => Date.UTC(2030, 0, 1),
  });
  const write = (text: string): void => log.write(Buffer.from(text));
  return { folder, log, write, tail: (lines: number) => tailLog(folder, "shop-1", lines) };
}
const at = "2030-01-01T00:00:00.000Z";

test("each line carries its time", () => {
  const { write, tail } = aLog();
  write("one\ntwo\n");
  expect(tail(10)).toEqual([`${at} one`, `${at} two`]);
});

test("a line that comes in pieces is one line", () => {
  const { write, tail, log } = aLog();
  write("on");
  expect(tail(10)).toEqual([]);
  write("e\ntw");
  expect(tail(10)).toEqual([`${at} one`]);
  log.flush();
  expect(tail(10)).toEqual([`${at} one`, `${at} tw`]);
});

test("a character that comes in pieces stays whole", () => {
  const { log, tail } = aLog();
  const bytes = Buffer.from("größe\n");
  for (const byte of bytes) log.write(Uint8Array.of(byte));
  expect(tail(1)).toEqual([`${at} größe`]);
});

test("a line without end is cut, so that memory stays bounded", () => {
  const { write, tail } = aLog();
  write("x".repeat(lineBytesMax * 2 + 10));
  expect(tail(10).map((line) => line.length - at.length - 1)).toEqual([lineBytesMax, lineBytesMax]);
});

test("files are bounded in size and number, the oldest goes first", () => {
  const { write, folder } = aLog({ bytesMax: 1_000, filesMax: 3 });
  for (let i = 0; i < 200; i++) write(`line ${i}\n`);
  expect(readdirSync(folder).sort()).toEqual(["shop-1.1.log", "shop-1.2.log", "shop-1.log"]);
  for (const file of readdirSync(folder)) {
    expect(statSync(join(folder, file)).size).toBeLessThanOrEqual(1_000);
  }
});

test("the newest lines are found also behind the last rotation", () => {
  const { write, tail } = aLog({ bytesMax: 1_000, filesMax: 3 });
  for (let i = 0; i < 200; i++) write(`line ${i}\n`);
  const lines = tail(27).map((line) => line.slice(at.length + 1));
  expect(lines).toEqual(Array.from({ length: 27 }, (_, i) => `line ${173 + i}`));
});

test("a log that is not there has no lines", () => {
  expect(tailLog("/nowhere", "shop-1", 10)).toEqual([]);
});
