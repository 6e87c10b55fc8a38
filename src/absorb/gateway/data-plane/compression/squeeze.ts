import type { Exchange } from "../exchange.ts";
import { badResponse } from "../refusal.ts";
import { type Compressing, compressed, compressing } from "./engine.ts";
import { compressedHead } from "./head.ts";
import type { Encoding } from "./settings.ts";

/** Answers up to this size, when it is known, are compressed in one piece and keep a length. */
const wholeBytesMax = 65_536;
/** What may wait to be compressed before the instance is asked to pause. */
const waitingBytesMax = 262_144;
/** Answers that a worker compresses at once; those beyond go plain. */
const underWayMax = 256;
let underWay = 0;

export const hasRoom = (): boolean => underWay < underWayMax;

const lastChunk = Buffer.from("0\r\n\r\n");
const nothing = Buffer.alloc(0);

/** One answer that is compressed on its way, on other threads, no faster than its visitor takes it. */
export class Squeeze {
  /** Everything of the body has come. */
  hasAll = false;
  mayReuse = false;
  readonly #exchange: Exchange;
  readonly #encoding: Encoding;
  readonly #head: string;
  /** What came, while it is to be compressed in one piece. */
  #parts: Buffer[] | undefined = undefined;
  #stream: Compressing | undefined = undefined;
  #flushKind = 0;
  #flushes = false;
  #waitingBytes = 0;
  #isDropped = false;

  /** `head` is that of the plain answer. */
  constructor(exchange: Exchange, encoding: Encoding, head: string) {
    underWay++;
    this.#exchange = exchange;
    this.#encoding = encoding;
    this.#head = head;
    const { contentLength = -1 } = exchange.responseHead ?? {};
    if (contentLength >= 0 && contentLength <= wholeBytesMax) this.#parts = [];
    else this.#begin(contentLength < 0);
  }

  #begin(isOpenEnded: boolean): void {
    const { stream, flushKind } = compressing(this.#encoding);
    this.#stream = stream;
    this.#flushKind = flushKind;
    // Nobody knows how long the rest takes to come: what is there goes on at once.
    this.#flushes = isOpenEnded;
    stream.on("data", (chunk: Buffer) => this.#send(chunk));
    stream.on("end", () => this.#over(lastChunk));
    stream.on("error", () => this.#exchange.failed(badResponse("compression")));
    this.#write(Buffer.from(compressedHead(this.#head, this.#encoding), "latin1"));
  }

  take(part: Buffer): void {
    if (this.#parts !== undefined) {
      this.#parts.push(part);
      return;
    }
    const { upstream, plane, lane } = this.#exchange;
    if (upstream !== undefined) upstream.deadline = plane.now + lane.route.timeouts.idleMs;
    this.#waitingBytes += part.length;
    if (this.#waitingBytes > waitingBytesMax) upstream?.pause();
    this.#stream?.write(part, () => {
      this.#waitingBytes -= part.length;
      if (this.#waitingBytes <= waitingBytesMax / 2) this.#exchange.upstream?.resume();
    });
    if (this.#flushes) this.#stream?.flush(this.#flushKind);
  }

  /** The body is whole. */
  finish(mayReuse: boolean): void {
    if (this.hasAll) return;
    this.hasAll = true;
    this.mayReuse = mayReuse;
    const { upstream } = this.#exchange;
    if (upstream !== undefined) upstream.deadline = 0;
    if (this.#parts === undefined) this.#stream?.end();
    else void this.#inOnePiece(Buffer.concat(this.#parts));
  }

  async #inOnePiece(plain: Buffer): Promise<void> {
    const made = await compressed(plain, this.#encoding, "now").catch(() => undefined);
    if (this.#isDropped) return;
    const isSmaller = made !== undefined && made.length < plain.length;
    const head = isSmaller ? compressedHead(this.#head, this.#encoding, made.length) : this.#head;
    this.#over(Buffer.concat([Buffer.from(head, "latin1"), isSmaller ? made : plain]));
  }

  #send(chunk: Buffer): void {
    const framed = Buffer.concat([
      Buffer.from(`${chunk.length.toString(16)}\r\n`, "latin1"),
      chunk,
      lineEnd,
    ]);
    if (!this.#write(framed)) this.#stream?.pause();
  }
  #write(bytes: Buffer): boolean {
    if (this.#isDropped) return true;
    this.#exchange.bytesOut += bytes.length;
    return this.#exchange.client.write(bytes, 0, bytes.length, false);
  }

  /** The visitor took all that was waiting. */
  goOn(): void {
    if (this.#stream?.isPaused() === true) this.#stream.resume();
  }

  #over(last: Buffer = nothing): void {
    if (this.#isDropped) return;
    this.#write(last);
    this.#exchange.finished(this.mayReuse);
  }

  /** The exchange is over. */
  drop(): void {
    if (this.#isDropped) return;
    this.#isDropped = true;
    underWay--;
    this.#parts = undefined;
    this.#stream?.destroy();
  }
}

const lineEnd = Buffer.from("\r\n");
