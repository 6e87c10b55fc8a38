import { huffmanCodes } from "./huffman.ts";

/** A text in the Huffman code of RFC 7541, padded with ones. */
export function huffman(text: Buffer): Buffer {
  let bits = "";
  for (const byte of text) {
    const { code = 0, bits: count = 0 } = huffmanCodes[byte] ?? {};
    bits += code.toString(2).padStart(count, "0");
  }
  bits += "1".repeat((8 - (bits.length % 8)) % 8);
  return Buffer.from((bits.match(/.{8}/g) ?? []).map((eight) => Number.parseInt(eight, 2)));
}

/** A block of literals, none of them kept. */
export function blockOf(fields: readonly (readonly [name: string, value: string])[]): Buffer {
  return Buffer.concat(
    fields.flatMap(([name, value]) => [Buffer.from([0]), text(name), text(value)]),
  );
}

function text(value: string): Buffer {
  const bytes = Buffer.from(value, "latin1");
  if (bytes.length < 127) return Buffer.concat([Buffer.from([bytes.length]), bytes]);
  const digits = [127];
  let rest = bytes.length - 127;
  for (; rest >= 128; rest >>>= 7) digits.push((rest & 127) | 128);
  return Buffer.concat([Buffer.from([...digits, rest]), bytes]);
}
