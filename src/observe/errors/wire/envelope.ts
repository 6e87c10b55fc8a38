import { type Json, recordOf } from "../event/json.ts";

/** What was sent is no envelope; the message says where it stops being one. */
export class BadEnvelope extends Error {}

export type Item = { type: string; header: Json; payload: Uint8Array };
export type Envelope = { header: Json; items: Item[] };

const itemsMax = 200;
const headerBytesMax = 65_536;
const lineFeed = 0x0a;
const text = new TextDecoder();

/** JSON of bytes, where broken UTF-8 reads as U+FFFD; undefined when it is none. */
export function jsonOf(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(text.decode(bytes)) as unknown;
  } catch {
    return undefined;
  }
}

/**
 * Takes an envelope apart: a line of header, then items, each a line of header and a payload. An item says its length, or goes to
 * the next line feed (develop.sentry.dev/sdk/data-model/envelopes). Payloads are views of the bytes, not copies.
 */
export function readEnvelope(bytes: Uint8Array): Envelope {
  const lines = new Lines(bytes);
  const header = recordOf(jsonOf(lines.line("The envelope's header")));
  if (!header)
    throw new BadEnvelope("The first line is no JSON object: an envelope begins with its header.");
  const items: Item[] = [];
  for (;;) {
    lines.skipEmpty();
    if (lines.isAtEnd) return { header, items };
    const which = `Item ${items.length + 1}`;
    if (items.length >= itemsMax)
      throw new BadEnvelope(`The envelope has more than ${itemsMax} items.`);
    const item = recordOf(jsonOf(lines.line(`${which}'s header`)));
    const type = item?.["type"];
    if (!item || typeof type !== "string" || type === "")
      throw new BadEnvelope(`${which} has no header that is a JSON object with a type.`);
    items.push({ type, header: item, payload: payloadOf(lines, item["length"], which) });
  }
}

function payloadOf(lines: Lines, length: unknown, which: string): Uint8Array {
  if (length === undefined || length === null) return lines.rest();
  if (typeof length !== "number" || !Number.isSafeInteger(length) || length < 0)
    throw new BadEnvelope(`${which} has a length that is no number of bytes.`);
  const payload = lines.take(length);
  if (!payload)
    throw new BadEnvelope(
      `${which} says that it has ${length} bytes, but the envelope ends before.`,
    );
  return payload;
}

/** Reads along the bytes. */
class Lines {
  #at = 0;
  readonly #bytes: Uint8Array;
  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }
  get isAtEnd(): boolean {
    return this.#at >= this.#bytes.length;
  }
  skipEmpty(): void {
    while (this.#bytes[this.#at] === lineFeed || this.#bytes[this.#at] === 0x0d) this.#at++;
  }
  line(what: string): Uint8Array {
    const line = this.rest();
    if (line.length > headerBytesMax)
      throw new BadEnvelope(`${what} has more than ${headerBytesMax} bytes.`);
    return line;
  }
  /** Up to the next line feed, or the end. */
  rest(): Uint8Array {
    const end = this.#bytes.indexOf(lineFeed, this.#at);
    const line = this.#bytes.subarray(this.#at, end < 0 ? undefined : end);
    this.#at = end < 0 ? this.#bytes.length : end + 1;
    return line;
  }
  /** So many bytes and the line feed after them; nothing when there are not so many, or when what follows is no line feed. */
  take(length: number): Uint8Array | undefined {
    const end = this.#at + length;
    if (end > this.#bytes.length) return undefined;
    if (end < this.#bytes.length && this.#bytes[end] !== lineFeed) return undefined;
    const payload = this.#bytes.subarray(this.#at, end);
    this.#at = end + 1;
    return payload;
  }
}
