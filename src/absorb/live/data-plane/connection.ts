import { closeFrame, messageBytesMax } from "./web-socket.ts";
import type { Hall } from "./hall.ts";

/** What may wait for a client that does not read; one that lets more pile up is dropped. */
export const queuedBytesMax = 256 * 1024;
/** Bytes of an unfinished head, frame or message that are kept. */
export const unfinishedBytesMax = 64 * 1024;
/** Frames of one message. */
const piecesMax = 64;

/** What a node keeps for all its clients together: of more, it lets go of those for whom it keeps much. */
export const keptBytesMax = 256 * 1024 * 1024;
/** So little is kept for anybody: part of a request that came in two, or what is told to all. */
const littleBytesMax = 4 * 1024;

/** Bytes that a node keeps for its clients. */
export type Kept = { bytes: number };

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
  /** Of a message in several frames, those that came. */
  pieces: Uint8Array[] | undefined;
  private unfinished: Buffer | undefined;
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
  private piecesBytes = 0;
  private keptBytes = 0;
  private readonly kept: Kept;

  constructor(socket: ClientSocket, kept: Kept = { bytes: 0 }) {
    this.socket = socket;
    this.kept = kept;
  }

  /** Keeps what came of a head, a frame or a message that is not whole yet. */
  keep(rest: Buffer): void {
    if (rest.length === 0) return;
    if (rest.length > unfinishedBytesMax) return this.drop();
    this.unfinished = Buffer.from(rest);
    this.weigh();
  }

  /** Takes what was kept of what came before. */
  takeUnfinished(): Buffer | undefined {
    const { unfinished } = this;
    if (unfinished === undefined) return undefined;
    this.unfinished = undefined;
    this.weigh();
    return unfinished;
  }

  /** Keeps a frame of a message that comes in several. */
  keepPiece(bytes: Uint8Array): void {
    this.pieces ??= [];
    this.pieces.push(bytes);
    this.piecesBytes += bytes.length;
    this.weigh();
  }

  takePieces(): Buffer {
    const whole = Buffer.concat(this.pieces ?? []);
    this.pieces = undefined;
    this.piecesBytes = 0;
    this.weigh();
    return whole;
  }

  get isTooLong(): boolean {
    return this.piecesBytes > messageBytesMax || (this.pieces?.length ?? 0) > piecesMax;
  }

  /** Counts what is kept for this client among all. */
  private weigh(): void {
    const bytes = (this.unfinished?.length ?? 0) + this.piecesBytes + this.queuedBytes;
    this.kept.bytes += bytes - this.keptBytes;
    this.keptBytes = bytes;
    if (bytes > littleBytesMax && this.kept.bytes > keptBytesMax) this.drop();
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
    else this.weigh();
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
    this.weigh();
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
    this.unfinished = undefined;
    this.pieces = undefined;
    this.queuedBytes = this.piecesBytes = 0;
    this.weigh();
  }
}
