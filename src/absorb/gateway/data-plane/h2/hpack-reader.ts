import { textOf } from "../bytes.ts";
import { HeaderField } from "./header-field.ts";
import { unhuffman } from "./huffman.ts";
import { staticTable } from "./static-table.ts";

/** RFC 7541 §4.2: what the other side may keep in our table; the size that holds before any settings, which we never change. */
export const tableBytesMax = 4_096;
const staticCount = staticTable.length;
/** Room for the longest text of a block: Huffman codes are five bits at least. */
const scratch: Buffer = Buffer.allocUnsafeSlow(262_144);
/** A number of more than 28 bits is no index and no length that could be meant. */
const shiftMax = 21;

/** Whoever makes something of the fields of a block. */
export type FieldTaker = { add(field: HeaderField): void };

/** Reads the header blocks of one direction of a connection (RFC 7541). */
export class HpackReader {
  /** The newest is the last. */
  #table: HeaderField[] = [];
  tableBytes = 0;
  #tableBytesMax = tableBytesMax;
  #at = 0;
  #bytes: Buffer = scratch;
  #end = 0;

  /** Hands over each field of a whole block in order; false when it is broken, and with it all that would follow. */
  read(bytes: Buffer, from: number, to: number, taker: FieldTaker): boolean {
    this.#bytes = bytes;
    this.#at = from;
    this.#end = to;
    let mayResize = true;
    while (this.#at < to) {
      const first = bytes[this.#at] as number;
      if ((first & 0xe0) === 0x20) {
        if (!mayResize || !this.#resize(this.#number(5))) return false;
        continue;
      }
      mayResize = false;
      const field = (first & 0x80) === 0 ? this.#literal(first) : this.#indexed(this.#number(7));
      if (field === undefined) return false;
      taker.add(field);
    }
    return true;
  }

  #indexed(index: number): HeaderField | undefined {
    if (index <= 0) return undefined;
    if (index <= staticCount) return staticTable[index - 1];
    return this.#table[this.#table.length - (index - staticCount)];
  }

  #literal(first: number): HeaderField | undefined {
    const isKept = (first & 0x40) !== 0;
    const index = this.#number(isKept ? 6 : 4);
    if (index < 0) return undefined;
    const name = index === 0 ? this.#text() : this.#indexed(index)?.name;
    if (name === undefined) return undefined;
    const value = this.#text();
    if (value === undefined) return undefined;
    const field = new HeaderField(name, value);
    if (isKept) this.#keep(field);
    return field;
  }

  #keep(field: HeaderField): void {
    this.#evict(this.#tableBytesMax - field.size);
    if (field.size > this.#tableBytesMax) return;
    this.#table.push(field);
    this.tableBytes += field.size;
  }

  #evict(bytesMax: number): void {
    let gone = 0;
    while (this.tableBytes > bytesMax && gone < this.#table.length) {
      this.tableBytes -= (this.#table[gone] as HeaderField).size;
      gone++;
    }
    if (gone > 0) this.#table.splice(0, gone);
  }

  #resize(bytesMax: number): boolean {
    if (bytesMax < 0 || bytesMax > tableBytesMax) return false;
    this.#tableBytesMax = bytesMax;
    this.#evict(bytesMax);
    return true;
  }

  /** RFC 7541 §5.1; -1 when it is cut short or beyond reason. */
  #number(prefixBits: number): number {
    const prefix = (1 << prefixBits) - 1;
    let value = (this.#bytes[this.#at++] as number) & prefix;
    if (value < prefix) return value;
    for (let shift = 0; shift <= shiftMax && this.#at < this.#end; shift += 7) {
      const byte = this.#bytes[this.#at++] as number;
      value += (byte & 127) << shift;
      if (byte < 128) return value;
    }
    return -1;
  }

  #text(): string | undefined {
    if (this.#at >= this.#end) return undefined;
    const isHuffman = ((this.#bytes[this.#at] as number) & 128) !== 0;
    const length = this.#number(7);
    const from = this.#at;
    const to = from + length;
    if (length < 0 || to > this.#end) return undefined;
    this.#at = to;
    if (!isHuffman) return textOf(this.#bytes, from, to);
    const end = unhuffman(this.#bytes, from, to, scratch, 0);
    return end < 0 ? undefined : textOf(scratch, 0, end);
  }
}
