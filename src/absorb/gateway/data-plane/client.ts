import type { Socket, SocketHandler } from "bun";
import { continueLine } from "./answer.ts";
import { textOf } from "./bytes.ts";
import { Exchange } from "./exchange.ts";
import { field } from "./field.ts";
import { allValues, type Origin, originOf } from "./forwarding.ts";
import { parsed } from "./head.ts";
import { Outbox } from "./outbox.ts";
import type { Plane } from "./plane.ts";
import * as refusals from "./refusal.ts";
import { type Refusal, refusalBytes } from "./refusal.ts";
import { idLineOf, idOf, newIdLine, renewId } from "./request-id.ts";
import type { RequestHead } from "./request-head.ts";
import { covers } from "./route-table.ts";
import { plainAddress } from "./trusted.ts";

/** What a visitor may still send after the last answer before the connection is cut. */
const lingerBytesMax = 1_048_576;
/** How long a visitor who said that no more comes is believed to be still listening, before we look. */
const halfCloseProbeMs = 200;

/** One visitor's connection: its requests are taken and answered one after the other. */
export class Client {
  readonly plane: Plane;
  readonly socket: Socket<Client>;
  readonly out = new Outbox();
  readonly origin: Origin;
  idLine: Buffer = newIdLine();
  exchange: Exchange | undefined = undefined;
  deadline = 0;
  isClosed = false;
  #head: RequestHead | undefined = undefined;
  #inbox: Buffer | undefined = undefined;
  #inboxAt = 0;
  #isPaused = false;
  #isBusy = false;
  #isHalfClosed = false;
  #isEnding = false;
  #hasShutDown = false;
  #lingered = 0;
  #hash: number;

  constructor(plane: Plane, socket: Socket<Client>) {
    this.plane = plane;
    this.socket = socket;
    const address = plainAddress(socket.remoteAddress);
    this.origin = originOf(address, "http", plane.trusted.has(address));
    this.#hash = plane.hash(address);
    this.deadline = plane.now + plane.config.limits.requestHeadMs;
  }

  /** Which visitor this is, for counting different ones. */
  visitorHash({ head, bytes }: Exchange): number {
    if (!this.origin.isTrusted) return this.#hash;
    const chain = allValues(head, bytes, field.forwardedFor).join(",");
    return this.plane.hash(this.plane.trusted.visitorOf(chain, this.origin.address));
  }

  mayStayOpen(head: RequestHead): boolean {
    return head.keepsAlive && !this.plane.isDraining && !this.#isHalfClosed;
  }

