import { withoutQuery } from "../../../freeze/kept/contract.ts";
import { textOf } from "../bytes.ts";
import { field } from "../field.ts";
import type { Head } from "../head.ts";
import type { Lane } from "../lanes.ts";
import type { RequestHead } from "../request-head.ts";
import type { Asker } from "./asker.ts";
import type { Fields } from "./fields.ts";

/** A request whose head lies in `bytes`, and who asks. An `Exchange` is one. */
export type Asked = { client: Asker; head: RequestHead; bytes: Buffer; lane: Lane };

/** All fields of a head as text. */
export function fieldsOf(head: Head, bytes: Buffer): Fields {
  const fields: [string, string][] = [];
  for (let i = 0; i < head.count; i++) {
    fields.push([
      textOf(bytes, head.lineStart(i), head.nameEnd(i)),
      textOf(bytes, head.valueStart(i), head.valueEnd(i)),
    ]);
  }
  return fields;
}

/** The reason phrase of a response's status line. */
export function reasonPhraseOf(head: Head, bytes: Buffer): string {
  const end = bytes.indexOf("\r\n", head.base);
  return textOf(bytes, Math.min(head.base + 13, end), end);
}

/** Which kinds of fields a request has, one bit each. */
export function kindsOf(head: RequestHead): number {
  let kinds = 0;
  for (let i = 0; i < head.count; i++) kinds |= 1 << (head.kinds[i] as number);
  return kinds;
}

const bit = (kind: number): number => 1 << kind;
/** What makes an answer differ from the plain stored one. */
export const particular =
  bit(field.ifNoneMatch) |
  bit(field.ifModifiedSince) |
  bit(field.ifRange) |
  bit(field.range) |
  bit(field.cacheControl);
/** Conditions that only the origin can check. */
export const forOrigin = bit(field.ifMatch) | bit(field.ifUnmodifiedSince) | bit(field.upgrade);
export const hasRange = bit(field.range);
export const hasAuthorization = bit(field.authorization);

/** Stands between a URL and the side of a split; no request's target holds it. */
export const variantMark = "#";

/** Makes the URL that a request is about: what it is stored under. */
export class Keys {
  #host: Buffer = Buffer.alloc(0);
  #proto = "";
  #site = "";

  of({ client, head, bytes, lane }: Asked, dropQuery: readonly string[]): string {
    const { origin } = client.visitor;
    // What a trusted proxy says of the visitor's connection, since a redirect to https must not be given to https.
    const said = origin.isTrusted ? head.valueOf(field.forwardedProto, bytes) : undefined;
    const site = this.#siteOf(said ?? origin.proto, head, bytes);
    const target = textOf(bytes, head.pathStart, head.targetEnd);
    const path = dropQuery.length === 0 ? target : withoutQuery(target, dropQuery);
    const url = path.startsWith("/") ? site + path : `${site}/${path}`;
    return lane.variant === "" ? url : url + variantMark + lane.variant;
  }

  /** Most requests are for the site that the one before them was for, which needs no new text. */
  #siteOf(proto: string, head: RequestHead, bytes: Buffer): string {
    const [from, to] = head.hasHost ? [head.hostStart, head.hostEnd] : [0, 0];
    const last = this.#host;
    let i = 0;
    if (last.length === to - from) while (i < last.length && bytes[from + i] === last[i]) i++;
    if (i === to - from && i > 0 && proto === this.#proto) return this.#site;
    this.#host = Buffer.from(bytes.subarray(from, to));
    this.#proto = proto;
    this.#site = `${proto}://${textOf(bytes, from, to).toLowerCase()}`;
    return this.#site;
  }
}
