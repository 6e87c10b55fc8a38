import type { Socket, SocketHandler, TCPSocketListener } from "bun";
import type { Connection } from "../connection.ts";
import { clientEvents, welcomed } from "../client-events.ts";
import type { Plane } from "../plane.ts";
import type { Certificates } from "../tls/certificates.ts";
import { plainAddress, TrustedProxies } from "../trusted.ts";
import { type Guest, type Onward, Unannounced } from "./unannounced.ts";
import { splice } from "./splice.ts";

/** A connection is a guest; the runtime's types cannot say that one socket's data changes its kind once. */
const asConnection = (socket: Socket<Guest>): Socket<Connection> =>
  socket as unknown as Socket<Connection>;

/** What sockets of a listener call where a load balancer says first whom it speaks for. */
export function arrivalEvents(
  plane: Plane,
  balancers: readonly string[],
  onward: Onward,
): SocketHandler<Connection> {
  const believed = new TrustedProxies(balancers);
  const events: SocketHandler<Guest> = {
    open: (socket) => {
      if (!believed.has(plainAddress(socket.remoteAddress))) {
        plane.tallies.refused("gateway.proxy-protocol.stranger");
        socket.terminate();
      } else socket.data = new Unannounced(plane, socket, onward);
    },
    data: (socket, chunk) => socket.data.received(chunk),
    drain: (socket) => socket.data?.drained(),
    end: (socket) => socket.data?.ended(),
    close: (socket) => socket.data?.closed(),
    error: (socket, error) => {
      process.stderr.write(`gateway: ${error.stack ?? error.message}\n`);
      socket.terminate();
    },
  };
  return events as unknown as SocketHandler<Connection>;
}

/** Without TLS the visitor's bytes follow at once. */
export const plainOnward =
  (plane: Plane): Onward =>
  (socket, address, rest) => {
    const client = welcomed(plane, asConnection(socket), { proto: "http", address });
    if (rest.length > 0) client.received(rest);
  };

/** How long an inner connection may stand without an outer one: only strangers on this machine make such. */
const lonelySeconds = 5;

/**
 * The runtime cannot begin TLS on a connection that was read from, so what follows the header goes over loopback to a TLS
 * listener of this process. Its connections are recognised by their port; all others are strangers and are cut off.
 */
export class InnerDoor {
  readonly listener: TCPSocketListener<Connection>;
  readonly #plane: Plane;
  readonly #addresses = new Map<number, string>();
  readonly #waiting = new Map<number, Socket<Connection>>();

  constructor(plane: Plane, certificates: Certificates, tls: Bun.TLSOptions) {
    this.#plane = plane;
    const events = clientEvents(plane, certificates);
    this.listener = Bun.listen<Connection>({
      ...{ hostname: "127.0.0.1", port: 0, allowHalfOpen: true, tls },
      socket: {
        ...events,
        open: (socket) => {
          socket.timeout(lonelySeconds);
          this.#waiting.set(socket.remotePort, socket);
          this.#meet(socket.remotePort);
        },
        data: (socket, chunk) => {
          if (socket.data === undefined) socket.terminate();
          else socket.data.received(chunk);
        },
        end: (socket) => socket.data?.ended(),
        timeout: (socket) => {
          if (socket.data === undefined) socket.terminate();
        },
        close: (socket) => {
          this.#waiting.delete(socket.remotePort);
          socket.data?.closed();
        },
      },
    });
  }

  readonly onward: Onward = (outer, address, rest) => {
    outer.pause();
    Bun.connect<Guest>({
      ...{ hostname: "127.0.0.1", port: this.listener.port, allowHalfOpen: true },
      data: nobody,
      socket: {
        open: (inner) => {
          this.#addresses.set(inner.localPort, address);
          this.#meet(inner.localPort);
          splice(outer, inner);
          if (rest.length > 0) outer.data.received(rest);
          outer.resume();
        },
        data: (inner, chunk) => inner.data.received(chunk),
        drain: (inner) => inner.data.drained(),
        end: (inner) => inner.data.ended(),
        close: (inner) => {
          this.#addresses.delete(inner.localPort);
          inner.data.closed();
        },
        error: (inner) => inner.terminate(),
        connectError: () => outer.terminate(),
      },
    }).catch(() => {}); // `connectError` has told already.
  };

  /** Both ends of an inner connection are here: now it is known who came. */
  #meet(port: number): void {
    const [socket, address] = [this.#waiting.get(port), this.#addresses.get(port)];
    if (socket === undefined || address === undefined) return;
    this.#waiting.delete(port);
    this.#addresses.delete(port);
    socket.timeout(0);
    welcomed(this.#plane, socket, { proto: "https", address });
  }
}

const nobody: Guest = { received() {}, drained() {}, ended() {}, closed() {} };
