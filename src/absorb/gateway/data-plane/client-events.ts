import type { Socket, SocketHandler } from "bun";
import { Client } from "./client.ts";
import type { Coming, Connection } from "./connection.ts";
import { speakHttp2 } from "./h2/entry.ts";
import type { Plane } from "./plane.ts";
import type { Certificates } from "./tls/certificates.ts";
import { choosingByName } from "./tls/runtime.ts";

/** Lets a visitor in; `address` where it is not the connection's own. */
export function welcomed(plane: Plane, socket: Socket<Connection>, coming: Coming): Client {
  const client = new Client(plane, socket, coming);
  socket.data = client;
  plane.welcome(client);
  return client;
}

/** What the visitors' sockets call; with certificates, over TLS. */
export function clientEvents(plane: Plane, certificates?: Certificates): SocketHandler<Connection> {
  const proto = certificates === undefined ? "http" : "https";
  const events: SocketHandler<Connection> = {
    open: (socket) => void welcomed(plane, socket, { proto }),
    data: (socket, chunk) => socket.data.received(chunk),
    drain: (socket) => socket.data?.drained(),
    end: (socket) => socket.data.ended(),
    close: (socket) => socket.data?.closed(),
    // A fault of ours in one of the above: it costs this connection, and it must be seen.
    error: (socket, error) => {
      process.stderr.write(`gateway: ${error.stack ?? error.message}\n`);
      socket.terminate();
    },
  };
  if (certificates === undefined) return events;
  const spoken = (): readonly string[] => (plane.config.http2.overTls ? newerFirst : http1);
  return choosingByName(overTls(plane, events), certificates, spoken);
}

const http1 = ["http/1.1"];
const newerFirst = ["h2", ...http1];

const overTls = (plane: Plane, events: SocketHandler<Connection>): SocketHandler<Connection> => ({
  ...events,
  handshake: (socket, isDone) => {
    if (!isDone) plane.tallies.refused("gateway.tls-handshake-failed");
    const { data } = socket;
    if (isDone && socket.alpnProtocol === "h2" && data instanceof Client) speakHttp2(data);
  },
  // A broken record of the visitor's ends up here, too, and is no fault of ours.
  error: (socket, error) => {
    if ("code" in error && error.code === "EPROTO") socket.terminate();
    else events.error?.(socket, error);
  },
});