  received(chunk: Buffer): void {
    if (this.#isEnding) {
      this.#lingered += chunk.length;
      if (this.#lingered > lingerBytesMax) this.terminate();
      return;
    }
    const { exchange } = this;
    if (exchange?.isTunnel === true && this.#inbox === undefined) {
      this.#tunnel(exchange, chunk, 0);
      return;
    }
    this.#inbox =
      this.#inbox === undefined
        ? chunk
        : Buffer.concat([this.#inbox.subarray(this.#inboxAt), chunk]);
    this.#inboxAt = 0;
    this.goOn();
  }

  /** Does what can be done now with the bytes that are there. */
  goOn(): void {
    if (this.#isBusy) return;
    this.#isBusy = true;
    while (!this.#isEnding && !this.isClosed && this.#step()) {}
    this.#isBusy = false;
  }

  #step(): boolean {
    const inbox = this.#inbox;
    const { exchange } = this;
    if (inbox === undefined) {
      if (exchange === undefined && this.#isHalfClosed) this.endGracefully();
      else if (exchange?.isFull !== true) this.#resume();
      return false;
    }
    if (exchange === undefined) return this.out.bytes === 0 && this.#begin(inbox);
    if (exchange.isTunnel) {
      this.#inbox = undefined;
      this.#tunnel(exchange, inbox, this.#inboxAt);
      return true;
    }
    if (exchange.body.isWhole) {
      this.deadline = 0;
      const { pipelinedBytesMax } = this.plane.config.limits;
      if (inbox.length - this.#inboxAt > pipelinedBytesMax) this.#pause();
      return false;
    }
    if (exchange.isFull) {
      this.#pause();
      return false;
    }
    this.deadline = this.plane.now + exchange.lane.route.timeouts.bodyIdleMs;
    this.#consumed(exchange.requestBody(inbox, this.#inboxAt, inbox.length));
    if (exchange.body.isWhole) this.deadline = 0;
    return true;
  }

  #consumed(at: number): void {
    this.#inboxAt = at;
    if (this.#inbox === undefined || at < this.#inbox.length) return;
    this.#inbox = undefined;
    this.#inboxAt = 0;
  }

  /** Reads the next request's head; false when it must wait for more bytes. */
  #begin(inbox: Buffer): boolean {
    const { plane } = this;
    const isNew = this.#head === undefined;
    const head = (this.#head ??= plane.takeHead());
    if (isNew) {
      head.reset(this.#inboxAt, plane.requestLimits);
      this.deadline = plane.now + plane.config.limits.requestHeadMs;
    }
    const said = head.parse(inbox, inbox.length);
    if (said === parsed.whole) {
      this.#start(head, inbox);
      return true;
    }
    if (said === parsed.bad) {
      renewId(this.idLine, Date.now());
      this.refuse(refusals.badRequest(head.problem, head.problemStatus), true);
      return false;
    }
    if (this.#inboxAt > 0) {
      this.#inbox = inbox.subarray(this.#inboxAt);
      this.#inboxAt = 0;
      head.reset(0, plane.requestLimits);
    }
    this.#resume();
    if (this.#isHalfClosed) this.refuse(refusals.badRequest("head-cut-short"), true);
    return false;
  }

  #start(head: RequestHead, inbox: Buffer): void {
    const { plane } = this;
    this.deadline = 0;
    this.#identify(head, inbox);
    const host = head.hasHost ? textOf(inbox, head.hostStart, head.hostEnd) : "";
    const ways = plane.routes.ofHost(host);
    const way = ways.find((each) => covers(each, inbox, head.pathStart, head.targetEnd));
    if (way === undefined) {
      this.refuse(refusals.noRoute, head.hasBody || !this.mayStayOpen(head));
      if (!this.#isEnding) this.#consumed(head.bodyStart);
      return;
    }
    if (head.contentLength > way.lane.route.limits.bodyBytesMax) {
      this.refuse(refusals.bodyTooLarge, true);
      return;
    }
    const exchange = new Exchange(this, head, inbox, way.lane);
    this.exchange = exchange;
    this.#consumed(head.bodyStart);
    if (this.#inbox !== undefined && !exchange.body.isWhole) {
      this.#consumed(exchange.requestBody(inbox, this.#inboxAt, inbox.length));
    }
    if (!exchange.body.isWhole) this.deadline = plane.now + way.lane.route.timeouts.bodyIdleMs;
    if (this.exchange === exchange) exchange.dispatch();
  }

  #identify(head: RequestHead, inbox: Buffer): void {
    const given = this.origin.isTrusted ? head.valueOf(field.requestId, inbox) : undefined;
    if (given !== undefined) this.idLine = idLineOf(given);
    else {
      if (this.origin.isTrusted) this.idLine = newIdLine();
      renewId(this.idLine, Date.now());
    }
  }

  #tunnel(exchange: Exchange, bytes: Buffer, from: number): void {
    exchange.bytesIn += bytes.length - from;
    if (exchange.upstream?.write(bytes, from, bytes.length, false) === false) this.#pause();
  }

  /** True when all of it is on its way; false when the sender should pause. */
  write(bytes: Buffer, from: number, to: number, borrowed: boolean): boolean {
    if (this.isClosed) return false;
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
    if (this.#isEnding) this.#shutDown();
    else {
      this.exchange?.upstream?.resume();
      if (this.exchange === undefined) this.#waitForNext();
      this.goOn();
    }
  }

  /** The response is whole. */
  answered(closes: boolean): void {
    this.exchange = undefined;
    this.#giveHeadBack();
    if (closes) this.endGracefully();
    else {
      this.#waitForNext();
      this.goOn();
    }
  }

  #waitForNext(): void {
    if (this.out.bytes === 0) this.deadline = this.plane.now + this.plane.config.limits.keepAliveMs;
  }

  #giveHeadBack(): void {
    if (this.#head !== undefined) this.plane.giveHeadBack(this.#head);
    this.#head = undefined;
  }

  refuse(refused: Refusal, closes: boolean): void {
    const { exchange, plane } = this;
    const head = this.#head;
    plane.tallies.refused(refused.reason);
    const isReadable =
      exchange !== undefined || refused === refusals.noRoute || refused === refusals.bodyTooLarge;
    const bytes = exchange?.bytes ?? this.#inbox;
    const answer = refusalBytes(refused, {
      requestId: idOf(this.idLine),
      accept: isReadable && bytes !== undefined ? head?.valueOf(field.accept, bytes) : undefined,
      isHead: isReadable && head?.method === "HEAD",
      closes,
    });
    this.write(answer, 0, answer.length, false);
    this.exchange = undefined;
    this.answered(closes);
  }

  /** After the last answer: what waits is sent, the visitor may finish sending, then the connection ends. */
  endGracefully(): void {
    if (this.#isEnding || this.isClosed) return;
    this.#isEnding = true;
    this.#inbox = undefined;
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
    else if (this.#isEnding) return;
    else if (exchange === undefined) this.#inbox === undefined ? this.endGracefully() : this.goOn();
    else if (exchange.isTunnel) exchange.upstream?.endWriting();
    else if (!exchange.body.isWhole) exchange.failed(refusals.bodyCutShort, true);
    else this.deadline = this.plane.now + halfCloseProbeMs;
  }

  /** In a tunnel: the instance sends no more. */
  instanceEnded(): void {
    this.exchange?.finished(false);
  }

  expired(): void {
    this.deadline = 0;
    const { exchange } = this;
    if (this.#isEnding || this.out.bytes > 0) this.terminate();
    else if (exchange === undefined) {
      if (this.#inbox === undefined) this.endGracefully();
      else this.refuse(refusals.headTimeout, true);
    } else if (!exchange.body.isWhole) exchange.failed(refusals.bodyTimeout, true);
    else if (this.#isHalfClosed && !exchange.hasAnswered && exchange.head.minorVersion === 1) {
      // Whoever has left resets the connection on this; for a listener it is an interim response like any other.
      this.write(continueLine, 0, continueLine.length, false);
    }
  }

  /** Drain: nothing is running here, so nothing is lost. */
  endIfIdle(): void {
    if (this.exchange === undefined && this.#inbox === undefined) this.endGracefully();
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
    this.#inbox = undefined;
    const { exchange } = this;
    this.exchange = undefined;
    exchange?.abandoned();
    this.#giveHeadBack();
  }

  #pause(): void {
    if (this.#isPaused || this.isClosed) return;
    this.#isPaused = true;
    this.deadline = 0;
    this.socket.pause();
  }
  #resume(): void {
    if (!this.#isPaused || this.isClosed) return;
    this.#isPaused = false;
    this.socket.resume();
  }
}

/** What the visitors' sockets call. */
export const clientEvents = (plane: Plane): SocketHandler<Client> => ({
  open: (socket) => {
    const client = new Client(plane, socket);
    socket.data = client;
    plane.welcome(client);
  },
  data: (socket, chunk) => socket.data.received(chunk),
  drain: (socket) => socket.data?.drained(),
  end: (socket) => socket.data.ended(),
  close: (socket) => socket.data?.closed(),
  error: (socket) => socket.data?.closed(),
});
