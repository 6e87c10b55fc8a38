import { latin1, sameText, textOf } from "../bytes.ts";
import type { Head } from "../head.ts";
import type { RequestHead } from "../request-head.ts";
import { plainHost } from "../route-table.ts";

/** A field that the parser has no kind for, found without making texts of the others. */
export class NamedField {
  readonly #name: Buffer;

  constructor(name: string) {
    this.#name = latin1(name.toLowerCase());
  }

  /** The value of the first such field. */
  of(head: Head, bytes: Buffer): string | undefined {
    const at = this.#indexIn(head, bytes);
    return at < 0 ? undefined : textOf(bytes, head.valueStart(at), head.valueEnd(at));
  }

  /** Does the first such field begin so? `lower` in lower case. */
  beginsWith(head: Head, bytes: Buffer, lower: Buffer): boolean {
    const at = this.#indexIn(head, bytes);
    if (at < 0) return false;
    const from = head.valueStart(at);
    return sameText(bytes, from, Math.min(from + lower.length, head.valueEnd(at)), lower);
  }

  #indexIn(head: Head, bytes: Buffer): number {
    for (let i = 0; i < head.count; i++)
      if (sameText(bytes, head.lineStart(i), head.nameEnd(i), this.#name)) return i;
    return -1;
  }
}

export const acceptEncoding = new NamedField("accept-encoding");
export const contentType = new NamedField("content-type");
export const userAgent = new NamedField("user-agent");

/** Most requests are for the host that the one before them was for, which needs no new text. */
export class Hosts {
  #bytes: Buffer = Buffer.alloc(0);
  #authority = "";
  #host = "";

  /** As the visitor wrote it. */
  authorityOf(head: RequestHead, bytes: Buffer): string {
    this.#read(head, bytes);
    return this.#authority;
  }

  /** Without port, in lower case. */
  of(head: RequestHead, bytes: Buffer): string {
    this.#read(head, bytes);
    return this.#host;
  }

  #read(head: RequestHead, bytes: Buffer): void {
    const [from, to] = head.hasHost ? [head.hostStart, head.hostEnd] : [0, 0];
    const last = this.#bytes;
    let i = 0;
    if (last.length === to - from) while (i < last.length && bytes[from + i] === last[i]) i++;
    if (i === to - from && i > 0) return;
    this.#bytes = Buffer.from(bytes.subarray(from, to));
    this.#authority = textOf(bytes, from, to);
    this.#host = plainHost(this.#authority);
  }
}
