import { latin1 } from "../bytes.ts";
import { moreBy, takeRequestBody } from "../body-passing.ts";
import type { Exchange } from "../exchange.ts";
import { bodyTimeout } from "../refusal.ts";
import type { RequestHead } from "../request-head.ts";
import { ReceiveWindow } from "./receive-window.ts";
import type { Stream } from "./stream.ts";

/** What a visitor may send of one body before we have taken it. */
export const streamWindowBytes = 262_144;
const lineEnd = latin1("\r\n");
const lastChunk = latin1("0\r\n\r\n");

/** What comes of the body of one request, or through a tunnel, and waits until the instance takes it. */
export class Upload {
  /** Nothing more will come. */
  isWhole = false;
  deadline = 0;
  readonly window = new ReceiveWindow({ bytes: streamWindowBytes, bytesMax: streamWindowBytes });
  readonly #stream: Stream;
  readonly #isChunked: boolean;
  /** What is missing of the length that was said; -1 where none was. */
  #missing: number;
  #held: Buffer[] = [];
  #isPassedOn = false;

  constructor(stream: Stream, head: RequestHead) {
    this.#stream = stream;
    this.#isChunked = head.chunked;
    this.#missing = head.contentLength;
  }

  /** False when the body is not as long as its head said (RFC 9113 §8.1.1). */
  received(bytes: Buffer, range: { from: number; to: number; isLast: boolean }): boolean {
    const { from, to, isLast } = range;
    if (this.#missing >= 0) {
      this.#missing -= to - from;
      if (this.#missing < 0 || (isLast && this.#missing > 0)) return false;
    }
    this.isWhole = isLast;
    if (to > from) this.#held.push(bytes.subarray(from, to));
    this.goOn();
    return true;
  }

  /** Passes on what can be taken now. */
  goOn(): void {
    const { exchange } = this.#stream;
    if (exchange === undefined) return this.drop();
    if (exchange.isTunnel) this.deadline = 0;
    else if (exchange.body.isWhole) return; // The tunnel is not open yet.
    while (this.#held.length > 0 && !exchange.isFull) {
      const part = this.#held.shift() as Buffer;
      this.taken(part.length);
      this.#passOn(exchange, part);
      if (this.#stream.exchange !== exchange) return this.drop();
    }
    if (this.#held.length > 0) {
      this.deadline = 0; // The instance is slow, not the visitor.
      exchange.body.patience?.rest();
      return;
    }
    if (this.isWhole) this.#finish(exchange);
    else if (!exchange.isTunnel) this.#stream.expectBy(this, moreBy(exchange));
  }

  #passOn(exchange: Exchange, part: Buffer): void {
    if (exchange.isTunnel) {
      exchange.bytesIn += part.length;
      exchange.upstream?.write(part, 0, part.length, false);
    } else {
      exchange.body.patience?.took(part.length, exchange.plane.now);
      const framed = this.#isChunked ? chunkOf(part) : part;
      takeRequestBody(exchange, framed, 0, framed.length);
    }
  }

  #finish(exchange: Exchange): void {
    this.deadline = 0;
    if (this.#isPassedOn) return;
    this.#isPassedOn = true;
    if (exchange.isTunnel) exchange.upstream?.endWriting();
    else if (this.#isChunked) takeRequestBody(exchange, lastChunk, 0, lastChunk.length);
  }

  /** Room for so many bytes is there again. */
  taken(bytes: number): void {
    this.#stream.session.taken(bytes);
    const renewed = this.window.taken(bytes);
    if (renewed > 0 && !this.isWhole) this.#stream.session.renewWindow(this.#stream.id, renewed);
  }

  /** Nobody wants it any more. */
  drop(): void {
    this.deadline = 0;
    for (const part of this.#held.splice(0)) this.#stream.session.taken(part.length);
  }
  expired(): void {
    this.deadline = 0;
    this.#stream.exchange?.failed(bodyTimeout, true);
  }
}

/** RFC 9112 §7.1. */
function chunkOf(part: Buffer): Buffer {
  const size = latin1(`${part.length.toString(16)}\r\n`);
  const framed = Buffer.allocUnsafe(size.length + part.length + lineEnd.length);
  framed.set(size, 0);
  framed.set(part, size.length);
  framed.set(lineEnd, size.length + part.length);
  return framed;
}
