import type { Socket } from "bun";
import { moreBy, takeRequestBody } from "./body-passing.ts";
import { type AccessRecord, endRecord } from "./access-log/record.ts";
import { continueLine } from "./answer.ts";
import { arrive } from "./arrival.ts";
import type { Coming, Connection } from "./connection.ts";
import type { Exchange } from "./exchange.ts";
import { turnsToHttp2 } from "./h2/entry.ts";
import { parsed } from "./head.ts";
import { Inbox } from "./inbox.ts";
import { Outbox } from "./outbox.ts";
import type { Plane } from "./plane.ts";
import * as refusals from "./refusal.ts";
import type { Refusal } from "./refusal.ts";
import { answerFor } from "./refusing.ts";
import type { RequestHead } from "./request-head.ts";
import { enter } from "./rules/rules.ts";
import { Visitor } from "./visitor.ts";

/** What a visitor may still send after the last answer before the connection is cut. */
const lingerBytesMax = 1_048_576;
/** How long a visitor who said that no more comes is believed to be still listening, before we look. */
const halfCloseProbeMs = 200;

/** One visitor's connection: its requests are taken and answered one after the other. */
export class Client {
  readonly plane: Plane;
  readonly socket: Socket<Connection>;
  readonly out = new Outbox();
  readonly visitor: Visitor;
  exchange: Exchange | undefined = undefined;
  record: AccessRecord | undefined = undefined;
  deadline = 0;
  isClosed = false;
  isEnding = false;
  #head: RequestHead | undefined = undefined;
  readonly #inbox = new Inbox();
  #isPaused = false;
  #isBusy = false;
  #isHalfClosed = false;
  #hasShutDown = false;
  #lingered = 0;

  constructor(plane: Plane, socket: Socket<Connection>, { proto, address }: Coming) {
    this.plane = plane;
    this.socket = socket;
    this.visitor = new Visitor(plane, address ?? socket.remoteAddress, proto);
    this.deadline = plane.now + plane.config.limits.requestHeadMs;
  }

  mayStayOpen(head: RequestHead): boolean {
    const isLast = this.#isHalfClosed && this.#inbox.waiting === 0;
    return head.keepsAlive && !this.plane.isDraining && !isLast;
  }

