import { existsSync } from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";
import { expect, test } from "bun:test";
import { outcome } from "../contract/shape.ts";
import { type Disk, fileDisk } from "../engine/disk.ts";
import { scratch } from "../engine/show.testing.ts";
import { nodeInTest, Player, revealed, token } from "./node.testing.ts";

/** Fails as a disk that is full does, as often as it is told. */
const filling =
  (isFull: () => boolean) =>
  (path: string): Disk => {
    const disk = fileDisk(path);
    const write: Disk["write"] = (bytes, at) => {
      if (isFull()) throw Object.assign(new Error("ENOSPC: no space left"), { code: "ENOSPC" });
      disk.write(bytes, at);
    };
    return { ...disk, write };
  };

test("a disk that fills stops all acknowledging; once there is room the node goes on with what it had acknowledged, and nothing else", async () => {
  let isFull = false;
  await using at = await nodeInTest({ disk: filling(() => isFull) });
  await at.order([revealed()]);
  const first = new Player(at.url, token(1));
  await first.hears("welcome");
  first.answer(0, 1, 1);
  expect(await first.ack(1)).toMatchObject({ outcome: outcome.recorded, choice: 1 });
  isFull = true;
  const lost = new Player(at.url, token(2));
  await lost.hears("welcome");
  lost.answer(0, 1, 1);
  await lost.until(() => lost.closed !== undefined);
  expect(lost.acks).toEqual([]);
  // Nothing is said of what is in memory only, nor of what may be.
  for (const [n, index] of [1, 2, 3].entries()) {
    const again = new Player(at.url, token(index));
    await again.hears("welcome");
    again.answer(0, 2, 10 + n);
    expect(await again.ack(10 + n)).toMatchObject({ outcome: outcome.unavailable, choice: null });
  }
  const { node } = at;
  const failed = node.halls.get("final");
  isFull = false;
  while (node.halls.get("final") === failed || !node.halls.has("final")) await Bun.sleep(5);
  const count = node.halls.get("final")?.engine.count;
  expect(count?.recorded).toBe(1);
  for (const [index, became, choice] of [
    [1, outcome.repeated, 1],
    [2, outcome.recorded, 2],
  ] as const) {
    const back = new Player(at.url, token(index));
    await back.hears("welcome");
    back.answer(0, 2, 20);
    expect(await back.ack(20)).toMatchObject({ outcome: became, choice });
  }
}, 60_000);

test("a run that has no room to begin says so, and begins by itself once there is some", async () => {
  let isFull = true;
  await using at = await nodeInTest({ disk: filling(() => isFull) });
  expect(at.node.unbegun.get("final")?.why).toContain("ENOSPC");
  isFull = false;
  while (!at.node.halls.has("final")) await Bun.sleep(5);
  expect(at.node.unbegun.size).toBe(0);
}, 60_000);

const writeLimited = `
  import { writeWhole } from ${JSON.stringify(join(import.meta.dir, "../engine/checkpoint.ts"))};
  const said = await writeWhole(process.argv[1], [new Uint8Array(600_000)]).then(() => "whole", () => "refused");
  process.stdout.write(said);
`;

test("a checkpoint of which a part fits on the disk is refused, and leaves nothing there", async () => {
  using at = scratch();
  const write = (path: string, kilobytes: number): string => {
    // A limit on the size of files stands for a disk: both take a part of the last write, and fail only the next one.
    const limited = `trap "" XFSZ; ulimit -f ${kilobytes}; exec "$0" -e "$1" "$2"`;
    const command = ["bash", "-c", limited, process.execPath, writeLimited, path];
    return Bun.spawnSync(command, {
      env: { ...process.env, BUN_RUNTIME_TRANSPILER_CACHE_PATH: "0" },
    }).stdout.toString();
  };
  const path = join(at.folder, "checkpoint-2");
  expect(write(path, 300)).toBe("refused");
  expect([existsSync(path), existsSync(`${path}.part`)]).toEqual([false, false]);
  expect(write(path, 700)).toBe("whole");
});

test("another port is listened at as soon as it is ordered, and who is connected stays; one that is taken is tried until it is free", async () => {
  await using at = await nodeInTest();
  const player = new Player(at.url, token(1));
  await player.hears("welcome");
  const before = at.node.port;
  const taken = createServer().listen(0, "127.0.0.1");
  await new Promise((resolve) => taken.once("listening", resolve));
  const address = taken.address();
  const port = typeof address === "object" ? (address?.port ?? 0) : 0;
  await at.moveTo(port);
  expect([at.node.port, at.node.deaf]).toEqual([before, expect.stringContaining(`:${port}`)]);
  taken.close();
  while (at.node.port !== port) await Bun.sleep(5);
  expect(at.node.deaf).toBeUndefined();
  const later = new Player(at.url.replace(`:${before}/`, `:${port}/`), token(2));
  await later.hears("welcome");
  await at.order([revealed()]);
  player.answer(0, 1, 1);
  expect(await player.ack(1)).toMatchObject({ outcome: outcome.recorded });
}, 60_000);
