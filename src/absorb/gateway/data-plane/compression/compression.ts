import { textOf } from "../bytes.ts";
import type { Asked } from "../cache/asked.ts";
import type { Fields } from "../cache/fields.ts";
import { first, joined } from "../cache/fields.ts";
import type { Stored } from "../cache/stored.ts";
import type { Head } from "../head.ts";
import type { RequestHead } from "../request-head.ts";
import type { ResponseHead } from "../response-head.ts";
import { Choosing } from "./choosing.ts";
import { KeptCopies } from "./kept-copies.ts";
import type { CompressionTarget, Encoding } from "./settings.ts";

/** Statuses whose bodies are pages; 206 is a part of other bytes, 204 and 304 have none. */
const hasPage = (status: number): boolean =>
  status >= 200 && status !== 204 && status !== 205 && status !== 206 && status !== 304;
const noTransform = /\bno-transform\b/i;
const typesKeptMax = 256;

/** What one route compresses when its service did not. */
export class Compression {
  readonly settings: CompressionTarget;
  readonly #choosing: Choosing;
  readonly #types: ReadonlySet<string>;
  readonly #known = new Map<string, boolean>();

  constructor(settings: CompressionTarget) {
    this.settings = settings;
    this.#choosing = new Choosing(settings.encodings);
    this.#types = new Set(settings.types.map((type) => type.toLowerCase()));
  }

  /** The coding that this visitor wants most; none where they want it plain. */
  encodingFor(head: RequestHead, bytes: Buffer): Encoding | undefined {
    const wanted = valueNamed(head, bytes, "accept-encoding");
    return wanted === undefined ? undefined : this.#choosing.for(wanted);
  }

  /** May this answer be compressed for those who want it so? */
  fits(head: ResponseHead, bytes: Buffer): boolean {
    if (!hasPage(head.status)) return false;
    if (head.contentLength >= 0 && head.contentLength < this.settings.bytesMin) return false;
    const type = valueNamed(head, bytes, "content-type");
    if (type === undefined || !this.#isCompressible(type)) return false;
    if (valueNamed(head, bytes, "content-encoding") !== undefined) return false;
    return !noTransform.test(valueNamed(head, bytes, "cache-control") ?? "");
  }

  /** The same of a copy that is kept. */
  fitsKept({ status, fields, body }: Pick<Stored, "status" | "fields" | "body">): boolean {
    return hasPage(status) && body.length >= this.settings.bytesMin && this.#fitsFields(fields);
  }

  #fitsFields(fields: Fields): boolean {
    const type = first(fields, "content-type");
    return (
      type !== undefined &&
      this.#isCompressible(type) &&
      first(fields, "content-encoding") === undefined &&
      !noTransform.test(joined(fields, "cache-control") ?? "")
    );
  }

  /** Fields to keep of an answer that some will get compressed: caches in between must know. */
  keptFields(fields: Fields, head: Pick<ResponseHead, "status" | "contentLength">): Fields {
    const isTooSmall = head.contentLength >= 0 && head.contentLength < this.settings.bytesMin;
    if (!hasPage(head.status) || isTooSmall || !this.#fitsFields(fields)) return fields;
    if (/\*|\baccept-encoding\b/i.test(joined(fields, "vary") ?? "")) return fields;
    return [...fields, ["Vary", "Accept-Encoding"]];
  }

  /** A compressed copy of what is kept, for who wants it so; the first to ask has it made, and gets it plain. */
  copyFor({ head, bytes, client }: Asked, stored: Stored): ReturnType<KeptCopies["of"]> {
    const known = (stored.copies ??= this.fitsKept(stored) ? new KeptCopies(stored) : null);
    if (known === null) return undefined;
    const encoding = this.encodingFor(head, bytes);
    return encoding === undefined
      ? undefined
      : known.of(encoding, client.plane.cache?.shelves.memory);
  }

  #isCompressible(contentType: string): boolean {
    const known = this.#known.get(contentType);
    if (known !== undefined) return known;
    const type = (contentType.split(";")[0] ?? "").trim().toLowerCase();
    const [kind = ""] = type.split("/");
    const suffix = /\+(xml|json)$/.exec(type)?.[1];
    const isStream = type === "text/event-stream" || type.startsWith("multipart/");
    const isOurs =
      this.#types.has(type) ||
      (!isStream &&
        (this.#types.has(`${kind}/*`) ||
          (suffix !== undefined && this.#types.has(`application/${suffix}`))));
    if (this.#known.size >= typesKeptMax) this.#known.clear();
    this.#known.set(contentType, isOurs);
    return isOurs;
  }
}

/** The value of the first field of this name (lower case), found without making text of the others. */
function valueNamed(head: Head, bytes: Buffer, name: string): string | undefined {
  for (let index = 0; index < head.count; index++) {
    const start = head.lineStart(index);
    if (head.nameEnd(index) - start !== name.length) continue;
    let i = 0;
    while (i < name.length && ((bytes[start + i] as number) | 32) === name.charCodeAt(i)) i++;
    if (i === name.length) return textOf(bytes, head.valueStart(index), head.valueEnd(index));
  }
  return undefined;
}

/** Each setting is made ready once; routes with the same share it. */
export function compressionOf(
  known: Map<string, Compression>,
  settings: CompressionTarget | undefined,
): Compression | undefined {
  if (settings === undefined) return undefined;
  const key = JSON.stringify(settings);
  const made = known.get(key) ?? new Compression(settings);
  known.set(key, made);
  return made;
}
