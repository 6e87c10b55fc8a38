import { encode, type Frame, type Head, mayDrop } from "./frames.ts";

/** What may wait for a slow peer; beyond it messages are dropped, beyond twice as much the peer is cut off. */
export const queuedBytesMax = 8 * 1_048_576;

/** The part of a Bun socket that writing needs. */
export type Sink = { write(bytes: Uint8Array): number; terminate(): void };

/** Writes frames to a socket that may take only a part of them, with a bounded queue of its own. */
export class SocketWriter {
  readonly #sink: Sink;
  readonly #onDrop: () => void;
  readonly #bytesMax: number | undefined;
  #queue: Uint8Array[] = [];
  #queuedBytes = 0;

  constructor(sink: Sink, of: { onDrop: () => void; messageBytesMax?: number }) {
    this.#sink = sink;
    this.#onDrop = of.onDrop;
    this.#bytesMax = of.messageBytesMax;
  }

  send(frame: Frame<Head>): boolean {
    const full = this.#queuedBytes > queuedBytesMax;
    if (full && mayDrop(frame.head)) {
      this.#onDrop();
      return false;
    }
    if (this.#queuedBytes > 2 * queuedBytesMax) {
      this.#sink.terminate();
      return false;
    }
    this.#queue.push(encode(frame, this.#bytesMax));
    this.#queuedBytes += this.#queue.at(-1)?.length ?? 0;
    if (this.#queue.length === 1) this.drain();
    return true;
  }

  /** The socket takes bytes again. */
  drain(): void {
    let done = 0;
    for (const bytes of this.#queue) {
      const written = this.#sink.write(bytes);
      if (written < bytes.length) {
        const taken = Math.max(0, written);
        this.#queue[done] = bytes.subarray(taken);
        this.#queuedBytes -= taken;
        break;
      }
      this.#queuedBytes -= bytes.length;
      done++;
    }
    this.#queue.splice(0, done);
  }
}
