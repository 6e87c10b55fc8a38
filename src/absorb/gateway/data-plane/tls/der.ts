/** The few forms of ASN.1's DER encoding that a certificate is made of (X.690). */

const tagOf = { boolean: 1, integer: 2, bits: 3, octets: 4, oid: 6, utf8: 12, utcTime: 23 };
const sequenceTag = 0x30;
const setTag = 0x31;

export function tagged(tag: number, ...parts: readonly Buffer[]): Buffer {
  const content = Buffer.concat(parts);
  const { length } = content;
  if (length < 128) return Buffer.concat([Buffer.from([tag, length]), content]);
  const size = [length >> 16, (length >> 8) & 255, length & 255];
  const needed = size.slice(size.findIndex((byte) => byte > 0));
  return Buffer.concat([Buffer.from([tag, 128 | needed.length, ...needed]), content]);
}
export const sequence = (...parts: readonly Buffer[]): Buffer => tagged(sequenceTag, ...parts);
export const set = (...parts: readonly Buffer[]): Buffer => tagged(setTag, ...parts);
export const boolean = (value: boolean): Buffer =>
  tagged(tagOf.boolean, Buffer.from([value ? 255 : 0]));
export const octets = (content: Buffer): Buffer => tagged(tagOf.octets, content);
export const utf8 = (text: string): Buffer => tagged(tagOf.utf8, Buffer.from(text));
/** `unused` bits at the end do not count. */
export const bits = (content: Buffer, unused = 0): Buffer =>
  tagged(tagOf.bits, Buffer.from([unused]), content);

/** A number that is not negative, given as its bytes. */
export const integer = (bytes: Buffer): Buffer =>
  tagged(tagOf.integer, ...((bytes[0] ?? 0) > 127 ? [Buffer.from([0])] : []), bytes);

export function oid(dotted: string): Buffer {
  const [first = 0, second = 0, ...rest] = dotted.split(".").map(Number);
  const bytes = rest.flatMap((part) => {
    const groups = [part & 127];
    for (let left = part >> 7; left > 0; left >>= 7) groups.unshift((left & 127) | 128);
    return groups;
  });
  return tagged(tagOf.oid, Buffer.from([first * 40 + second, ...bytes]));
}

/** To the second; RFC 5280 §4.1.2.5 asks for this form until 2049. */
export const utcTime = (at: Date): Buffer =>
  tagged(tagOf.utcTime, Buffer.from(`${at.toISOString().replaceAll(/\D/g, "").slice(2, 14)}Z`));

export const pem = (label: string, der: Buffer): string => {
  const lines = der.toString("base64").match(/.{1,64}/g) ?? [];
  return `-----BEGIN ${label}-----\n${lines.join("\n")}\n-----END ${label}-----\n`;
};
