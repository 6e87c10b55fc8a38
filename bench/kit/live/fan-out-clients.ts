import { handshake } from "../../../src/absorb/live/generator/frames.ts";
import { runName } from "./node-up.ts";

/**
 * Clients that only listen. Arguments: port, how many. Prints `ready`, then for each of `soon` and `reveal` when the first and
 * the last client heard it, in Unix milliseconds, and when the last could show the question.
 */
const [port = "0", count = "10000"] = process.argv.slice(2);
const connections = Number(count);
const wall = (): number => performance.timeOrigin + performance.now();

type Heard = { first: number; last: number; count: number };
const heard: Record<"soon" | "reveal", Heard> = {
  soon: { first: 0, last: 0, count: 0 },
  reveal: { first: 0, last: 0, count: 0 },
};
let firstShown = Number.POSITIVE_INFINITY;
let lastShown = 0;
const greeting = handshake(`/live/${runName}/ws`, `127.0.0.1:${port}`);

function hear(bytes: Buffer): void {
  const text = bytes.toString("latin1");
  const is = text.includes('"is":"reveal"')
    ? "reveal"
    : text.includes('"is":"soon"')
      ? "soon"
      : undefined;
  if (!is) return;
  const now = wall();
  const to = heard[is];
  if (to.count++ === 0) to.first = now;
  to.last = now;
  if (is !== "reveal") return;
  const revealAt = Number(/"revealAt":([\d.]+)/.exec(text)?.[1]);
  const shown = Math.max(now, revealAt);
  firstShown = Math.min(firstShown, shown);
  lastShown = Math.max(lastShown, shown);
  if (to.count < connections) return;
  console.log(JSON.stringify({ ...heard, shownSkewMs: lastShown - firstShown }));
  process.exit(0);
}

for (let n = 0; n < connections; n++) {
  const { promise, resolve } = Promise.withResolvers<void>();
  await Bun.connect({
    ...{ hostname: "127.0.0.1", port: Number(port) },
    socket: {
      open: (socket) => void socket.write(greeting),
      data: (_, bytes) => {
        hear(bytes);
        resolve();
      },
    },
  });
  await promise;
}
console.log("ready");
