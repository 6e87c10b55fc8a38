import { COLON, hostNameBytes } from "./bytes.ts";

const OPEN = "[".charCodeAt(0);
const CLOSE = "]".charCodeAt(0);
/** DNS allows 253 letters; nothing longer can be anybody's name. */
const nameBytesMax = 255;
const portDigitsMax = 5;

const isDigit = (byte: number | undefined): boolean =>
  byte !== undefined && byte >= 48 && byte <= 57;
const isInAddress = (byte: number | undefined): boolean =>
  isDigit(byte) || byte === COLON || byte === 46 || /[a-f]/i.test(String.fromCharCode(byte ?? 0));

/**
 * RFC 9110 §7.2: a name or an address in brackets, and perhaps a port. Two colons, half a bracket or a port of letters are
 * refused, since whoever cuts the value apart would cut it elsewhere.
 */
export function isHost(bytes: Uint8Array, from: number, to: number): boolean {
  const end = bytes[from] === OPEN ? endOfAddress(bytes, from, to) : endOfName(bytes, from, to);
  if (end === from || end - from > nameBytesMax) return false;
  if (end === to) return true;
  if (bytes[end] !== COLON || to - end - 1 > portDigitsMax) return false;
  for (let i = end + 1; i < to; i++) if (!isDigit(bytes[i])) return false;
  return true;
}

function endOfName(bytes: Uint8Array, from: number, to: number): number {
  let i = from;
  while (i < to && hostNameBytes[bytes[i] as number] === 1) i++;
  return i;
}

function endOfAddress(bytes: Uint8Array, from: number, to: number): number {
  let i = from + 1;
  while (i < to && isInAddress(bytes[i])) i++;
  return i < to && bytes[i] === CLOSE && i > from + 1 ? i + 1 : from;
}
