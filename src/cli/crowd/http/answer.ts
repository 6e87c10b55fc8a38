import { framingOf, Malformed, parseHead } from "./head.ts";

/** What came back for one request. Header names are lower-case; repeated ones keep every value. */
export type Answer = {
  status: number;
  headers: Map<string, string[]>;
  bytes: number;
  /** The body's beginning as text, when the request asked to keep it. */
  text: string;
  /** May the connection carry another request? */
  keepAlive: boolean;
};

export const headBytesMax = 65_536;
export const keptBytesMax = 65_536;

type Phase =
  "head" | "fixed" | "chunk-size" | "chunk-data" | "chunk-end" | "trailers" | "to-close" | "done";

/** Reads one HTTP/1.1 response from chunks as they come; `feed` returns the answer once it is whole. */
export class AnswerReader {
  #phase: Phase = "head";
  #pending: Buffer = Buffer.alloc(0);
  #left = 0;
  #kept: Buffer[] = [];
  #keptBytes = 0;
  #answer: Answer = { status: 0, headers: new Map(), bytes: 0, text: "", keepAlive: true };
  readonly #method: string;
  readonly #keepBody: boolean;

  constructor(method: string, keepBody: boolean) {
    this.#method = method;
    this.#keepBody = keepBody;
  }

  feed(chunk: Buffer): Answer | undefined {
    this.#answer.bytes += chunk.length;
    let rest = this.#pending.length > 0 ? Buffer.concat([this.#pending, chunk]) : chunk;
    this.#pending = Buffer.alloc(0);
    while (rest.length > 0 && this.#phase !== "done") {
      const used = this.#step(rest);
      if (used === 0) {
        if (rest.length > headBytesMax) throw new Malformed("a line or head that does not end");
        this.#pending = rest;
        return undefined;
      }
      rest = rest.subarray(used);
    }
    if (this.#phase !== "done") return undefined;
    // Bytes that nobody asked for: the connection is not fit for another request.
    if (rest.length > 0) this.#answer.keepAlive = false;
    return this.#finish();
  }

  /** The connection closed: the answer, if its end is the end of the connection. */
  end(): Answer | undefined {
    if (this.#phase !== "to-close") return undefined;
    this.#answer.keepAlive = false;
    return this.#finish();
  }

  get started(): boolean {
    return this.#answer.bytes > 0;
  }

  #finish(): Answer {
    this.#phase = "done";
    if (this.#keepBody) this.#answer.text = Buffer.concat(this.#kept).toString("utf8");
    return this.#answer;
  }

  /** Consumes from the front of `bytes` and says how much; 0 asks for more. */
  #step(bytes: Buffer): number {
    switch (this.#phase) {
      case "head":
        return this.#readHead(bytes);
      case "fixed":
      case "chunk-data":
        return this.#readBody(bytes);
      case "to-close":
        this.#keep(bytes);
        return bytes.length;
      default:
        return this.#readLine(bytes);
    }
  }

  #readBody(bytes: Buffer): number {
    const used = Math.min(this.#left, bytes.length);
    this.#keep(bytes.subarray(0, used));
    this.#left -= used;
    if (this.#left === 0) this.#phase = this.#phase === "fixed" ? "done" : "chunk-end";
    return used;
  }

  #readLine(bytes: Buffer): number {
    const end = bytes.indexOf("\r\n");
    if (end < 0) return 0;
    const line = bytes.toString("latin1", 0, end);
    if (this.#phase === "chunk-end") {
      if (line !== "") throw new Malformed("a chunk longer than it said");
      this.#phase = "chunk-size";
    } else if (this.#phase === "chunk-size") {
      const [, size] = /^([0-9a-fA-F]{1,13})\s*(?:;|$)/.exec(line) ?? [];
      if (size === undefined)
        throw new Malformed(`a chunk of size ${JSON.stringify(line.slice(0, 40))}`);
      this.#left = Number.parseInt(size, 16);
      this.#phase = this.#left === 0 ? "trailers" : "chunk-data";
    } else if (line === "") this.#phase = "done";
    return end + 2;
  }

  #readHead(bytes: Buffer): number {
    const end = bytes.indexOf("\r\n\r\n");
    if (end < 0) return 0;
    const head = parseHead(bytes.toString("latin1", 0, end));
    // An interim response is followed by the real one.
    if (head.status < 200 && head.status !== 101) return end + 4;
    Object.assign(this.#answer, head);
    const framing = framingOf(this.#method, head);
    if (framing === "chunks") this.#phase = "chunk-size";
    else if (framing === "close") this.#phase = "to-close";
    else {
      this.#left = framing;
      this.#phase = framing === 0 ? "done" : "fixed";
    }
    return end + 4;
  }

  #keep(bytes: Buffer): void {
    if (!this.#keepBody || this.#keptBytes >= keptBytesMax) return;
    this.#keptBytes += bytes.length;
    // The socket may use its buffer again.
    this.#kept.push(Buffer.from(bytes));
  }
}
