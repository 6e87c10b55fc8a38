import { type AccessRecord, endRecord } from "../access-log/record.ts";
import { type Arriving, arrive } from "../arrival.ts";
import type { Exchange } from "../exchange.ts";
import { parsed } from "../head.ts";
import type { Plane } from "../plane.ts";
import type { Refusal } from "../refusal.ts";
import { answerFor } from "../refusing.ts";
import type { RequestHead } from "../request-head.ts";
import { ResponseBody } from "../response-body.ts";
import { ResponseHead } from "../response-head.ts";
import { enter } from "../rules/rules.ts";
import type { Visitor } from "../visitor.ts";
import { code } from "./frames.ts";
import { writeFields, writeStatus } from "./hpack-writer.ts";
import type { Sending } from "./sender.ts";
import type { Session } from "./session.ts";
import { Upload } from "./upload.ts";

/** Whatever the gateway itself writes is read here, so only the room for it is a limit. */
const writtenLimits = { headBytesMax: 262_144, headersMax: 4_096, targetBytesMax: 0 };
const responseHead = new ResponseHead(writtenLimits);
const block: Buffer = Buffer.allocUnsafeSlow(writtenLimits.headBytesMax + 65_536);
const badRequestStatus = 400;
const nothing: Buffer = Buffer.alloc(0);

/**
 * One request over HTTP/2 and its answer. To the rest of the gateway it is a visitor like any other, that asks and is answered
 * in HTTP/1.1; here that becomes frames.
 */
export class Stream implements Arriving, Sending {
  readonly plane: Plane;
  readonly session: Session;
  readonly id: number;
  readonly visitor: Visitor;
  readonly head: RequestHead;
  readonly isHttp2 = true;
  exchange: Exchange | undefined = undefined;
  record: AccessRecord | undefined = undefined;
  upload: Upload | undefined = undefined;
  window: number;
  isWaiting = false;
  /** When who takes nothing of the answer is given up. */
  deadline = 0;
  isClosed = false;
  #body: ResponseBody | undefined = undefined;
  #isTunnel = false;
  #isChunked = false;
  #pending: Buffer[] = [];
  #endsAfterPending = false;
  /** The end of the answer is among what was sent or waits. */
  #hasEnded = false;
  #isAnswered = false;

  constructor(session: Session, id: number, of: { head: RequestHead; visitor: Visitor }) {
    this.session = session;
    this.plane = session.plane;
    this.id = id;
    this.head = of.head;
    this.visitor = of.visitor;
    this.window = session.peer.initialWindow;
  }

  get mayReceive(): boolean {
    return this.upload !== undefined && !this.upload.isWhole;
  }

  /** The request's head is whole; `bytes` will be overwritten. */
  begin(bytes: Buffer, isLast: boolean): void {
    if (!isLast) this.upload = new Upload(this, this.head);
    this.plane.tallies.http2.add();
    const exchange = arrive(this, this.head, bytes, true);
    if (exchange === undefined) return;
    this.exchange = exchange;
    if (!isLast) this.upload?.goOn();
    if (this.exchange === exchange) enter(exchange);
  }

  mayStayOpen(): boolean {
    return true;
  }
  goOn(): void {
    if (this.upload === undefined || this.isClosed) return;
    this.upload.goOn();
  }

  /** Something of the request is to come before this time has passed. */
  expectBy(upload: Upload, deadline: number): void {
    upload.deadline = deadline;
    this.session.watch(upload.deadline);
  }

  /** Takes a part of an answer in HTTP/1.1. True when all of it is on its way; false when the sender should pause. */
  write(bytes: Buffer, from: number, to: number, borrowed: boolean): boolean {
    if (this.isClosed) return false;
    this.record?.wrote(bytes, from, to);
    const isThrough = this.#take(bytes, { from, to, borrowed });
    return isThrough && this.#pending.length === 0;
  }

