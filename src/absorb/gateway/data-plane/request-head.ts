import {
  CR,
  LF,
  SPACE,
  decimalOf,
  latin1,
  methodBytes,
  sameText,
  targetBytes,
  textOf,
} from "./bytes.ts";
import { field } from "./field.ts";
import { patienceOf } from "./origin/patience.ts";
import { Head, type HeadLimits, parsed } from "./head.ts";
import { isHost } from "./host.ts";
import { mayHoldOwnCookies } from "./own-cookies.ts";

const methodBytesMax = 32;
const chunked = latin1("chunked");
const continues = latin1("100-continue");
const trailers = latin1("trailers");
const httpScheme = latin1("http://");
const version1 = latin1("HTTP/1.");
const SLASH = 47;
const QUESTION = 63;
const ASTERISK = 42;

const methods = ["GET", "HEAD", "POST", "PUT", "DELETE", "OPTIONS", "PATCH", "CONNECT", "TRACE"];
const methodTexts = methods.map(latin1);
/** RFC 9110 §9.2.2: may be sent twice with the effect of once. */
const idempotentMethods = new Set(["GET", "HEAD", "PUT", "DELETE", "OPTIONS"]);

/** The head of a request. Whatever two servers could read differently is refused here. */
export class RequestHead extends Head {
  method = "";
  /** Where the request line begins: after an empty line, if one was sent. */
  lineBegin = 0;
  methodEnd = 0;
  targetStart = 0;
  targetEnd = 0;
  /** Where the path begins; after the authority in absolute form, else `targetStart`. */
  pathStart = 0;
  hostStart = 0;
  hostEnd = 0;
  hasHost = false;
  expectsContinue = false;
  isIdempotent = false;
  isAbsolute = false;
  acceptsTrailers = false;
  hasUpgrade = false;
  /** It brings cookies that are meant for Castor's console. */
  hasOwnCookies = false;
  /** How long the client says it waits for the answer; 0 when it does not say. */
  patienceMs = 0;

  override reset(base: number, limits: HeadLimits): void {
    super.reset(base, limits);
    this.method = "";
    this.hasHost = false;
    this.expectsContinue = false;
    this.isAbsolute = false;
    this.acceptsTrailers = false;
    this.hasUpgrade = false;
    this.hasOwnCookies = false;
    this.patienceMs = 0;
  }

  get hasBody(): boolean {
    return this.chunked || this.contentLength > 0;
  }

  get wantsUpgrade(): boolean {
    return this.saysUpgrade && this.hasUpgrade && this.minorVersion === 1;
  }

  /** RFC 9112 §9.3. */
  get keepsAlive(): boolean {
    return this.minorVersion === 1 ? !this.saysClose : this.saysKeepAlive && !this.saysClose;
  }

  protected firstLine(bytes: Buffer, end: number): number {
    // RFC 9112 §2.2: one empty line before a request is what old clients leave after a body.
    if (this.at === this.base && bytes[this.at] === CR && this.at < end) {
      if (this.at + 1 >= end) return this.more(this.at, end);
      if (bytes[this.at + 1] !== LF) return this.bad("bare-cr");
      this.at += 2;
    }
    const start = this.at;
    this.lineBegin = start;
    let i = start;
    while (i < end && methodBytes[bytes[i] as number] === 1) i++;
    if (i - start > methodBytesMax) return this.bad("method");
    if (i === end) return this.moreOfLine(start, end);
    if (bytes[i] !== SPACE || i === start) return this.bad(bytes[i] === LF ? "bare-lf" : "method");
    this.methodEnd = i;
    i++;
    this.targetStart = i;
    while (i < end && targetBytes[bytes[i] as number] === 1) i++;
    if (i - this.targetStart > this.limits.targetBytesMax) return this.bad("target-too-long", 414);
    if (i === end) return this.moreOfLine(start, end);
    if (bytes[i] !== SPACE || i === this.targetStart) return this.bad("request-line");
    this.targetEnd = i;
    return this.version(bytes, start, end);
  }

  private moreOfLine(start: number, end: number): number {
    if (end - this.base > this.limits.headBytesMax) return this.bad("target-too-long", 414);
    return this.more(start, end);
  }

  private version(bytes: Buffer, start: number, end: number): number {
    const from = this.targetEnd + 1;
    const available = Math.min(end - from, version1.length);
    for (let i = 0; i < available; i++) {
      if (bytes[from + i] !== version1[i]) return this.badVersion(bytes, from, end);
    }
    if (end < from + 10) {
      if (bytes.subarray(from, end).includes(LF)) return this.bad("request-line");
      return this.more(start, end);
    }
    const minor = bytes[from + 7];
    if (minor !== 48 && minor !== 49) return this.bad("version", 505);
    if (bytes[from + 8] === LF) return this.bad("bare-lf");
    if (bytes[from + 8] !== CR || bytes[from + 9] !== LF) return this.bad("request-line");
    this.minorVersion = minor - 48;
    this.at = from + 10;
    return this.target(bytes, start);
  }

