import type { Clock } from "../clock/clock.ts";
import type { Millis } from "../contract.ts";
import { Endpoint, reportBusError, type OnBusError } from "./endpoint.ts";
import {
  type Frame,
  FrameReader,
  messageBytesMax,
  protocolVersion,
  type ToEndpoint,
} from "./frames.ts";
import { SocketWriter } from "./socket-writer.ts";

const backoffMsMin = 20;
const backoffMsMax = 1_000;
const welcomeTimeoutMs = 5_000;

export type ConnectBus = {
  path: string;
  /** How this process appears to the others in `from`. */
  name: string;
  clock: Clock;
  onError?: OnBusError;
};

type Session = { over: Promise<void>; end: () => void };

/**
 * The bus of a process at the edge: connects, and reconnects for ever. Who listens and serves here is said again after
 * each reconnect; what is published in between is dropped and counted.
 */
export class ConnectedBus extends Endpoint {
  readonly #of: ConnectBus;
  readonly #onConnect = new Set<() => void>();
  readonly #onDisconnect = new Set<(why: string) => void>();
  readonly #closing = new AbortController();
  #connected = false;
  #welcomed = false;
  #session: Session | undefined;
  #refusal: string | undefined;

  constructor(of: ConnectBus) {
    super(of.clock, of.onError ?? reportBusError);
    this.#of = of;
    void this.#stayConnected();
  }

  get connected(): boolean {
    return this.#connected;
  }

  /** Why the other side turned this process away last time, if it did. */
  get refusal(): string | undefined {
    return this.#refusal;
  }

  /** Calls back on every connect, and at once when connected now. Returns how to stop. */
  onConnect(call: () => void): () => void {
    this.#onConnect.add(call);
    if (this.#connected) call();
    return () => void this.#onConnect.delete(call);
  }

  onDisconnect(call: (why: string) => void): () => void {
    this.#onDisconnect.add(call);
    return () => void this.#onDisconnect.delete(call);
  }

  /** Resolves when connected; rejects never, so give it a signal to stop waiting. */
  ready(signal?: AbortSignal): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    const stop = this.onConnect(resolve);
    signal?.addEventListener("abort", () => resolve(), { once: true });
    return promise.finally(stop);
  }

  override async close(): Promise<void> {
    this.#closing.abort();
    await super.close();
    this.#session?.end();
    await this.#session?.over;
  }

  async #stayConnected(): Promise<void> {
    const { clock } = this.#of;
    const { signal } = this.#closing;
    let backoffMs: Millis = backoffMsMin;
    while (!signal.aborted) {
      this.#session = await this.#connect().catch(() => undefined);
      await this.#session?.over;
      backoffMs = this.#wasWelcome() ? backoffMsMin : Math.min(backoffMs * 2, backoffMsMax);
      // Half of it by chance, so that many processes do not come back at the same instant.
      await clock.sleepUntil(clock.now() + backoffMs * (0.5 + clock.random() / 2), signal);
    }
  }

  #wasWelcome(): boolean {
    const was = this.#welcomed;
    this.#welcomed = false;
    return was;
  }

  /** Connects and says hello; the session is over when the socket is closed. */
  async #connect(): Promise<Session> {
    const { path, name, clock } = this.#of;
    const reader = new FrameReader();
    const { promise: over, resolve } = Promise.withResolvers<void>();
    const out: { writer?: SocketWriter } = {};
    let stopWaiting = (): void => undefined;
    let why = "the other side closed the connection";
    const socket = await Bun.connect({
      unix: path,
      socket: {
        data: (from, bytes) => {
          try {
            for (const heard of reader.read(bytes) as Iterable<Frame<ToEndpoint>>)
              this.#hear(heard, {
                send: (frame) => out.writer?.send(frame) ?? false,
                close: () => from.end(),
              });
          } catch (error) {
            why = `what came over the bus was not understood (${String(error)})`;
            from.terminate();
          }
        },
        drain: () => out.writer?.drain(),
        close: () => {
          stopWaiting();
          resolve();
          this.#lost(why);
        },
        error: (from) => from.terminate(),
      },
    });
    stopWaiting = clock.at(clock.now() + welcomeTimeoutMs, () => {
      if (!this.#connected) socket.terminate();
    });
    out.writer = new SocketWriter(socket, { onDrop: () => undefined, messageBytesMax });
    out.writer.send({ head: { t: "hello", v: protocolVersion, name } });
    return { over, end: () => socket.end() };
  }

  #hear(frame: Frame<ToEndpoint>, link: Parameters<Endpoint["attach"]>[0]): void {
    if (frame.head.t === "bye") this.#refusal = frame.head.why;
    else if (frame.head.t !== "welcome") this.receive(frame);
    else if (!this.#closing.signal.aborted) {
      this.#refusal = undefined;
      this.#welcomed = true;
      this.#connected = true;
      this.attach(link);
      for (const call of [...this.#onConnect]) call();
    }
  }

  #lost(why: string): void {
    if (!this.#connected) return;
    this.#connected = false;
    this.detach(why);
    for (const call of [...this.#onDisconnect]) call(why);
  }
}

/** Joins the bus that another process serves at `path`, whether or not that process is there yet. */
export const connectBus = (of: ConnectBus): ConnectedBus => new ConnectedBus(of);
