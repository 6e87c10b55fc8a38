/** Writes numbers compactly: whole numbers in 7-bit groups, others as doubles. */
export class ByteWriter {
  readonly #bytes: number[] = [];
  readonly #view = new DataView(new ArrayBuffer(8));

  /** A whole number from 0 to 2^53. */
  whole(value: number): this {
    let rest = value;
    for (; rest >= 128; rest = Math.floor(rest / 128)) this.#bytes.push((rest % 128) + 128);
    this.#bytes.push(rest);
    return this;
  }

  double(value: number): this {
    this.#view.setFloat64(0, value);
    for (let at = 0; at < 8; at++) this.#bytes.push(this.#view.getUint8(at));
    return this;
  }

  done(): Uint8Array {
    return Uint8Array.from(this.#bytes);
  }
}

/** Reads what `ByteWriter` wrote; throws where it ends early. */
export class ByteReader {
  readonly #view: DataView;
  #at = 0;

  constructor(bytes: Uint8Array) {
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  get left(): number {
    return this.#view.byteLength - this.#at;
  }

  whole(): number {
    let value = 0;
    for (let unit = 1; ; unit *= 128) {
      const byte = this.#view.getUint8(this.#at++);
      value += (byte & 127) * unit;
      if (byte < 128) return value;
    }
  }

  double(): number {
    this.#at += 8;
    return this.#view.getFloat64(this.#at - 8);
  }
}
