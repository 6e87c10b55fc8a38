import type { SocketHandler, TCPSocketListener } from "bun";
import { createServer } from "node:tls";
import type { Connection } from "../connection.ts";
import type { Certificate, Certificates } from "./certificates.ts";
import { chosenProtocol } from "./protocols.ts";

/**
 * The doors of the runtime that its own `node:tls` goes through and that its types do not show: `serverName` and
 * `alpnCallback` among a socket's callbacks, and a listener as the handle of a TLS server. See docs/decisions/0009.
 */
type Doors = SocketHandler<Connection> & {
  serverName?: (server: unknown, name: string) => object | undefined;
  alpnCallback?: (server: unknown, name: string, offered: Buffer) => string | undefined;
};

/**
 * Lets the name that a visitor asks for choose the certificate of their connection, and what they speak the protocol:
 * the first of `spoken` that they offer.
 */
export const choosingByName = (
  events: SocketHandler<Connection>,
  certificates: Certificates,
  spoken: () => readonly string[],
): Doors => ({
  ...events,
  serverName: (_, name) => certificates.forName(name)?.context,
  alpnCallback: (_, __, offered) => chosenProtocol(offered, spoken()),
});

/** Replaces the certificate of a listener for whoever names no host; open connections keep theirs. */
export function setFallback(
  listener: TCPSocketListener<Connection>,
  { cert, key }: Certificate,
): void {
  const server = createServer() as ReturnType<typeof createServer> & { _handle: unknown };
  server._handle = listener;
  server.setSecureContext({ cert, key, minVersion: "TLSv1.2" });
}
