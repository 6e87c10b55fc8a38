import type { Tunnel } from "./bus.ts";
import { Channel } from "./channel.ts";

/** How much may be under way to a reader that does not read. */
export const windowBytes = 262_144;
/** A chunk up to this size arrives whole; a larger one arrives as several. */
export const partBytesMax = 65_536;
/** What each part costs beyond its bytes, so that empty parts have a price too. */
const partOverheadBytes = 64;

/** How one end reaches the other; what it sends may get lost, and then the other end sees a gap. */
export type TunnelWire = {
  data(n: number, bytes: Uint8Array): void;
  credit(bytes: number): void;
  end(why: string | undefined): void;
};

const cost = (part: Uint8Array): number => part.length + partOverheadBytes;

/** One end of a tunnel: counts what it sends, gives credit for what was read, closes on a gap. */
export class TunnelEnd implements Tunnel {
  readonly closed: Promise<string | undefined>;
  readonly #wire: TunnelWire;
  readonly #arrived = new Channel<Uint8Array>((part, left) => this.#taken(part, left));
  readonly #resolveClosed: (why: string | undefined) => void;
  #over: { why: string | undefined } | undefined;
  #credit = windowBytes;
  #buffered = 0;
  #owed = 0;
  #sent = 0;
  #received = 0;
  #sending: Promise<void> = Promise.resolve();
  #wakeSender: () => void = () => undefined;

  constructor(wire: TunnelWire) {
    this.#wire = wire;
    const { promise, resolve } = Promise.withResolvers<string | undefined>();
    this.closed = promise;
    this.#resolveClosed = resolve;
  }

  send(chunk: Uint8Array): Promise<void> {
    const sent = this.#sending.then(() => this.#sendParts(chunk));
    this.#sending = sent.catch(() => undefined);
    return sent;
  }

  close(why?: string): void {
    if (this.#over) return;
    this.#wire.end(why);
    this.#finish(why, { discard: true });
  }

  [Symbol.asyncIterator](): AsyncIterator<Uint8Array> {
    return this.#arrived[Symbol.asyncIterator]();
  }

  /** A part came from the other end. */
  receive(n: number, part: Uint8Array): void {
    if (this.#over) return;
    if (n !== this.#received) return this.#cut(`Gap: part ${this.#received} is missing.`);
    this.#received++;
    this.#buffered += cost(part);
    if (this.#buffered > windowBytes) return this.#cut("The other side sent more than it may.");
    this.#arrived.push(part);
  }

  /** The other end has read so much. */
  receiveCredit(bytes: number): void {
    this.#credit += bytes;
    this.#wakeSender();
  }

  /** The other end, or the way to it, is gone; what came before it is still read. */
  receiveEnd(why: string | undefined): void {
    if (!this.#over) this.#finish(why, { discard: false });
  }

  async #sendParts(chunk: Uint8Array): Promise<void> {
    let at = 0;
    do {
      const part = chunk.subarray(at, at + partBytesMax);
      while (!this.#over && this.#credit < cost(part))
        await new Promise<void>((wake) => (this.#wakeSender = wake));
      if (this.#over) throw new Error(`The tunnel is closed: ${this.#over.why ?? "it ended"}.`);
      this.#credit -= cost(part);
      this.#wire.data(this.#sent++, part);
      at += partBytesMax;
    } while (at < chunk.length);
  }

  #taken(part: Uint8Array, left: number): void {
    this.#buffered -= cost(part);
    this.#owed += cost(part);
    // Credit goes back in few frames: when half the window is owed, or when the reader has caught up.
    if (this.#over || (left > 0 && this.#owed < windowBytes / 2)) return;
    this.#wire.credit(this.#owed);
    this.#owed = 0;
  }

  /** The other side broke the order: what came before that is still read. */
  #cut(why: string): void {
    this.#wire.end(why);
    this.#finish(why, { discard: false });
  }

  #finish(why: string | undefined, of: { discard: boolean }): void {
    this.#over = { why };
    this.#arrived.end(of);
    this.#wakeSender();
    this.#resolveClosed(why);
  }
}
