import { tokenKind } from "../contract/shape.ts";
import { handshake, hello } from "../generator/frames.ts";
import { sipKey } from "../wire/sip-hash.ts";
import { tokenBytes, writeToken } from "../wire/token.ts";

/** What the crowd of a measurement is asked; it answers with "done" each time. A process of its own: what it costs is not measured. */
export type Asked =
  /** Players who come, say hello, and only listen from then on. */
  | { do: "connect"; port: number; run: string; key: number[]; count: number }
  /** Waits until so many bytes have come to all of them together, since the last time. */
  | { do: "hear"; bytes: number }
  /** New connections with a full handshake and one request each, one after the other. */
  | { do: "handshakes"; port: number; count: number };

const together = 50;
const welcomed = '"is":"welcome"';
const expiresS = 2 ** 31;
const hostname = "127.0.0.1";
const players: Bun.Socket[] = [];
let heard = 0;
let hears = (): void => {};

async function connect(of: Extract<Asked, { do: "connect" }>): Promise<void> {
  const key = sipKey(Uint8Array.from(of.key));
  const path = `/live/${of.run}/ws`;
  const one = async (index: number): Promise<void> => {
    const token = new Uint8Array(tokenBytes);
    const { participant: kind } = tokenKind;
    writeToken(key, { kind, node: 0, index, group: 0, expiresS }, token, 0);
    const welcome = Promise.withResolvers<void>();
    const socket = await Bun.connect({
      ...{ hostname, port: of.port },
      socket: {
        open: (it) => void it.write(handshake(path, hostname)),
        data: (it, bytes) => {
          heard += bytes.length;
          const text = bytes.toString("latin1");
          if (text.startsWith("HTTP/1.1 101")) it.write(hello(token));
          if (text.includes(welcomed)) welcome.resolve();
          hears();
        },
      },
    });
    players.push(socket);
    await welcome.promise;
  };
  const first = players.length;
  for (let n = 0; n < of.count; n += together)
    await Promise.all(Array.from({ length: together }, (_, i) => one(first + n + i)));
}

async function hear(bytes: number): Promise<void> {
  const all = Promise.withResolvers<void>();
  hears = () => heard >= bytes && all.resolve();
  hears();
  await all.promise;
  heard = 0;
  hears = () => {};
}

async function handshakes(port: number, count: number): Promise<void> {
  for (let n = 0; n < count; n++) {
    const answered = Promise.withResolvers<void>();
    const socket = await Bun.connect({
      ...{ hostname, port, tls: { rejectUnauthorized: false } },
      socket: {
        handshake: (it) => void it.write("GET / HTTP/1.1\r\nHost: x\r\n\r\n"),
        data: () => answered.resolve(),
      },
    });
    await answered.promise;
    socket.terminate();
  }
}

process.on("message", async (asked: Asked) => {
  if (asked.do === "connect") {
    await connect(asked);
    heard = 0;
  } else if (asked.do === "hear") await hear(asked.bytes);
  else await handshakes(asked.port, asked.count);
  process.send?.("done");
});
process.on("disconnect", () => process.exit(0));
