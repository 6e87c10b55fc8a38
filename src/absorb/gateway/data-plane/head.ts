import {
  COLON,
  CR,
  LF,
  SPACE,
  TAB,
  UNDERSCORE,
  latin1,
  sameText,
  textOf,
  plainNameBytes,
  tokenBytes,
  valueBytes,
} from "./bytes.ts";
import { field, fieldOf, lookalikeOf } from "./field.ts";

/** What a parser says: it needs more bytes, the head is whole, or it must be refused (see `problem`). */
export const parsed = { more: 0, whole: 1, bad: 2 } as const;

export type HeadLimits = { headBytesMax: number; headersMax: number; targetBytesMax: number };

const STRIDE = 4;
const close = latin1("close");
const keepAlive = latin1("keep-alive");
const upgrade = latin1("upgrade");
const te = latin1("te");
/** Fields that frame or address the message: naming them in Connection must not remove them. */
const neverNamed = new Set([
  "host",
  "content-length",
  "transfer-encoding",
  "connection",
  "upgrade",
]);

/**
 * The head of a message, parsed strictly where it lies: only offsets are kept, no strings.
 * It goes on where it stopped when more bytes of the same buffer are there.
 */
export abstract class Head {
  base = 0;
  bodyStart = 0;
  count = 0;
  problem = "";
  problemStatus = 400;
  minorVersion = 1;
  /** -1 without Content-Length. */
  contentLength = -1;
  chunked = false;
  saysClose = false;
  saysKeepAlive = false;
  saysUpgrade = false;
  /** Field names that Connection lists besides the usual ones, lower case. */
  named: string[] | undefined = undefined;
  /** Per field: where its line begins, its name ends, its value begins and ends. */
  spans = new Int32Array(24 * STRIDE);
  kinds = new Uint8Array(24);
  protected at = 0;
  protected pastFirstLine = false;
  protected limits: HeadLimits;

  constructor(limits: HeadLimits) {
    this.limits = limits;
  }

  protected abstract firstLine(bytes: Buffer, end: number): number;
  protected abstract note(kind: number, bytes: Buffer, from: number, to: number): boolean;
  protected abstract finish(bytes: Buffer): number;

  reset(base: number, limits: HeadLimits): void {
    this.base = base;
    this.at = base;
    this.limits = limits;
    this.pastFirstLine = false;
    this.count = 0;
    this.contentLength = -1;
    this.chunked = false;
    this.saysClose = false;
    this.saysKeepAlive = false;
    this.saysUpgrade = false;
    this.named = undefined;
  }

  lineStart(index: number): number {
    return this.spans[index * STRIDE] as number;
  }
  nameEnd(index: number): number {
    return this.spans[index * STRIDE + 1] as number;
  }
  valueStart(index: number): number {
    return this.spans[index * STRIDE + 2] as number;
  }
  valueEnd(index: number): number {
    return this.spans[index * STRIDE + 3] as number;
  }

  /** The value of the first field of a kind, as text; undefined when there is none. */
  valueOf(kind: number, bytes: Buffer): string | undefined {
    const index = this.kinds.subarray(0, this.count).indexOf(kind);
    return index < 0 ? undefined : textOf(bytes, this.valueStart(index), this.valueEnd(index));
  }

  parse(bytes: Buffer, end: number): number {
    if (!this.pastFirstLine) {
      const said = this.firstLine(bytes, end);
      if (said !== parsed.whole) return said;
      this.pastFirstLine = true;
    }
    return this.fields(bytes, end);
  }

  private fields(bytes: Buffer, end: number): number {
    let at = this.at;
    for (;;) {
      const plainEnd = pastAll(plainNameBytes, bytes, at, end);
      let i = bytes[plainEnd] === UNDERSCORE ? pastAll(tokenBytes, bytes, plainEnd, end) : plainEnd;
      if (i === end) return this.more(at, end);
      const nameEnd = i;
      if (bytes[i] !== COLON || i === at) {
        if (i === at && bytes[i] === CR) return this.lastLine(bytes, at, end);
        return this.badName(bytes[i] as number, i === at);
      }
      const valueStart = pastBlanks(bytes, i + 1, end);
      i = valueStart;
      while (i < end && valueBytes[bytes[i] as number] === 1) i++;
      const ending = this.lineEnd(bytes, i, at, end);
      if (ending !== parsed.whole) return ending;
      let valueEnd = i;
      while (valueEnd > valueStart && (bytes[valueEnd - 1] as number) <= SPACE) valueEnd--;
      if (this.count >= this.limits.headersMax) return this.bad("too-many-headers", 431);
      const kind = (plainEnd === nameEnd ? fieldOf : lookalikeOf)(bytes, at, nameEnd);
      this.add(kind, at, nameEnd, valueStart, valueEnd);
      if (kind !== field.other && !this.note(kind, bytes, valueStart, valueEnd)) return parsed.bad;
      at = i + 2;
      this.at = at;
    }
  }

