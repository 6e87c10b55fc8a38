export const CR = 13;
export const LF = 10;
export const SPACE = 32;
export const TAB = 9;
export const COLON = 58;
export const UNDERSCORE = 95;

function table(member: (code: number) => boolean): Uint8Array {
  const made = new Uint8Array(256);
  for (let code = 0; code < 256; code++) made[code] = member(code) ? 1 : 0;
  return made;
}
const among = (text: string) => (code: number) => text.includes(String.fromCharCode(code));
const isAlphanumeric = (code: number): boolean => /[0-9A-Za-z]/.test(String.fromCharCode(code));

/** RFC 9110 §5.6.2: what a field name may hold. */
export const tokenBytes = table(
  (code) => code < 128 && (isAlphanumeric(code) || among("!#$%&'*+-.^_`|~")(code)),
);
/** The same without the underscore, which needs a second look. */
export const plainNameBytes = table((code) => tokenBytes[code] === 1 && code !== UNDERSCORE);
/** RFC 9110 §5.5: what a field value or a reason phrase may hold; bytes from 128 on pass as they are. */
export const valueBytes = table((code) => code === TAB || (code >= SPACE && code !== 127));
/** A request target: no space, no control, and no `#`, which servers cut in different places. */
export const targetBytes = table(
  (code) => code > SPACE && code !== 127 && code !== "#".charCodeAt(0),
);
/** What a host's name may hold; escapes, which some servers resolve and others do not, are none of it. */
export const hostNameBytes = table(
  (code) => code < 128 && (isAlphanumeric(code) || among(".-_~")(code)),
);
/** RFC 9110 §9.1, and capitals only: some servers read `get` as GET, others do not. */
export const methodBytes = table((code) => (code >= 65 && code <= 90) || among("-_")(code));

/** Does the range hold this text, whatever the case of its letters? The text must be given in lower case. */
export function sameText(bytes: Uint8Array, from: number, to: number, lower: Uint8Array): boolean {
  if (to - from !== lower.length) return false;
  for (let i = 0; i < lower.length; i++) {
    const byte = bytes[from + i] as number;
    if ((byte >= 65 && byte <= 90 ? byte | 32 : byte) !== lower[i]) return false;
  }
  return true;
}

export const latin1 = (text: string): Buffer => Buffer.from(text, "latin1");

/** The range as text, one character per byte. */
export const textOf = (bytes: Buffer, from: number, to: number): string =>
  bytes.toString("latin1", from, to);

/** A decimal of at most fifteen digits, without sign, space or leading zero; -1 otherwise. */
export function decimalOf(bytes: Uint8Array, from: number, to: number): number {
  const length = to - from;
  if (length < 1 || length > 15 || (length > 1 && bytes[from] === 48)) return -1;
  let value = 0;
  for (let i = from; i < to; i++) {
    const digit = (bytes[i] as number) - 48;
    if (digit < 0 || digit > 9) return -1;
    value = value * 10 + digit;
  }
  return value;
}
