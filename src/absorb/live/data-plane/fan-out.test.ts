import { expect, test } from "bun:test";
import { Connection, type ClientSocket } from "./connection.ts";
import { fanOut } from "./fan-out.ts";

const frame = Uint8Array.of(0x82, 0);
/** Each one that is written to lets another one come. */
function connection(wrote: () => void): Connection {
  const socket: ClientSocket = {
    write: (_: unknown, __?: number, length = 0) => (wrote(), length),
    ...{ end: () => 0, terminate: () => {}, timeout: () => {} },
  } as never;
  const made = new Connection(socket);
  made.way = "player";
  return made;
}

test("who comes while a frame goes out is no part of it: those who come again and again do not keep it from ending", async () => {
  const all = new Set<Connection>();
  const wrote: Connection[] = [];
  const another = (): void => void all.add(connection(another));
  for (let n = 0; n < 1_000; n++) another();
  const there = [...all];
  await fanOut(all, frame, { now: () => 0, wrote: (to) => wrote.push(to) });
  expect(wrote).toEqual(there);
});