  /** Does the line that began at `at` end here, with CR LF and nothing else? */
  private lineEnd(bytes: Buffer, i: number, at: number, end: number): number {
    if (i === end) return this.more(at, end);
    if (bytes[i] !== CR) return this.bad(bytes[i] === LF ? "bare-lf" : "control-character");
    if (i + 1 === end) return this.more(at, end);
    return bytes[i + 1] === LF ? parsed.whole : this.bad("bare-cr");
  }

  private add(kind: number, start: number, nameEnd: number, from: number, to: number): void {
    const index = this.count++;
    if (index + 1 >= this.kinds.length) {
      const spans = new Int32Array(this.spans.length * 2);
      spans.set(this.spans);
      this.spans = spans;
      const kinds = new Uint8Array(this.kinds.length * 2);
      kinds.set(this.kinds);
      this.kinds = kinds;
    }
    this.kinds[index] = kind;
    const { spans } = this;
    const slot = index * STRIDE;
    spans[slot] = start;
    spans[slot + 1] = nameEnd;
    spans[slot + 2] = from;
    spans[slot + 3] = to;
  }

  private lastLine(bytes: Buffer, at: number, end: number): number {
    if (at + 1 === end) return this.more(at, end);
    if (bytes[at + 1] !== LF) return this.bad("bare-cr");
    this.spans[this.count * STRIDE] = at;
    this.bodyStart = at + 2;
    if (this.bodyStart - this.base > this.limits.headBytesMax)
      return this.bad("head-too-large", 431);
    return this.finish(bytes);
  }

  private badName(byte: number, atStart: boolean): number {
    if (byte === LF) return this.bad("bare-lf");
    if (byte === SPACE || byte === TAB)
      return this.bad(atStart ? "folded-line" : "space-before-colon");
    if (byte === CR) return this.bad("header-without-colon");
    return this.bad(byte === COLON ? "empty-header-name" : "header-name");
  }

  protected more(at: number, end: number): number {
    this.at = at;
    return end - this.base > this.limits.headBytesMax
      ? this.bad("head-too-large", 431)
      : parsed.more;
  }

  protected bad(problem: string, status = 400): number {
    this.problem = problem;
    this.problemStatus = status;
    return parsed.bad;
  }
  protected refuse(problem: string, status = 400): false {
    this.bad(problem, status);
    return false;
  }

  protected noteConnection(bytes: Buffer, from: number, to: number): void {
    let start = from;
    for (let i = from; i <= to; i++) {
      if (i < to && bytes[i] !== 44) continue;
      let end = i;
      while (start < end && (bytes[start] as number) <= SPACE) start++;
      while (end > start && (bytes[end - 1] as number) <= SPACE) end--;
      if (end > start) this.noteConnectionOption(bytes, start, end);
      start = i + 1;
    }
  }

  private noteConnectionOption(bytes: Buffer, from: number, to: number): void {
    if (sameText(bytes, from, to, close)) this.saysClose = true;
    else if (sameText(bytes, from, to, keepAlive)) this.saysKeepAlive = true;
    else if (sameText(bytes, from, to, upgrade)) this.saysUpgrade = true;
    else if (!sameText(bytes, from, to, te)) {
      const name = textOf(bytes, from, to).toLowerCase();
      if (!neverNamed.has(name)) (this.named ??= []).push(name);
    }
  }

  /** Is this field named in Connection, and so meant for this hop only? */
  isNamed(bytes: Buffer, index: number): boolean {
    if (this.named === undefined) return false;
    const name = textOf(bytes, this.lineStart(index), this.nameEnd(index)).toLowerCase();
    return this.named.includes(name);
  }
}

function pastAll(table: Uint8Array, bytes: Buffer, from: number, end: number): number {
  let i = from;
  while (i < end && table[bytes[i] as number] === 1) i++;
  return i;
}

function pastBlanks(bytes: Buffer, from: number, end: number): number {
  let i = from;
  while (i < end && (bytes[i] === SPACE || bytes[i] === TAB)) i++;
  return i;
}
