import { expect, test } from "bun:test";
import {
  Connection,
  type ClientSocket,
  keptBytesMax,
  queuedBytesMax,
  unfinishedBytesMax,
} from "./connection.ts";

const kilobyte = 1_024;

/** A client that reads nothing, and whether it was let go. */
function silent(kept: { bytes: number }): { client: Connection; isGone(): boolean } {
  let isGone = false;
  const socket: ClientSocket = {
    ...{ write: () => 0, end: () => 0, timeout: () => {} },
    terminate: () => (isGone = true),
  } as never;
  return { client: new Connection(socket, kept), isGone: () => isGone };
}

test("what a node keeps for all clients together is bounded: who makes it keep much is let go then, and who is only slow is not", () => {
  const others = keptBytesMax - 1_000 * kilobyte;
  const kept = { bytes: others };
  const greedy = Array.from({ length: 20 }, () => silent(kept));
  for (const { client } of greedy) {
    client.keep(Buffer.alloc(60 * kilobyte));
    client.keepPiece(new Uint8Array(30 * kilobyte));
    client.write(new Uint8Array(200 * kilobyte));
  }
  expect(kept.bytes).toBeLessThanOrEqual(keptBytesMax);
  // Three of them fit, and a part of the fourth.
  expect(greedy.filter(({ isGone }) => isGone())).toHaveLength(17);
  const slow = silent(kept);
  slow.client.keep(Buffer.alloc(2 * kilobyte));
  slow.client.write(new Uint8Array(kilobyte));
  expect(slow.isGone()).toBe(false);
  for (const { client } of [...greedy, slow]) client.leave();
  expect(kept.bytes).toBe(others);
});

test("what was kept and is taken is kept no more", () => {
  const kept = { bytes: 0 };
  const { client, isGone } = silent(kept);
  client.keep(Buffer.from("GET"));
  client.keepPiece(new Uint8Array(7));
  client.write(new Uint8Array(9));
  expect(kept.bytes).toBe(19);
  expect(client.takeUnfinished()?.toString()).toBe("GET");
  expect(client.takePieces().length).toBe(7);
  expect(kept.bytes).toBe(9);
  client.write(new Uint8Array(queuedBytesMax));
  expect([isGone(), kept.bytes]).toEqual([true, 0]);
  const other = silent(kept);
  other.client.keep(Buffer.alloc(unfinishedBytesMax + 1));
  expect([other.isGone(), kept.bytes]).toEqual([true, 0]);
});
