import type { Socket } from "bun";
import type { Server } from "../one-core.ts";

const openAtOnce = 250;
const closeWaitMs = 50;
const ask = "GET / HTTP/1.1\r\nHost: site.example\r\n\r\n";

/** Somebody's connection; what comes is counted and thrown away unless somebody listens. */
export type Visitor = {
  socket: Socket<Visitor>;
  heard: number;
  isClosed: boolean;
  onData: ((bytes: number) => void) | undefined;
  onDrain: (() => void) | undefined;
};

const events = {
  data: ({ data }: Socket<Visitor>, chunk: Buffer) => {
    data.heard += chunk.length;
    data.onData?.(chunk.length);
  },
  drain: ({ data }: Socket<Visitor>) => data.onDrain?.(),
  close: ({ data }: Socket<Visitor>) => {
    data.isClosed = true;
  },
  error: () => {},
};

export async function visit({ port }: Server): Promise<Visitor> {
  const visitor = { heard: 0, isClosed: false, onData: undefined, onDrain: undefined } as Omit<
    Visitor,
    "socket"
  > as Visitor;
  visitor.socket = await Bun.connect({
    hostname: "127.0.0.1",
    port,
    data: visitor,
    socket: events,
  });
  return visitor;
}

/** So many at once, a few hundred at a time; each says its first words. */
export async function visitors(server: Server, count: number, says: string): Promise<Visitor[]> {
  const all: Visitor[] = [];
  while (all.length < count) {
    const some = Math.min(openAtOnce, count - all.length);
    const opened = await Promise.all(Array.from({ length: some }, () => visit(server)));
    for (const each of opened) each.socket.write(says);
    all.push(...opened);
  }
  return all;
}

/** Visitors who were answered once and stay. */
export async function idle(server: Server, count: number): Promise<Visitor[]> {
  const all = await visitors(server, count, ask);
  while (all.some(({ heard, isClosed }) => heard === 0 && !isClosed)) await Bun.sleep(closeWaitMs);
  const lost = all.filter(({ isClosed }) => isClosed).length;
  if (lost > 0) throw new Error(`${server.name} closed ${lost} of ${count} idle connections`);
  return all;
}

export async function leave(all: readonly Visitor[]): Promise<void> {
  for (const { socket } of all) socket.terminate();
  while (all.some(({ isClosed }) => !isClosed)) await Bun.sleep(closeWaitMs);
}

/** Others who ask for a page again and again until told to stop; their 99th percentile in milliseconds. */
export async function others(
  server: Server,
  count: number,
): Promise<{ p99: () => Promise<number> }> {
  const times: number[] = [];
  let isOver = false;
  const all = await Promise.all(Array.from({ length: count }, () => visit(server)));
  const asking = all.map(async (each) => {
    while (!isOver) {
      const startedAt = performance.now();
      const answered = new Promise<void>((resolve) => (each.onData = () => resolve()));
      each.socket.write(ask);
      await Promise.race([answered, Bun.sleep(10_000)]);
      times.push(performance.now() - startedAt);
      await Bun.sleep(2);
    }
    each.socket.end();
  });
  return {
    p99: async () => {
      isOver = true;
      await Promise.all(asking);
      return times.toSorted((a, b) => a - b)[Math.floor(times.length * 0.99)] ?? Number.NaN;
    },
  };
}

const piece = Buffer.alloc(65_536, 120);

/** Loads so many bytes down; milliseconds it took. */
export async function download(server: Server, bytes: number): Promise<number> {
  const startedAt = performance.now();
  const one = await visit(server);
  one.socket.write(
    `GET /down/${bytes} HTTP/1.1\r\nHost: site.example\r\nConnection: close\r\n\r\n`,
  );
  while (one.heard < bytes && !one.isClosed) await Bun.sleep(closeWaitMs);
  if (one.heard < bytes) throw new Error(`${server.name} broke the download off at ${one.heard}`);
  return performance.now() - startedAt;
}

/** Loads so many bytes up; milliseconds it took. */
export async function upload(server: Server, bytes: number): Promise<number> {
  const startedAt = performance.now();
  const one = await visit(server);
  one.socket.write(
    `POST /up HTTP/1.1\r\nHost: site.example\r\nConnection: close\r\nContent-Length: ${bytes}\r\n\r\n`,
  );
  let left = bytes;
  const send = (): void => {
    while (left > 0) {
      const wanted = Math.min(left, piece.length);
      const sent = one.socket.write(piece, 0, wanted);
      left -= Math.max(0, sent);
      if (sent < wanted) return;
    }
  };
  one.onDrain = send;
  send();
  while (one.heard === 0 && !one.isClosed) await Bun.sleep(closeWaitMs);
  if (left > 0) throw new Error(`${server.name} broke the upload off with ${left} bytes to come`);
  return performance.now() - startedAt;
}
