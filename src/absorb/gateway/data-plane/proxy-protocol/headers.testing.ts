const signature = Buffer.from("0d0a0d0a000d0a515549540a", "hex");
const sizes: Readonly<Record<number, number>> = { 1: 12, 2: 36, 3: 216 };

export const line = (text: string): Buffer => Buffer.from(`PROXY ${text}\r\n`, "latin1");

/** A header of version 2, right or wrong. */
export function binary(of: {
  command?: number;
  family: number;
  source?: Buffer;
  extensions?: Buffer;
  /** What it says of its length; what it has when absent. */
  length?: number;
}): Buffer {
  const addresses = Buffer.alloc(sizes[of.family >> 4] ?? 0);
  of.source?.copy(addresses);
  const rest = Buffer.concat([addresses, of.extensions ?? Buffer.alloc(0)]);
  const head = Buffer.from([of.command ?? 0x21, of.family, 0, 0]);
  head.writeUInt16BE(of.length ?? rest.length, 2);
  return Buffer.concat([signature, head, rest]);
}