  received(chunk: Buffer): void {
    if (this.isEnding) {
      this.#lingered += chunk.length;
      if (this.#lingered > lingerBytesMax) this.terminate();
      return;
    }
    const { exchange } = this;
    if (exchange?.isTunnel === true && this.#inbox.bytes === undefined)
      return this.#tunnel(exchange, chunk, 0);
    this.#inbox.add(chunk);
    this.goOn();
  }

  /** Does what can be done now with the bytes that are there. */
  goOn(): void {
    if (this.#isBusy) return;
    this.#isBusy = true;
    while (!this.isEnding && !this.isClosed && this.#step()) {}
    this.#isBusy = false;
  }

  #step(): boolean {
    const inbox = this.#inbox;
    const { exchange } = this;
    if (inbox.bytes === undefined) {
      if (exchange === undefined && this.#isHalfClosed) this.endGracefully();
      else if (exchange?.isFull !== true) this.#resume();
      return false;
    }
    if (exchange === undefined) return this.out.bytes === 0 && this.#begin(inbox.bytes);
    if (exchange.isTunnel) {
      const { bytes, at } = inbox;
      inbox.clear();
      this.#tunnel(exchange, bytes, at);
      return true;
    }
    if (exchange.body.isWhole) {
      this.#needsNoHurry();
      if (inbox.waiting > this.plane.config.limits.pipelinedBytesMax) this.#pause();
      return false;
    }
    if (exchange.isFull) {
      exchange.body.patience?.rest();
      this.#pause();
      return false;
    }
    this.#takeBody(exchange, inbox.bytes);
    return true;
  }

  #takeBody(exchange: Exchange, bytes: Buffer): void {
    exchange.body.patience?.took(bytes.length - this.#inbox.at, this.plane.now);
    this.deadline = moreBy(exchange);
    this.#inbox.consume(takeRequestBody(exchange, bytes, this.#inbox.at, bytes.length));
    if (exchange.body.isWhole) this.#needsNoHurry();
  }

  #needsNoHurry(): void {
    if (this.out.bytes === 0) this.deadline = 0;
  }

  /** Reads the next request's head; false when it must wait for more bytes. */
  #begin(bytes: Buffer): boolean {
    const { plane } = this;
    const isNew = this.#head === undefined;
    const head = (this.#head ??= plane.takeHead());
    if (isNew) {
      head.reset(this.#inbox.at, plane.requestLimits);
      this.deadline = plane.now + plane.config.limits.requestHeadMs;
    }
    const said = head.parse(bytes, bytes.length);
    if (said === parsed.whole) {
      this.#start(head, bytes);
      return true;
    }
    if (said === parsed.bad) {
      if (turnsToHttp2(this, bytes, this.#inbox.at)) return false;
      this.visitor.identify();
      this.refuse(refusals.badRequest(head.problem, head.problemStatus), true);
      return false;
    }
    if (this.#inbox.rebase()) head.reset(0, plane.requestLimits);
    this.#resume();
    if (this.#isHalfClosed) this.refuse(refusals.badRequest("head-cut-short"), true);
    return false;
  }

  #start(head: RequestHead, bytes: Buffer): void {
    this.deadline = 0;
    this.#inbox.consume(head.bodyStart);
    this.plane.tallies.http1.add();
    const exchange = arrive(this, head, bytes);
    if (exchange === undefined) return;
    this.exchange = exchange;
    if (this.#inbox.bytes === bytes && !exchange.body.isWhole) this.#takeBody(exchange, bytes);
    else if (!exchange.body.isWhole) this.deadline = moreBy(exchange);
    if (this.exchange === exchange) enter(exchange);
  }

  #tunnel(exchange: Exchange, bytes: Buffer, from: number): void {
    exchange.bytesIn += bytes.length - from;
    if (exchange.upstream?.write(bytes, from, bytes.length, false) === false) this.#pause();
  }

  /** True when all of it is on its way; false when the sender should pause. */
  write(bytes: Buffer, from: number, to: number, borrowed: boolean): boolean {
    if (this.isClosed) return false;
    this.record?.wrote(bytes, from, to);
    const isThrough = this.out.write(this.socket, bytes, from, to, borrowed);
    if (!isThrough) this.deadline = this.plane.now + this.plane.config.limits.stalledReaderMs;
    return isThrough;
  }

  drained(): void {
    if (this.isClosed || this.out.bytes === 0) return;
    const before = this.out.bytes;
    if (!this.out.flush(this.socket)) {
      if (this.out.bytes < before)
        this.deadline = this.plane.now + this.plane.config.limits.stalledReaderMs;
      return;
    }
    this.deadline = 0;
    if (this.isEnding) this.#shutDown();
    else {
      this.exchange?.visitorTook();
      if (this.exchange === undefined) this.#waitForNext();
      this.goOn();
    }
  }

  /** The response is whole. */
  answered(closes: boolean): void {
    endRecord(this, true);
    this.exchange = undefined;
    this.#giveHeadBack();
    if (closes) this.endGracefully();
    else {
      this.#waitForNext();
      this.goOn();
    }
  }

  #waitForNext(): void {
    if (this.out.bytes > 0) return;
    const { isDraining, config } = this.plane; // Who was not told that this is the end may ask once more.
    this.deadline = this.plane.now + config.limits[isDraining ? "lingerMs" : "keepAliveMs"];
  }

  #giveHeadBack(): void {
    if (this.#head !== undefined) this.plane.giveHeadBack(this.#head);
    this.#head = undefined;
  }

  /** Says no. `readable` is what the request's head points into, when that could be read. */
  refuse(refused: Refusal, closes: boolean, readable = this.exchange?.bytes, route?: string): void {
    const answer = answerFor(this, refused, { head: this.#head, readable, closes, route });
    this.write(answer, 0, answer.length, false);
    this.answered(closes);
  }

  /** After the last answer: what waits is sent, the visitor may finish sending, then the connection ends. */
  endGracefully(): void {
    if (this.isEnding || this.isClosed) return;
    this.isEnding = true;
    this.#inbox.clear();
    this.#giveHeadBack();
    this.#resume();
    if (this.out.bytes === 0) this.#shutDown();
  }

  #shutDown(): void {
    if (this.#isHalfClosed) this.socket.end();
    else {
      this.#hasShutDown = true;
      this.deadline = this.plane.now + this.plane.config.limits.lingerMs;
      this.socket.shutdown();
    }
  }

  /** The visitor sends no more; many of those still listen, some have left. */
  ended(): void {
    this.#isHalfClosed = true;
    const { exchange } = this;
    if (this.#hasShutDown || this.isClosed) this.socket.end();
    else if (this.isEnding) return;
    else if (exchange === undefined) this.goOn();
    else if (exchange.isTunnel) exchange.upstream?.endWriting();
    else if (!exchange.body.isWhole) exchange.failed(refusals.bodyCutShort, true);
    else if (this.out.bytes === 0) this.deadline = this.plane.now + halfCloseProbeMs;
  }

  expired(): void {
    this.deadline = 0;
    const { exchange } = this;
    if (this.isEnding || this.out.bytes > 0) this.terminate();
    else if (exchange === undefined) {
      if (this.#inbox.bytes === undefined) this.endGracefully();
      else this.refuse(refusals.headTimeout, true);
    } else if (!exchange.body.isWhole) exchange.failed(refusals.bodyTimeout, true);
    else if (this.#isHalfClosed && !exchange.hasAnswered && exchange.head.minorVersion === 1) {
      // Whoever has left resets the connection on this; for a listener it is an interim response like any other.
      this.write(continueLine, 0, continueLine.length, false);
    }
  }

  /** Drain begins: here each last answer says so. */
  beginDrain(): void {}

  /** Drain: nothing is running here, so nothing is lost. */
  endIfIdle(): void {
    if (this.exchange === undefined && this.#inbox.bytes === undefined) this.endGracefully();
  }

  terminate(): void {
    if (!this.isClosed) this.socket.terminate();
  }

  closed(): void {
    if (this.isClosed) return;
    this.isClosed = true;
    this.deadline = 0;
    this.plane.left(this);
    this.out.drop();
    this.#inbox.clear();
    endRecord(this, false);
    this.exchange?.abandoned();
    this.exchange = undefined;
    this.#giveHeadBack();
  }

  #pause(): void {
    if (this.#isPaused || this.isClosed) return;
    this.#isPaused = true;
    this.#needsNoHurry();
    this.socket.pause();
  }
  #resume(): void {
    if (!this.#isPaused || this.isClosed) return;
    this.#isPaused = false;
    this.socket.resume();
  }
}
