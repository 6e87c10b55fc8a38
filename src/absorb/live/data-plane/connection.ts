import { closeFrame } from "./web-socket.ts";
import type { Hall } from "./hall.ts";

/** What may wait for a client that does not read; one that lets more pile up is dropped. */
export const queuedBytesMax = 256 * 1024;
/** Bytes of an unfinished head, frame or message that are kept. */
export const unfinishedBytesMax = 64 * 1024;

/** A client that sends no whole request is let go after this. The socket's clock is not wound up by traffic: whoever shows life winds it. */
export const quietSecondsMax = 30;
/** Players sit and wait for the next question; each probe that they echo winds their clock. */
export const playerQuietSecondsMax = 180;

export type ClientSocket = Pick<Bun.Socket<Connection>, "write" | "end" | "terminate" | "timeout">;

/** How a connection is spoken with: until it says otherwise, as HTTP. */
export type Way = "http" | "player" | "stage" | "stage-events" | "gone";

/** One client. Kept small: there are tens of thousands. */
export class Connection {
  way: Way = "http";
  hall: Hall | undefined;
  /** What came of a head, a frame or a message that is not whole yet. */
  unfinished: Buffer | undefined;
  /** Of a message in several frames, those that came. */
  pieces: Uint8Array[] | undefined;
  /** Who said hello: their index, else -1. */
  index = -1;
  group = 0;
  /** The relay's number, of who said hello as one. */
  relay: number | undefined;
  /** When the token of its hello is over, in Unix seconds. */
  expiresS = Infinity;
  /** When this connection's last reveal was written, by the node's monotonic clock, and of which question. */
  revealSentAt = 0;
  revealedQuestion = -1;
  roundTripMs = 0;
  probeStamp = 0;
  probedAt = 0;
  /** Frames that were no good: forged hellos, nonsense. */
  strikes = 0;
  /** Answers in the running second. */
  second = 0;
  inSecond = 0;
  /** HTTP: an answer is on its way, so what is pipelined behind it waits. */
  isAnswering = false;
  keepsAlive = true;
  /** HTTP: the foreign page that may read the answer. */
  readableBy: string | undefined;
  readonly socket: ClientSocket;
  private queue: Uint8Array[] | undefined;
  private queuedBytes = 0;

  constructor(socket: ClientSocket) {
    this.socket = socket;
  }

  /** Sends bytes, or a part of them; what does not fit waits, and is copied: the buffer may be used again. */
  write(bytes: Uint8Array, from = 0, to = bytes.length): void {
    if (this.way === "gone") return;
    if (this.queue) return this.wait(bytes, from, to);
    const wrote = Math.max(0, this.socket.write(bytes, from, to - from));
    if (wrote < to - from) this.wait(bytes, from + wrote, to);
  }

  private wait(bytes: Uint8Array, from: number, to: number): void {
    this.queue ??= [];
    this.queue.push(Uint8Array.prototype.slice.call(bytes, from, to));
    this.queuedBytes += to - from;
    if (this.queuedBytes > queuedBytesMax) this.drop();
  }

  get isRelay(): boolean {
    return this.relay !== undefined;
  }

  get isSlow(): boolean {
    return this.queue !== undefined;
  }

  /** The socket takes bytes again. */
  drained(): void {
    const { queue } = this;
    this.queue = undefined;
    this.queuedBytes = 0;
    for (const bytes of queue ?? []) this.write(bytes);
  }

  /** Ends a WebSocket with a reason. */
  close(code: number): void {
    this.write(closeFrame(code));
    this.leave();
    this.socket.end();
  }

  /** Ends an HTTP connection after what was sent. */
  finish(): void {
    this.leave();
    this.socket.end();
  }

  drop(): void {
    this.leave();
    this.socket.terminate();
  }

  /** Nothing is written any more, and its hall lets it go. */
  leave(): void {
    this.hall?.leave(this);
    this.way = "gone";
    this.queue = undefined;
  }
}
