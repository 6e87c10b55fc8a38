import { COLON, CR, LF, SPACE, TAB, tokenBytes, valueBytes } from "./bytes.ts";

const state = {
  sizeFirst: 0,
  size: 1,
  extension: 2,
  sizeLf: 3,
  data: 4,
  dataCr: 5,
  dataLf: 6,
  lineStart: 7,
  name: 8,
  value: 9,
  valueLf: 10,
  lastLf: 11,
  done: 12,
} as const;

const sizeDigitsMax = 8;
/** RFC 9110 §6.5.1: fields that say how the message is read, where it goes or who sends it must not come after it. */
const forbiddenTrailers = new Set([
  "content-length",
  "transfer-encoding",
  "host",
  "connection",
  "content-encoding",
  "trailer",
  "te",
  "upgrade",
  "authorization",
  "cookie",
  "set-cookie",
  "expect",
  "forwarded",
  "x-forwarded-for",
  "x-forwarded-proto",
  "x-forwarded-host",
  "x-request-id",
]);

export type ChunkLimits = { chunkExtensionBytesMax: number; trailerBytesMax: number };

/** Follows a chunked body byte by byte, strictly, without changing or copying it. */
export class ChunkedBody {
  dataBytes = 0;
  problem = "";
  /** Where the lines after the last chunk began within the range that was scanned last; -1 when there were none. */
  trailersFrom = -1;
  #state: number = state.sizeFirst;
  #left = 0;
  #digits = 0;
  #spent = 0;
  #trailerName = "";
  #limits: ChunkLimits;

  constructor(limits: ChunkLimits) {
    this.#limits = limits;
  }

  get isDone(): boolean {
    return this.#state === state.done;
  }

  /** Where it stopped: `to`, the end of the body, or at a byte that must not be there (see `problem`). */
  scan(
    bytes: Buffer,
    from: number,
    to: number,
    onData?: (from: number, to: number) => void,
  ): number {
    let at = from;
    this.trailersFrom = this.#state >= state.lineStart ? from : -1;
    while (at < to && this.#state !== state.done) {
      if (this.#state === state.data) {
        const taken = Math.min(this.#left, to - at);
        onData?.(at, at + taken);
        this.dataBytes += taken;
        this.#left -= taken;
        at += taken;
        if (this.#left === 0) this.#state = state.dataCr;
        continue;
      }
      if (!this.#step(bytes[at] as number)) return at;
      at++;
      if (this.#state === state.lineStart && this.trailersFrom < 0) this.trailersFrom = at;
    }
    return at;
  }

  #step(byte: number): boolean {
    switch (this.#state) {
      case state.sizeFirst:
      case state.size:
        return this.#size(byte);
      case state.extension:
        if (byte === CR) return this.#to(state.sizeLf);
        if (valueBytes[byte] !== 1) return this.#bad("chunk-extension");
        return (
          ++this.#spent <= this.#limits.chunkExtensionBytesMax ||
          this.#bad("chunk-extension-too-long")
        );
      case state.sizeLf:
        if (byte !== LF) return this.#bad("chunk-size");
        this.#spent = 0;
        return this.#to(this.#left === 0 ? state.lineStart : state.data);
      case state.dataCr:
        return byte === CR ? this.#to(state.dataLf) : this.#bad("chunk-end");
      case state.dataLf:
        return byte === LF ? this.#to(state.sizeFirst) : this.#bad("chunk-end");
      default:
        return this.#trailer(byte);
    }
  }

  #size(byte: number): boolean {
    const digit = hexDigit(byte);
    if (digit >= 0) {
      if (this.#state === state.sizeFirst) this.#digits = this.#left = 0;
      if (++this.#digits > sizeDigitsMax) return this.#bad("chunk-size");
      this.#left = this.#left * 16 + digit;
      return this.#to(state.size);
    }
    if (this.#state === state.sizeFirst) return this.#bad("chunk-size");
    if (byte === CR) return this.#to(state.sizeLf);
    // No blank before ";": servers disagree on where the size ends then.
    return byte === 59 ? this.#to(state.extension) : this.#bad("chunk-size");
  }

  #trailer(byte: number): boolean {
    if (++this.#spent > this.#limits.trailerBytesMax) return this.#bad("trailers-too-long");
    switch (this.#state) {
      case state.lineStart:
        if (byte === CR) return this.#to(state.lastLf);
        if (tokenBytes[byte] !== 1) return this.#bad("trailer");
        this.#trailerName = String.fromCharCode(byte);
        return this.#to(state.name);
      case state.name:
        if (tokenBytes[byte] === 1) {
          this.#trailerName += String.fromCharCode(byte);
          return true;
        }
        if (byte !== COLON) return this.#bad("trailer");
        if (forbiddenTrailers.has(this.#trailerName.toLowerCase().replaceAll("_", "-")))
          return this.#bad("trailer-forbidden");
        return this.#to(state.value);
      case state.value:
        if (byte === CR) return this.#to(state.valueLf);
        return valueBytes[byte] === 1 || byte === SPACE || byte === TAB || this.#bad("trailer");
      case state.valueLf:
        return byte === LF ? this.#to(state.lineStart) : this.#bad("trailer");
      default:
        return byte === LF ? this.#to(state.done) : this.#bad("trailer");
    }
  }

  #to(next: number): true {
    this.#state = next;
    return true;
  }
  #bad(problem: string): false {
    this.problem = problem;
    return false;
  }
}

function hexDigit(byte: number): number {
  if (byte >= 48 && byte <= 57) return byte - 48;
  const lower = byte | 32;
  return lower >= 97 && lower <= 102 ? lower - 87 : -1;
}
