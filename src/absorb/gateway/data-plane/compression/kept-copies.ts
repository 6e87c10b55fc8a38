import { latin1 } from "../bytes.ts";
import type { Memory } from "../cache/memory.ts";
import type { Stored } from "../cache/stored.ts";
import { compressed } from "./engine.ts";
import { compressedHead } from "./head.ts";
import type { Encoding } from "./settings.ts";

/** A copy is kept where it saves at least this share. */
const savingMin = 0.1;
/** So many are made at once per worker; others are made when they are asked for again. */
const underWayMax = 4;
let underWay = 0;

/** A compressed body with the head that belongs to it. */
export class KeptCopy {
  readonly body: Buffer;
  readonly #encoding: Encoding;
  #plain: Buffer | undefined = undefined;
  #head: Buffer = Buffer.alloc(0);

  constructor(encoding: Encoding, body: Buffer) {
    this.#encoding = encoding;
    this.body = body;
  }

  /** From the head of the plain answer without its last line; made anew only when that one is another. */
  headFrom(plain: Buffer): Buffer {
    if (plain === this.#plain) return this.#head;
    const whole = compressedHead(
      `${plain.toString("latin1")}\r\n`,
      this.#encoding,
      this.body.length,
    );
    this.#plain = plain;
    this.#head = latin1(whole.slice(0, -2));
    return this.#head;
  }
}

/** The compressed copies of one stored response; they belong to its place in the memory's budget. */
export class KeptCopies {
  readonly #stored: Stored;
  readonly #copies = new Map<Encoding, KeptCopy | "being made" | "not worth it">();

  constructor(stored: Stored) {
    this.#stored = stored;
  }

  of(encoding: Encoding, memory: Memory | undefined): KeptCopy | undefined {
    const found = this.#copies.get(encoding);
    if (found === undefined && memory !== undefined && underWay < underWayMax)
      void this.#make(encoding, memory);
    return found instanceof KeptCopy ? found : undefined;
  }

  async #make(encoding: Encoding, memory: Memory): Promise<void> {
    this.#copies.set(encoding, "being made");
    underWay++;
    const { body } = this.#stored;
    const made = await compressed(body, encoding, "kept").catch(() => undefined);
    underWay--;
    const isWorth = made !== undefined && made.length <= body.length * (1 - savingMin);
    if (!isWorth) this.#copies.set(encoding, "not worth it");
    else if (memory.grow(this.#stored, made.length))
      this.#copies.set(encoding, new KeptCopy(encoding, made));
    else this.#copies.delete(encoding);
  }
}
