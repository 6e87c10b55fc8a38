import { NodeClock } from "../../../src/absorb/live/client/clock.ts";
import { clientFrame, handshake } from "../../../src/absorb/live/generator/frames.ts";
import { frameKind, timeToldBytes } from "../../../src/absorb/live/wire/frames.ts";
import { runName } from "./node-up.ts";

/**
 * Players that only listen, each with the clock that a player's page has. Arguments: port, how many. Prints `ready`, then for each
 * question that is revealed a line of `Heard`.
 */
export type Heard = {
  /** When the last client heard that a question comes; Unix milliseconds. */
  soonAt: number;
  /** From the first client that has its key to the last one, in milliseconds. */
  keyMs: number;
  /** From the first client that shows the question to the last one: each at the reveal by its own clock, or when its key has come. */
  shownMs: number;
  /** Clients whose key came after the reveal. */
  late: number;
};

const [port = "0", count = "10000"] = process.argv.slice(2);
const connections = Number(count);
/** As a player's page does when it has connected. */
const looks = 5;
/** Phones come one after another: so many in a millisecond. */
const comeTogether = 5;
const restMs = 500;
const now = (): number => performance.now();

class Moments {
  count = 0;
  private first = 0;
  last = 0;

  add(at: number): void {
    if (this.count++ === 0) this.first = at;
    this.first = Math.min(this.first, at);
    this.last = Math.max(this.last, at);
  }

  get spanMs(): number {
    return this.last - this.first;
  }
}

let soon = new Moments();
let key = new Moments();
let shown = new Moments();
let late = 0;

function tellAndBegin(): void {
  const soonAt = performance.timeOrigin + soon.last;
  const heard: Heard = { soonAt, keyMs: key.spanMs, shownMs: shown.spanMs, late };
  console.log(JSON.stringify(heard));
  [soon, key, shown, late] = [new Moments(), new Moments(), new Moments(), 0];
}

function hear(bytes: Buffer, clock: NodeClock): void {
  const at = now();
  if (bytes[0] === 0x82 && bytes[2] === frameKind.timeTold) {
    const view = new DataView(bytes.buffer, bytes.byteOffset + 2, timeToldBytes);
    clock.hear({ sentAt: view.getUint32(4, true), heardAt: at, nodeAt: view.getFloat64(8, true) });
    return;
  }
  if (bytes.includes('"is":"soon"')) soon.add(at);
  const reveal = bytes.indexOf('"is":"reveal"');
  if (reveal < 0) return;
  const revealAt = Number(/"revealAt":([\d.]+)/.exec(bytes.toString("latin1", reveal))?.[1]);
  const opensAt = clock.here(revealAt);
  if (at > opensAt) late++;
  key.add(at);
  shown.add(Math.max(at, opensAt));
  if (key.count === connections) tellAndBegin();
}

const greeting = handshake(`/live/${runName}/ws`, `127.0.0.1:${port}`);
const sockets: Bun.Socket[] = [];
for (let n = 0; n < connections; n++) {
  const { promise, resolve } = Promise.withResolvers<void>();
  const clock = new NodeClock();
  sockets.push(
    await Bun.connect({
      ...{ hostname: "127.0.0.1", port: Number(port) },
      socket: {
        open: (socket) => void socket.write(greeting),
        data: (_, bytes) => {
          hear(bytes, clock);
          resolve();
        },
      },
    }),
  );
  await promise;
}
for (let look = 0; look < looks; look++) {
  for (const [n, socket] of sockets.entries()) {
    const frame = new Uint8Array(8);
    frame[0] = frameKind.time;
    new DataView(frame.buffer).setUint32(4, Math.floor(now()), true);
    socket.write(clientFrame(frame));
    if (n % comeTogether === 0) await Bun.sleep(1);
  }
}
await Bun.sleep(restMs);
console.log("ready");
