import type { Socket } from "bun";
import type { Client } from "../client.ts";
import type { Connection } from "../connection.ts";
import { parsed } from "../head.ts";
import type { Outbox } from "../outbox.ts";
import type { Plane } from "../plane.ts";
import * as refusals from "../refusal.ts";
import type { Visitor } from "../visitor.ts";
import { code, frame, kindOf, windowBytesAtFirst, windowBytesMax } from "./frames.ts";
import { emptyTable } from "./hpack-writer.ts";
import { Incoming } from "./incoming.ts";
import { ReceiveWindow } from "./receive-window.ts";
import type { RequestDraft } from "./request-draft.ts";
import { Sender } from "./sender.ts";
import { type Fault, newPeer, ourSettings, type Peer } from "./settings.ts";
import { Stream } from "./stream.ts";

/** What a visitor may send of all bodies of a connection before we have taken it, once much of it was taken. */
const connectionWindowBytesMax = 1_048_576;
/** Answers to frames that wait for a visitor who reads nothing; then we read nothing either. */
const unreadBytesMax = 1_048_576;
const lingerBytesMax = 1_048_576;
/** Streams that we broke off lately: what was on its way then is no mistake (RFC 9113 §5.1). */
const resetsRemembered = 128;
const anyStream = windowBytesMax;

/** One visitor's connection over which HTTP/2 is spoken (RFC 9113): many requests at once, each a stream. */
export class Session implements Connection {
  readonly plane: Plane;
  readonly socket: Socket<Connection>;
  readonly out: Outbox;
  readonly visitor: Visitor;
  readonly sender: Sender;
  readonly streams = new Map<number, Stream>();
  readonly peer: Peer = newPeer();
  lastStream = 0;
  deadline = 0;
  isClosed = false;
  /** The last frame is on its way. */
  isEnding = false;
  /** As it was said when the connection began. */
  readonly streamsMax: number;
  readonly #incoming: Incoming = new Incoming(this);
  readonly #visitors: Visitor[] = [];
  readonly #resets: number[] = [];
  #resetCount = 0;
  readonly window = new ReceiveWindow({
    bytes: windowBytesAtFirst,
    bytesMax: connectionWindowBytesMax,
  });
  #hasSaidTable = false;
  #isPaused = false;
  #isHalfClosed = false;
  /** No new streams: we said so, or the visitor did. */
  #isLeaving = false;
  #lingered = 0;
  #since: number;

  /** Takes over the connection of a client that turned out to speak HTTP/2. */
  constructor(client: Client) {
    this.plane = client.plane;
    this.socket = client.socket;
    this.out = client.out;
    this.visitor = client.visitor;
    this.streamsMax = this.plane.config.http2.streamsMax;
    this.#since = this.plane.now;
    this.sender = new Sender(this.socket, this.out, this.plane);
    this.plane.clients.add(this);
    client.closed(); // To the client it is as if it were.
    this.socket.data = this;
    this.#greet();
  }

