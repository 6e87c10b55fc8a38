import type { Socket } from "bun";
import type { Outbox } from "../outbox.ts";
import type { Fault } from "./settings.ts";
import {
  flag,
  frame,
  frameHeadBytes,
  kindOf,
  payloadBytesMax,
  windowBytesAtFirst,
  windowBytesMax,
  writeFrameHead,
  writeUint32,
} from "./frames.ts";

/** One write to the socket at most. */
const roomBytes = 131_072;
const goAwayBytesMin = 8;
const nothingToSay = new Uint8Array(8);
const word = new Uint8Array(4);
const spareMax = 8;
const spare: Buffer[] = [];

/** So many connections gather at once at most; more would hold too much room. */
const gatheringMax = 64;

/** A stream that has something to send, as the sender sees it. */
export type Sending = {
  readonly id: number;
  /** How much the visitor takes of it now. */
  window: number;
  /** Is it in the queue? */
  isWaiting: boolean;
  /** Sends a part of what waits; true when there is more that could go. */
  sendMore(): boolean;
};

/** What leaves a connection: frames gathered into few writes, the connection's window, and whose turn it is. */
export class Sender {
  window: number = windowBytesAtFirst;
  readonly out: Outbox;
  /** Since when the socket takes nothing, by the plane's clock; meaningless while it does. */
  blockedAt = 0;
  readonly #socket: Socket<unknown>;
  readonly #clock: { readonly now: number };
  #room: Buffer | undefined = undefined;
  #at = 0;
  #isGathering = false;
  readonly #waiting: Sending[] = [];

  constructor(socket: Socket<unknown>, out: Outbox, clock: { readonly now: number }) {
    this.#socket = socket;
    this.#clock = clock;
    this.out = out;
  }

  get isBlocked(): boolean {
    return this.out.bytes > 0;
  }

  static readonly #gathering: Sender[] = [];
  static #flushAll(): void {
    for (const sender of Sender.#gathering.splice(0)) {
      sender.#isGathering = false;
      sender.flush();
    }
  }

  /** What is said in one turn of the event loop leaves in one write, whoever says it. */
  #gather(): void {
    if (this.#isGathering) return;
    const all = Sender.#gathering;
    if (all.length >= gatheringMax) Sender.#flushAll();
    if (all.length === 0) setImmediate(() => Sender.#flushAll());
    all.push(this);
    this.#isGathering = true;
  }

  /** Whoever waits gets a turn, and what was gathered leaves. */
  flush(): void {
    this.#takeTurns();
    this.#leave();
  }

  #leave(): void {
    const room = this.#room;
    if (room === undefined) return;
    const length = this.#at;
    this.#room = undefined;
    this.#at = 0;
    const wasBlocked = this.isBlocked;
    if (length > 0 && !this.out.write(this.#socket, room, 0, length, true) && !wasBlocked)
      this.blockedAt = this.#clock.now;
    if (spare.length < spareMax) spare.push(room);
  }

  /** A place for so many bytes of a frame. */
  #place(bytes: number): Buffer {
    if (this.#room !== undefined && this.#at + bytes > this.#room.length) this.#leave();
    this.#gather();
    return (this.#room ??= spare.pop() ?? Buffer.allocUnsafeSlow(roomBytes));
  }

  /** A whole frame; payloads of frames that hold no data are short. */
  frame(kind: number, stream: number, payload: Uint8Array, from = 0, to = payload.length): void {
    const length = to - from;
    const room = this.#place(frameHeadBytes + length);
    writeFrameHead(room, this.#at, length, kind, stream);
    room.set(
      from === 0 && to === payload.length ? payload : payload.subarray(from, to),
      this.#at + frameHeadBytes,
    );
    this.#at += frameHeadBytes + length;
  }

  /** A frame of four bytes: a reset, or a window. */
  word(kind: number, stream: number, value: number): void {
    writeUint32(word, 0, value);
    this.frame(kind, stream, word);
  }

  /** RFC 9113 §6.8. */
  goAway(lastStream: number, { code, why }: Fault): void {
    const said = Buffer.alloc(goAwayBytesMin + why.length);
    writeUint32(said, 0, lastStream);
    writeUint32(said, 4, code);
    said.write(why, goAwayBytesMin, "latin1");
    this.frame(kindOf(frame.goAway), 0, said);
  }
  ping(): void {
    this.frame(kindOf(frame.ping), 0, nothingToSay);
  }

  /** A header block, in as many frames as it takes (RFC 9113 §4.3). */
  block(stream: number, block: Buffer, length: number, isLast: boolean): void {
    let type: number = frame.headers;
    let flags = isLast ? flag.endStream : 0;
    for (let from = 0; from < length || type === frame.headers;) {
      const to = Math.min(length, from + payloadBytesMax);
      if (to === length) flags |= flag.endHeaders;
      this.frame(kindOf(type, flags), stream, block, from, to);
      from = to;
      type = frame.continuation;
      flags = 0;
    }
  }

  /** Sends what may go now of a range of data; returns where that ends. */
  data(
    stream: Sending,
    bytes: Buffer,
    range: { from: number; to: number; isLast: boolean },
  ): number {
    const { to, isLast } = range;
    let at = range.from;
    if (at === to && isLast)
      this.frame(kindOf(frame.data, flag.endStream), stream.id, bytes, at, at);
    while (at < to) {
      if (this.isBlocked) break;
      const length = Math.min(to - at, payloadBytesMax, this.window, stream.window);
      if (length <= 0) break;
      const ends = isLast && at + length === to;
      const room = this.#place(frameHeadBytes + length);
      // Making room may have shown that the socket takes no more.
      if (this.isBlocked && this.#at === 0) break;
      writeFrameHead(
        room,
        this.#at,
        length,
        kindOf(frame.data, ends ? flag.endStream : 0),
        stream.id,
      );
      bytes.copy(room, this.#at + frameHeadBytes, at, at + length);
      this.#at += frameHeadBytes + length;
      this.window -= length;
      stream.window -= length;
      at += length;
    }
    return at;
  }

  /** It has more to send than may go now, or than is fair. */
  queue(stream: Sending): void {
    if (stream.isWaiting) return;
    stream.isWaiting = true;
    this.#waiting.push(stream);
    if (!this.isBlocked) this.#gather();
  }

  /** The connection's window grows; false when beyond what may be. */
  widen(bytes: number): boolean {
    this.window += bytes;
    return this.window <= windowBytesMax;
  }

  #takeTurns(): void {
    while (this.#waiting.length > 0 && this.window > 0 && !this.isBlocked) {
      const stream = this.#waiting.shift() as Sending;
      stream.isWaiting = false;
      if (stream.sendMore()) this.queue(stream);
    }
  }

  /** Nobody gets a turn any more; what was gathered still goes. */
  drop(): void {
    this.#waiting.length = 0;
    this.#leave();
  }
}