  #take(bytes: Buffer, part: { from: number; to: number; borrowed: boolean }): boolean {
    let { from } = part;
    while (this.#body === undefined && !this.#isTunnel) {
      if (from === part.to) return true;
      responseHead.reset(from, writtenLimits);
      if (responseHead.parse(bytes, part.to) !== parsed.whole) {
        process.stderr.write(`gateway: an answer could not be read: ${responseHead.problem}\n`);
        this.terminate();
        return false;
      }
      from = responseHead.bodyStart;
      this.#sendHead(bytes);
    }
    const body = this.#body;
    if (body === undefined || this.#hasEnded) return this.#send(bytes, { ...part, from });
    if (!this.#isChunked) {
      const end = body.measure(bytes, from, part.to);
      return this.#send(bytes, { from, to: end, borrowed: part.borrowed }, body.isWhole);
    }
    let isThrough = true;
    body.measure(bytes, from, part.to, (start, end) => {
      isThrough = this.#send(bytes, { from: start, to: end, borrowed: part.borrowed });
    });
    return body.isWhole
      ? this.#send(nothing, { from: 0, to: 0, borrowed: false }, true)
      : isThrough;
  }
  #sendHead(bytes: Buffer): void {
    const head = responseHead;
    const isInterim = head.status < 200 && head.status !== 101;
    this.#isTunnel = head.status === 101;
    let at = this.session.beginBlock(block);
    // RFC 8441 §5: what 101 is to HTTP/1.1.
    at = writeStatus(block, at, this.#isTunnel ? 200 : head.status);
    at = writeFields(block, at, head, bytes);
    let isLast = false;
    if (!isInterim && !this.#isTunnel) {
      this.#body = new ResponseBody(head, this.head.method === "HEAD", this.plane.config.limits);
      this.#isChunked = head.chunked;
      isLast = this.#body.isWhole;
      this.#hasEnded = isLast;
    }
    this.session.sender.block(this.id, block, at, isLast);
  }

  #send(
    bytes: Buffer,
    { from, to, borrowed }: { from: number; to: number; borrowed: boolean },
    isLast = false,
  ): boolean {
    if (this.#hasEnded || (from === to && !isLast)) return true;
    this.#hasEnded = isLast;
    let at = from;
    if (this.#pending.length === 0) {
      at = this.session.sender.data(this, bytes, { from, to, isLast });
      if (at === to) return true;
    }
    const rest = bytes.subarray(at, to);
    this.#pending.push(borrowed ? Buffer.from(rest) : rest);
    this.#endsAfterPending = isLast;
    this.#stalled();
    if (this.window > 0) this.session.sender.queue(this);
    return false;
  }

  #stalled(): void {
    this.deadline = this.plane.now + this.plane.config.limits.stalledReaderMs;
    this.session.watch(this.deadline);
  }

  sendMore(): boolean {
    const first = this.#pending[0];
    if (first === undefined) return false;
    const isLast = this.#endsAfterPending && this.#pending.length === 1;
    const part = { from: 0, to: first.length, isLast };
    const at = this.session.sender.data(this, first, part);
    if (at > 0) this.#stalled();
    if (at < first.length) {
      this.#pending[0] = first.subarray(at);
      return at > 0 && this.window > 0;
    }
    this.#pending.shift();
    if (this.#pending.length > 0) return this.window > 0;
    this.deadline = 0;
    if (this.#isAnswered) this.#over();
    else this.exchange?.visitorTook();
    return false;
  }

  /** The visitor takes more of this stream. */
  widened(): void {
    if (this.#pending.length > 0 && this.window > 0) this.session.sender.queue(this);
  }

  refuse(refused: Refusal, _: boolean, readable = this.exchange?.bytes, route?: string): void {
    const of = { head: this.head, readable, closes: false, route };
    const answer = answerFor(this, refused, of);
    this.write(answer, 0, answer.length, false);
    this.answered();
  }

  /** The answer is whole. */
  answered(): void {
    if (this.isClosed) return;
    endRecord(this, true);
    this.exchange = undefined;
    this.#isAnswered = true;
    this.upload?.goOn();
    this.#send(nothing, { from: 0, to: 0, borrowed: false }, true);
    if (this.#pending.length === 0) this.#over();
  }

  /** RFC 9113 §8.1: whoever still sends is told that nobody listens, and that the answer stands. */
  #over(): void {
    if (this.mayReceive) this.session.sayReset(this.id, code.noError);
    this.drop();
  }

  /** The head is nothing that could be asked. */
  turnDown(refused: Refusal, isLast: boolean): void {
    if (refused.status === badRequestStatus) return this.malformed(refused);
    if (!isLast) this.upload = new Upload(this, this.head);
    this.refuse(refused, true);
  }

  /** The request makes no sense: that is said, and the stream is broken off (RFC 9113 §8.1.1). */
  malformed(refused: Refusal): void {
    this.upload = undefined;
    if (this.exchange === undefined) this.refuse(refused, true, undefined);
    else this.exchange.failed(refused, true);
    if (this.isClosed) this.session.sayReset(this.id, code.protocolError);
    else this.reset(code.protocolError);
  }

  /** At once: the answer is cut off. */
  terminate(): void {
    this.reset(code.internalError);
  }
  reset(why: number): void {
    if (this.isClosed) return;
    this.session.sayReset(this.id, why);
    this.drop();
  }

  expired(): void {
    this.reset(code.cancel);
  }

  /** It is over, or nobody is there any more. */
  drop(): void {
    if (this.isClosed) return;
    this.isClosed = true;
    this.deadline = 0;
    this.#pending = [];
    this.upload?.drop();
    const { exchange } = this;
    endRecord(this, false);
    this.exchange = undefined;
    exchange?.abandoned();
    this.session.left(this);
  }
}
