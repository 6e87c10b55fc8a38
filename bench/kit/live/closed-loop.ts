import { obeying } from "./obeying.ts";

/** The load for peers: one question at a time on each connection, the next one when the answer is there. One argument, JSON of `Looping`. */
export type Looping = {
  port: number;
  connections: number;
  speaks: "memcached" | "memcached-quiet" | "http";
};

/** Increments that memcached answers once, at the end: its best case, which tells no single one apart. */
export const quietBatch = 64;

type Speaking = { ask(n: number): string; ends: string; counts: number };
const speaking: Record<Looping["speaks"], Speaking> = {
  memcached: { ask: (n) => `incr c${n % 100} 1\r\n`, ends: "\r\n", counts: 1 },
  "memcached-quiet": {
    ask: (n) => `${`ma c${n % 100} q\r\n`.repeat(quietBatch)}mn\r\n`,
    ends: "MN\r\n",
    counts: quietBatch,
  },
  http: { ask: (n) => `GET /a?u=${n}&c=${n % 4} HTTP/1.1\r\nHost: a\r\n\r\n`, ends: "", counts: 1 },
};

if (import.meta.main) {
  const { port, connections, speaks } = JSON.parse(process.argv[2] ?? "{}") as Looping;
  const { ask, ends, counts } = speaking[speaks];
  let asked = 0;
  let answers = 0;
  const sockets: Bun.Socket[] = [];
  for (let n = 0; n < connections; n++)
    sockets.push(
      await Bun.connect({
        ...{ hostname: "127.0.0.1", port },
        socket: {
          data(socket, bytes) {
            // Every answer here is shorter than a segment, so its end is the end of what came.
            if (ends !== "" && !bytes.toString("latin1").endsWith(ends)) return;
            answers += counts;
            socket.write(ask(asked++));
          },
        },
      }),
    );
  await obeying(
    () => sockets.forEach((socket) => void socket.write(ask(asked++))),
    () => answers,
  );
}
