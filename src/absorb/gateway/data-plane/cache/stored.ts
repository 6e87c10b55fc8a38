import { latin1 } from "../bytes.ts";
import type { KeptCopies } from "../compression/kept-copies.ts";
import { type Asked, fieldsOf } from "./asked.ts";
import { countOf, type Fields, first, storedFields } from "./fields.ts";
import { freshened } from "./freshen.ts";
import { tagsOf } from "./storing.ts";
import { type Arrival, freshForMs, type Reading, type Terms, termsOf } from "./terms.ts";
import { type Selector, selectorsOf, selects } from "./vary.ts";

/** What a stored response is made of; the rest is worked out. */
export type Made = {
  key: string;
  service: string;
  status: number;
  reason: string;
  fields: Fields;
  selectors: readonly Selector[];
  terms: Terms;
  body: Buffer;
};

/** Room in memory for one stored response besides its text: objects, map slots. */
const overheadBytes = 600;

/** One stored response, ready to be sent. */
export class Stored {
  readonly key: string;
  readonly service: string;
  readonly status: number;
  readonly reason: string;
  readonly body: Buffer;
  readonly selectors: readonly Selector[];
  readonly contentLanguage: string | undefined;
  readonly tags: readonly string[];
  /** Its room in memory, with what belongs to it. */
  bytes: number;
  /** Compressed copies of the body; null where none can be, absent until somebody wants one. */
  copies: KeptCopies | null | undefined = undefined;
  readonly isPage: boolean;
  fields: Fields;
  terms: Terms;
  /** While the origin fails: when it is worth asking again (epoch milliseconds). */
  askAgainAt = 0;
  /** The origin failed when it was last asked. */
  covers = false;
  touchedAt = 0;
  /** While the body is still coming: how long it will be, or -1 when nobody knows. */
  expectedBytes: number | undefined = undefined;
  #head: Buffer | undefined = undefined;
  #hit: Buffer = Buffer.alloc(0);
  #hitAge = -1;

  constructor(of: Made) {
    this.key = of.key;
    this.service = of.service;
    this.status = of.status;
    this.reason = of.reason;
    this.body = of.body;
    this.selectors = of.selectors;
    this.fields = of.fields;
    this.terms = of.terms;
    this.contentLanguage = first(of.fields, "content-language");
    this.isPage = of.status === 200 && /^text\/html/i.test(first(of.fields, "content-type") ?? "");
    this.tags = tagsOf(of.fields);
    this.bytes = of.key.length * 2 + of.body.length + textBytes(of.fields) + overheadBytes;
  }

  /** Status line and stored fields, up to what differs from answer to answer. */
  get head(): Buffer {
    if (this.#head !== undefined) return this.#head;
    const lines = this.fields
      .filter(([name]) => name.toLowerCase() !== "content-length")
      .map(([name, value]) => `${name}: ${value}\r\n`);
    const length = this.expectedBytes ?? this.body.length;
    if (this.status !== 204) lines.push(`Content-Length: ${length}\r\n`);
    this.#head = latin1(`HTTP/1.1 ${this.status} ${this.reason}\r\n${lines.join("")}`);
    return this.#head;
  }

  /** The head with Age and Cache-Status. */
  stamped(ageS: number, status: string): Buffer {
    return Buffer.concat([this.head, latin1(`Age: ${ageS}\r\nCache-Status: ${status}\r\n`)]);
  }

  /** The same for a plain hit, made once a second and kept for all who ask within it. */
  hitHead(ageS: number): Buffer {
    if (ageS !== this.#hitAge) {
      const ttl = Math.floor(this.terms.lifetimeMs / 1_000 - ageS);
      this.#hit = this.stamped(ageS, `Castor; hit; ttl=${ttl}`);
      this.#hitAge = ageS;
    }
    return this.#hit;
  }

  isFresh(now: number): boolean {
    return !this.terms.noCache && freshForMs(this.terms, now) > 0;
  }

  /** Was it made for a request like this? */
  fits({ head, bytes }: Pick<Asked, "head" | "bytes">): boolean {
    if (this.selectors.length === 0) return true;
    return selects(this.selectors, fieldsOf(head, bytes), this.contentLanguage);
  }

  /** Must be validated for each request, so nobody can use what somebody else gets. */
  get isForOneOnly(): boolean {
    return this.terms.noCache || this.terms.lifetimeMs === 0;
  }

  /** Which variant a request would get, as text. */
  variantOf(request: Fields): string {
    const names = this.selectors.map(([name]) => name);
    return JSON.stringify(selectorsOf(names, request));
  }

  /** The same with its body, which has come. */
  filled(body: Buffer): Stored {
    return new Stored({ ...this, body });
  }

  /** A 304 says that it is still true. */
  renew(notModified: Fields, arrival: Arrival, reading: Reading): void {
    const { status } = this;
    this.fields = freshened(this.fields, withDate(notModified, arrival));
    const age = notModified.filter(([name]) => name.toLowerCase() === "age");
    this.terms = termsOf({ status, fields: [...this.fields, ...age] }, arrival, reading);
    this.askAgainAt = 0;
    this.covers = false;
    this.#head = undefined;
    this.#hitAge = -1;
  }

  /** From now on it must be validated, but is kept (a soft purge). */
  expire(now: number): void {
    this.terms = { ...this.terms, lifetimeMs: 0, ageAtReceiptMs: 0, receivedAt: now };
    this.#hitAge = -1;
  }
}

/** The fields to store: without those of the hop, with the Date that every stored response needs (RFC 9110 §6.6.1). */
export const fieldsToStore = (fields: Fields, terms: Terms): Fields =>
  withDate(storedFields(fields, terms.unstored), terms);

const withDate = (fields: Fields, arrival: Arrival): Fields =>
  countOf(fields, "date") > 0
    ? fields
    : [...fields, ["Date", new Date(arrival.receivedAt).toUTCString()]];

const textBytes = (fields: Fields): number =>
  fields.reduce((sum, [name, value]) => sum + (name.length + value.length) * 2, 0);
