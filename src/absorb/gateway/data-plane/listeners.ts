import type { TCPSocketListener } from "bun";
import type { Connection } from "./connection.ts";
import { clientEvents } from "./client-events.ts";
import type { Plane } from "./plane.ts";
import type { Onward } from "./proxy-protocol/unannounced.ts";
import { arrivalEvents, InnerDoor, plainOnward } from "./proxy-protocol/door.ts";
import type { Listener } from "./snapshot.ts";
import { type Certificates, tls12 } from "./tls/certificates.ts";
import { setFallback } from "./tls/runtime.ts";

const keyOf = ({ host, port, tls, proxyProtocolFrom }: Listener): string =>
  `${host} ${port}${tls ? " tls" : ""}${proxyProtocolFrom ? ` ${JSON.stringify(proxyProtocolFrom)}` : ""}`;

/** The ports that visitors come in by. */
export class Listeners {
  readonly #plane: Plane;
  readonly #certificates: Certificates;
  readonly #open = new Map<string, TCPSocketListener<Connection>>();
  readonly #secure = new Set<TCPSocketListener<Connection>>();
  /** Where TLS begins behind a listener with the PROXY protocol. */
  readonly #inner = new Map<string, InnerDoor>();

  constructor(plane: Plane, certificates: Certificates) {
    this.#plane = plane;
    this.#certificates = certificates;
  }

  /**
   * Opens what is new and stops what vanished; the connections of a vanished listener go on. Throws, with all ports as they
   * were, when one cannot be opened.
   */
  become(listeners: readonly Listener[]): void {
    const wanted = new Map(listeners.map((each) => [keyOf(each), each]));
    this.#startAll([...wanted].filter(([key]) => !this.#open.has(key)));
    for (const [key, listener] of this.#open) {
      if (wanted.has(key)) continue;
      listener.stop(false);
      this.#open.delete(key);
      this.#secure.delete(listener);
      this.#closeInner(key, false);
    }
    this.renewFallback();
  }

  #startAll(missing: [key: string, listener: Listener][]): void {
    try {
      for (const [key, listener] of missing) this.#start(key, listener);
    } catch (error) {
      for (const [key] of missing) {
        this.#open.get(key)?.stop(true);
        this.#open.delete(key);
        this.#closeInner(key, true);
      }
      throw error;
    }
  }

  /** Gives new connections without a known name the first certificate as it is now. */
  renewFallback(): void {
    const { fallback } = this.#certificates;
    if (fallback === undefined) return;
    for (const listener of this.#secure) setFallback(listener, fallback);
  }

  #start(key: string, { host, port, tls, proxyProtocolFrom }: Listener): void {
    const { fallback } = this.#certificates;
    // A port that could only refuse handshakes stays shut; it opens once a certificate can be read.
    if (this.#plane.isDraining || (tls && fallback === undefined)) return;
    const base = { hostname: host, port, reusePort: true, allowHalfOpen: true };
    const secured =
      tls && fallback !== undefined
        ? { cert: fallback.cert, key: fallback.key, minVersion: tls12 }
        : undefined;
    if (proxyProtocolFrom !== undefined) {
      const socket = arrivalEvents(this.#plane, proxyProtocolFrom, this.#onward(key, secured));
      this.#open.set(key, listening({ ...base, socket }));
      return;
    }
    const socket = clientEvents(this.#plane, tls ? this.#certificates : undefined);
    const listener = listening({ ...base, socket, ...(secured ? { tls: secured } : {}) });
    this.#open.set(key, listener);
    if (tls) this.#secure.add(listener);
  }

  /** Where a visitor goes whom a load balancer has announced. */
  #onward(key: string, tls: Bun.TLSOptions | undefined): Onward {
    if (tls === undefined) return plainOnward(this.#plane);
    const door = new InnerDoor(this.#plane, this.#certificates, tls);
    this.#inner.set(key, door);
    this.#secure.add(door.listener);
    return door.onward;
  }
  #closeInner(key: string, atOnce: boolean): void {
    const door = this.#inner.get(key);
    if (door === undefined) return;
    door.listener.stop(atOnce);
    this.#inner.delete(key);
    this.#secure.delete(door.listener);
  }

  /** The ports that are open, in the order in which they were opened. */
  ports(): number[] {
    return [...this.#open.values()].map(({ port }) => port);
  }

  stop(atOnce: boolean): void {
    for (const key of this.#inner.keys()) this.#closeInner(key, atOnce);
    for (const listener of this.#open.values()) listener.stop(atOnce);
    this.#open.clear();
    this.#secure.clear();
  }
}

function listening(options: Bun.TCPSocketListenOptions<Connection>): TCPSocketListener<Connection> {
  try {
    return Bun.listen<Connection>(options);
  } catch (error) {
    const where = `${options.hostname}:${options.port}`;
    const code = (error as { code?: string }).code;
    const why = code === "EADDRINUSE" ? "somebody else listens there" : (code ?? String(error));
    throw new Error(`${where} cannot be opened: ${why}`, { cause: error });
  }
}