  private badVersion(bytes: Buffer, from: number, end: number): number {
    const isHttp = from + 5 <= end && textOf(bytes, from, from + 5) === "HTTP/";
    return isHttp ? this.bad("version", 505) : this.bad("request-line");
  }

  private target(bytes: Buffer, start: number): number {
    this.method = methodOf(bytes, start, this.methodEnd);
    if (this.method === "CONNECT" || this.method === "TRACE")
      return this.bad("method-refused", 405);
    this.isIdempotent = idempotentMethods.has(this.method);
    this.pathStart = this.targetStart;
    const first = bytes[this.targetStart];
    if (first === SLASH) return parsed.whole;
    if (first === ASTERISK && this.targetEnd === this.targetStart + 1) {
      return this.method === "OPTIONS" ? parsed.whole : this.bad("target");
    }
    const authority = this.targetStart + httpScheme.length;
    if (!sameText(bytes, this.targetStart, Math.min(authority, this.targetEnd), httpScheme)) {
      return this.bad("target");
    }
    let i = authority;
    while (i < this.targetEnd && bytes[i] !== SLASH && bytes[i] !== QUESTION) i++;
    this.pathStart = i;
    this.isAbsolute = true;
    return i === authority ? this.bad("target") : parsed.whole;
  }

  protected note(kind: number, bytes: Buffer, from: number, to: number): boolean {
    switch (kind) {
      case field.host:
        return this.noteHost(bytes, from, to);
      case field.contentLength:
        if (this.contentLength >= 0) return this.refuse("duplicate-content-length");
        this.contentLength = decimalOf(bytes, from, to);
        return this.contentLength >= 0 || this.refuse("content-length");
      case field.transferEncoding:
        if (this.chunked) return this.refuse("duplicate-transfer-encoding");
        this.chunked = sameText(bytes, from, to, chunked);
        return this.chunked || this.refuse("transfer-encoding");
      case field.connection:
        this.noteConnection(bytes, from, to);
        return true;
      case field.expect:
        this.expectsContinue = sameText(bytes, from, to, continues);
        return this.expectsContinue || this.refuse("expectation", 417);
      case field.te:
        this.acceptsTrailers = sameText(bytes, from, to, trailers);
        return true;
      case field.upgrade:
        // An upgrade to HTTP/2 would open a tunnel that no rule of this gateway sees into.
        this.hasUpgrade = !/h2c/i.test(textOf(bytes, from, to));
        return true;
      case field.cookie:
        this.hasOwnCookies ||= mayHoldOwnCookies(bytes, from, to);
        return true;
      case field.expectedTimeout:
      case field.grpcTimeout:
        this.patienceMs = patienceOf(kind, bytes, from, to) || this.patienceMs;
        return true;
      default:
        return true;
    }
  }

  private noteHost(bytes: Buffer, from: number, to: number): boolean {
    if (this.hasHost) return this.refuse("duplicate-host");
    this.hasHost = true;
    this.hostStart = from;
    this.hostEnd = to;
    if (from === to) return this.refuse("empty-host");
    return isHost(bytes, from, to) || this.refuse("host");
  }

  protected finish(bytes: Buffer): number {
    if (this.chunked && this.contentLength >= 0) return this.bad("two-lengths");
    if (this.minorVersion === 0 && this.chunked) return this.bad("chunked-in-http-1.0");
    if (!this.hasHost && this.minorVersion === 1) return this.bad("missing-host");
    if (this.isAbsolute && !this.authorityIsHost(bytes)) return this.bad("absolute-form-host");
    if (this.minorVersion === 0) this.expectsContinue = false;
    return parsed.whole;
  }

  private authorityIsHost(bytes: Buffer): boolean {
    if (!this.hasHost) return false;
    const host = latin1(textOf(bytes, this.hostStart, this.hostEnd).toLowerCase());
    return sameText(bytes, this.targetStart + httpScheme.length, this.pathStart, host);
  }
}

function methodOf(bytes: Buffer, from: number, to: number): string {
  for (let m = 0; m < methodTexts.length; m++) {
    const text = methodTexts[m] as Buffer;
    if (text.length !== to - from) continue;
    let i = 0;
    while (i < text.length && bytes[from + i] === text[i]) i++;
    if (i === text.length) return methods[m] as string;
  }
  return textOf(bytes, from, to);
}
