import { code } from "./frames.ts";
import type { HeaderField } from "./header-field.ts";
import { type FieldTaker, HpackReader } from "./hpack-reader.ts";
import { type Fault, fault } from "./settings.ts";

/** A block in more pieces than this is no block of fields any more (CVE-2024-27316). */
const continuationsMax = 64;

/** Gathers the pieces of one header block and reads it; no other frame may come between them (RFC 9113 §6.10). */
export class HeaderBlocks {
  /** Whose block is under way; 0 when none is. */
  stream = 0;
  isLast = false;
  readonly #reader = new HpackReader();
  #parts: Buffer[] = [];
  #bytes = 0;

  start(stream: number, isLast: boolean): void {
    this.stream = stream;
    this.isLast = isLast;
  }

  /** One more piece. A fault when they are too many or too large. */
  add(part: Buffer, bytesMax: number): Fault | undefined {
    this.#parts.push(part);
    this.#bytes += part.length;
    if (this.#bytes > bytesMax) return fault(code.enhanceYourCalm, "header-block-too-large");
    return this.#parts.length > continuationsMax + 1
      ? fault(code.enhanceYourCalm, "too-many-continuations")
      : undefined;
  }

  /** The block is whole: its fields go to the taker. A fault when it cannot be read. */
  read(taker: FieldTaker): Fault | undefined {
    const [first] = this.#parts;
    const block = this.#parts.length === 1 && first ? first : Buffer.concat(this.#parts);
    this.stream = 0;
    this.#parts = [];
    this.#bytes = 0;
    const isRead = this.#reader.read(block, 0, block.length, taker);
    return isRead ? undefined : fault(code.compressionError, "header-block");
  }
}

/** What comes after a body (RFC 9113 §8.1): checked, and left behind. */
export class Trailers implements FieldTaker {
  problem = "";
  add(field: HeaderField): void {
    if (this.problem === "" && (field.problem !== "" || field.name.startsWith(":")))
      this.problem = "trailer";
  }
}
