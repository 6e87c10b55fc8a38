import { CR, LF, SPACE, decimalOf, latin1, sameText, valueBytes } from "./bytes.ts";
import { field } from "./field.ts";
import { Head, type HeadLimits, parsed } from "./head.ts";

const chunked = latin1("chunked");
const version1 = latin1("HTTP/1.");

/** Did all of it come at once, and may the connection be used again? */
export const isWholeAnswer = (head: ResponseHead, bytes: Buffer): boolean =>
  head.keepsAlive &&
  head.contentLength >= 0 &&
  bytes.length - head.bodyStart === head.contentLength;

/** The head of a response, as strictly read as a request's: an instance may be somebody else's program. */
export class ResponseHead extends Head {
  status = 0;
  hasUpgrade = false;

  override reset(base: number, limits: HeadLimits): void {
    super.reset(base, limits);
    this.status = 0;
    this.hasUpgrade = false;
  }

  get keepsAlive(): boolean {
    return this.minorVersion === 1 ? !this.saysClose : this.saysKeepAlive && !this.saysClose;
  }

  protected firstLine(bytes: Buffer, end: number): number {
    const start = this.at;
    const available = Math.min(end - start, version1.length);
    for (let i = 0; i < available; i++) {
      if (bytes[start + i] !== version1[i]) return this.bad("status-line");
    }
    if (end < start + 13) return this.more(start, end);
    const minor = bytes[start + 7];
    if ((minor !== 48 && minor !== 49) || bytes[start + 8] !== SPACE)
      return this.bad("status-line");
    this.minorVersion = minor - 48;
    this.status = decimalOf(bytes, start + 9, start + 12);
    if (this.status < 100) return this.bad("status");
    let i = start + 12;
    if (bytes[i] !== SPACE && bytes[i] !== CR) return this.bad("status");
    while (i < end && valueBytes[bytes[i] as number] === 1) i++;
    if (i === end) return this.more(start, end);
    if (bytes[i] !== CR) return this.bad(bytes[i] === LF ? "bare-lf" : "control-character");
    if (i + 1 === end) return this.more(start, end);
    if (bytes[i + 1] !== LF) return this.bad("bare-cr");
    this.at = i + 2;
    return parsed.whole;
  }

  protected note(kind: number, bytes: Buffer, from: number, to: number): boolean {
    switch (kind) {
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
      case field.upgrade:
        this.hasUpgrade = true;
        return true;
      default:
        return true;
    }
  }

  protected finish(): number {
    if (this.chunked && this.contentLength >= 0) return this.bad("two-lengths");
    if (this.chunked && this.minorVersion === 0) return this.bad("chunked-in-http-1.0");
    if (this.chunked && (this.status < 200 || this.status === 204))
      return this.bad("body-not-allowed");
    return parsed.whole;
  }
}