  #greet(): void {
    const { streamsMax } = this;
    const headBytesMax = this.plane.config.limits.requestHeadBytesMax;
    this.sender.frame(kindOf(frame.settings), 0, ourSettings({ streamsMax, headBytesMax }));
    this.#rest();
  }

  received(chunk: Buffer): void {
    if (this.isEnding) {
      this.#lingered += chunk.length;
      if (this.#lingered > lingerBytesMax) this.terminate();
      return;
    }
    const wasCutShort = this.#incoming.isCutShort;
    const broken = this.#incoming.take(chunk);
    if (broken !== undefined) this.#breakOff(broken);
    this.sender.flush();
    if (this.#incoming.isCutShort && !wasCutShort) this.#since = this.plane.now;
    if (this.out.bytes > unreadBytesMax) this.#pause();
    this.#rest();
  }

  mayOpen(id: number): boolean {
    this.lastStream = id;
    if (!this.#isLeaving && this.streams.size < this.streamsMax) return true;
    this.sayReset(id, code.refusedStream);
    return false;
  }

  open(id: number, draft: RequestDraft, isLast: boolean): void {
    const { plane } = this;
    const head = plane.takeHead();
    head.reset(0, plane.requestLimits);
    const visitor = this.#visitors.pop() ?? this.visitor.beside();
    const stream = new Stream(this, id, { head, visitor });
    this.streams.set(id, stream);
    const length = draft.finish(isLast);
    if (length > 0 && head.parse(draft.bytes, length) === parsed.whole) {
      stream.begin(draft.bytes, isLast);
      return;
    }
    visitor.identify();
    const said = length > 0 ? head : draft;
    stream.turnDown(refusals.badRequest(said.problem, said.problemStatus), isLast);
  }

  /** A stream is over. */
  left(stream: Stream): void {
    this.streams.delete(stream.id);
    this.#visitors.push(stream.visitor);
    this.plane.giveHeadBack(stream.head);
    if (this.streams.size > 0 || this.isEnding) return;
    this.#since = this.plane.now;
    if (this.#isLeaving || this.#isHalfClosed) this.#finish();
    else this.#rest();
  }

  /** So much of what came is held no longer. */
  taken(bytes: number): void {
    const renewed = this.window.taken(bytes);
    if (renewed > 0) this.renewWindow(0, renewed);
  }
  renewWindow(stream: number, bytes: number): void {
    if (!this.isEnding) this.sender.word(kindOf(frame.windowUpdate), stream, bytes);
  }
  sayReset(stream: number, why: number): void {
    this.#resets[this.#resetCount++ % resetsRemembered] = stream;
    if (!this.isEnding) this.sender.word(kindOf(frame.rstStream), stream, why);
  }
  wasReset(stream: number): boolean {
    return this.#resets.includes(stream);
  }
  /** All streams may send so much more, or less; false when that is more than may be. */
  widenAll(bytes: number): boolean {
    for (const stream of this.streams.values()) {
      stream.window += bytes;
      if (stream.window > windowBytesMax) return false;
      stream.widened();
    }
    return true;
  }

  /** Where the fields of the next block begin. */
  beginBlock(block: Buffer): number {
    if (this.#hasSaidTable) return 0;
    this.#hasSaidTable = true;
    block[0] = emptyTable;
    return 1;
  }

  drained(): void {
    if (this.isClosed || this.out.bytes === 0) return;
    this.sender.blockedAt = this.plane.now;
    if (!this.out.flush(this.socket)) return this.#rest();
    if (this.isEnding) return this.#shutDown();
    this.#resume();
    this.sender.flush();
    this.#rest();
  }

  /** Looks after deadlines not later than this. */
  watch(deadline: number): void {
    if (deadline !== 0 && (this.deadline === 0 || deadline < this.deadline))
      this.deadline = deadline;
  }
  #rest(): void {
    this.watch(this.#ownDeadline());
  }
  #ownDeadline(): number {
    const { limits } = this.plane.config;
    if (this.isEnding) return this.deadline;
    if (this.out.bytes > 0) return this.sender.blockedAt + limits.stalledReaderMs;
    if (this.#incoming.isCutShort) return this.#since + limits.requestHeadMs;
    const idleMs = limits[this.plane.isDraining ? "lingerMs" : "keepAliveMs"];
    return this.streams.size === 0 ? this.#since + idleMs : 0;
  }

  expired(): void {
    const { now } = this.plane;
    const own = this.#ownDeadline();
    this.deadline = 0;
    if (this.isEnding) return this.terminate();
    if (own !== 0 && own <= now) {
      if (this.out.bytes > 0) this.terminate();
      else this.#breakOff({ code: code.noError, why: "idle" });
      return;
    }
    this.watch(own);
    for (const stream of this.streams.values()) {
      const { upload } = stream;
      if (upload !== undefined && upload.deadline !== 0 && upload.deadline <= now) upload.expired();
      if (stream.deadline !== 0 && stream.deadline <= now) stream.expired();
      this.watch(stream.deadline);
      this.watch(stream.upload?.deadline ?? 0);
    }
  }

  /** There is no place for this connection. */
  turnAway(): void {
    this.#breakOff({ code: code.noError, why: "too-many-connections" });
  }

  /** The visitor asks for nothing more on this connection. */
  peerLeaves(): void {
    this.#isLeaving = true;
    if (this.streams.size === 0) this.#finish();
  }

  /** RFC 9113 §6.8: first that the end is near, so that what is on its way is still taken. */
  beginDrain(): void {
    if (!this.isEnding) this.sender.goAway(anyStream, { code: code.noError, why: "" });
  }
  endIfIdle(): void {
    if (this.#isLeaving || this.isEnding) return;
    this.#isLeaving = true;
    this.sender.goAway(this.lastStream, { code: code.noError, why: "" });
    if (this.streams.size === 0) this.#finish();
  }

  /** Nothing more is said here, and it is said why. */
  #breakOff(broken: Fault): void {
    if (this.isEnding || this.isClosed) return;
    if (broken.code === code.enhanceYourCalm) this.plane.tallies.refused("gateway.http2-flood");
    else if (broken.code !== code.noError) this.plane.tallies.refused("gateway.http2-broken");
    this.sender.goAway(this.lastStream, broken);
    this.#finish();
  }

  #finish(): void {
    if (this.isEnding || this.isClosed) return;
    this.isEnding = true;
    this.sender.drop();
    for (const stream of this.streams.values()) stream.drop();
    this.#resume();
    if (this.out.bytes === 0) this.#shutDown();
  }

  #shutDown(): void {
    this.deadline = this.plane.now + this.plane.config.limits.lingerMs;
    if (this.#isHalfClosed) this.socket.end();
    else this.socket.shutdown();
  }

  ended(): void {
    this.#isHalfClosed = true;
    if (this.isEnding || this.isClosed) this.socket.end();
    else if (this.streams.size === 0) this.#finish();
    else this.sender.ping(); // Whoever has left resets the connection on this.
  }

  terminate(): void {
    if (!this.isClosed) this.socket.terminate();
  }

  closed(): void {
    if (this.isClosed) return;
    this.isClosed = this.isEnding = true;
    this.deadline = 0;
    this.plane.left(this);
    this.sender.drop();
    this.out.drop();
    for (const stream of this.streams.values()) stream.drop();
  }

  #pause(): void {
    if (this.#isPaused || this.isClosed) return;
    this.#isPaused = true;
    this.socket.pause();
  }
  #resume(): void {
    if (!this.#isPaused || this.isClosed) return;
    this.#isPaused = false;
    this.socket.resume();
  }
}
