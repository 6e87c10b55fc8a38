import { crc32, deflateRawSync } from "node:zlib";

/** A text packed beforehand, so that another text in front of it costs nearly nothing. */
export type Packed = { deflated: Buffer; bytes: number; crc: number; after: Uint32Array };

/** As SDKs pack: level 6. */
export function packedOf(text: string): Packed {
  const plain = Buffer.from(text);
  const { length } = plain;
  return {
    ...{ deflated: deflateRawSync(plain), bytes: length, crc: crc32(plain) },
    after: zerosAfter(length),
  };
}

/** One gzip member (RFC 1952) of the head, stored as it is, and the packed text: what a client that packs each body sends. */
export function withHead(head: string, { deflated, bytes, crc, after }: Packed): Buffer {
  const plain = Buffer.from(head);
  if (plain.length > 0xffff) throw new RangeError("A stored block holds at most 65,535 bytes.");
  const out = Buffer.allocUnsafe(15 + plain.length + deflated.length + 8);
  out.set([0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 3, 0]);
  out.writeUInt16LE(plain.length, 11);
  out.writeUInt16LE(~plain.length & 0xffff, 13);
  out.set(plain, 15);
  out.set(deflated, 15 + plain.length);
  out.writeUInt32LE((times(after, crc32(plain)) ^ crc) >>> 0, out.length - 8);
  out.writeUInt32LE(plain.length + bytes, out.length - 4);
  return out;
}

/** What `bytes` zeros do to a CRC, as a matrix over GF(2), by squaring (zlib's crc32_combine). */
function zerosAfter(bytes: number): Uint32Array {
  let power = Uint32Array.from({ length: 32 }, (_, bit) =>
    bit === 0 ? 0xedb88320 : 1 << (bit - 1),
  );
  let all = Uint32Array.from({ length: 32 }, (_, bit) => 1 << bit);
  for (let left = bytes * 8; left > 0; left = Math.floor(left / 2)) {
    if (left % 2 === 1) all = all.map((column) => times(power, column));
    power = power.map((column) => times(power, column));
  }
  return all;
}
function times(matrix: Uint32Array, vector: number): number {
  let sum = 0;
  for (let bit = 0; bit < 32; bit++) if ((vector >>> bit) & 1) sum ^= matrix[bit] as number;
  return sum >>> 0;
}
