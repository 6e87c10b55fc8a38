import { createHash } from "node:crypto";

/** RFC 6455 §5.2. */
export const opcode = { more: 0, text: 1, binary: 2, close: 8, ping: 9, pong: 10 } as const;
/** RFC 6455 §7.4.1, and three of our own. */
export const closing = {
  going: 1001,
  protocol: 1002,
  tooBig: 1009,
  elsewhere: 4000,
  flooding: 4001,
  over: 4002,
} as const;

/** Above a relay's largest batch. */
export const messageBytesMax = 32 * 1024;
const magic = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";
const keyPattern = /^[A-Za-z0-9+/]{22}==$/;

export const isKey = (key: string | undefined): key is string =>
  key !== undefined && keyPattern.test(key);

/** The answer to a handshake. RFC 6455 §4.2.2. */
export const switching = (key: string): string =>
  `HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: ${createHash("sha1").update(`${key}${magic}`).digest("base64")}\r\n\r\n`;

/** An unmasked frame that holds a whole message. */
export function frameOf(kind: number, payload: Uint8Array): Uint8Array {
  const head = headBytes(payload.length);
  const frame = new Uint8Array(head + payload.length);
  writeHead(frame, 0, kind, payload.length);
  frame.set(payload, head);
  return frame;
}

export const textFrame = (text: string): Uint8Array =>
  frameOf(opcode.text, new TextEncoder().encode(text));

export const closeFrame = (code: number): Uint8Array =>
  frameOf(opcode.close, Uint8Array.of(code >> 8, code & 0xff));

export const headBytes = (length: number): number => (length < 126 ? 2 : length < 65_536 ? 4 : 10);

export function writeHead(into: Uint8Array, at: number, kind: number, length: number): void {
  into[at] = 0x80 | kind;
  if (length < 126) into[at + 1] = length;
  else if (length < 65_536) {
    into[at + 1] = 126;
    into[at + 2] = length >> 8;
    into[at + 3] = length & 0xff;
  } else {
    into[at + 1] = 127;
    new DataView(into.buffer, into.byteOffset + at).setBigUint64(2, BigInt(length));
  }
}

/** What `readFrame` found; one object serves all, so that a frame makes no garbage. */
export type Frame = { kind: number; isLast: boolean; from: number; to: number };
/** It needs more bytes. */
export const incomplete = -1;
/** It breaks the protocol. */
export const broken = -2;
export const tooBig = -3;

/** Reads the client's frame at `at`, unmasks it where it lies, and returns where the next one begins, or why it cannot. */
export function readFrame(bytes: Uint8Array, at: number, frame: Frame): number {
  if (at + 6 > bytes.length)
    return at + 2 <= bytes.length && isBroken(bytes, at) ? broken : incomplete;
  if (isBroken(bytes, at)) return broken;
  let length = (bytes[at + 1] as number) & 127;
  let head = 6;
  if (length === 126) {
    length = ((bytes[at + 2] as number) << 8) | (bytes[at + 3] as number);
    head = 8;
  } else if (length === 127) return tooBig;
  if (length > messageBytesMax) return tooBig;
  const from = at + head;
  const to = from + length;
  if (to > bytes.length) return incomplete;
  unmask(bytes, from, to);
  frame.kind = (bytes[at] as number) & 15;
  frame.isLast = ((bytes[at] as number) & 0x80) !== 0;
  frame.from = from;
  frame.to = to;
  return to;
}

/** RFC 6455 §5.1 and §5.5: clients mask; nobody agreed on extensions; control frames are short and whole. */
function isBroken(bytes: Uint8Array, at: number): boolean {
  const first = bytes[at] as number;
  const second = bytes[at + 1] as number;
  const kind = first & 15;
  if ((first & 0x70) !== 0 || (second & 0x80) === 0) return true;
  if (kind >= 8) return kind > 10 || (first & 0x80) === 0 || (second & 127) > 125;
  return kind > 2;
}

function unmask(bytes: Uint8Array, from: number, to: number): void {
  const m0 = bytes[from - 4] as number;
  const m1 = bytes[from - 3] as number;
  const m2 = bytes[from - 2] as number;
  const m3 = bytes[from - 1] as number;
  if ((m0 | m1 | m2 | m3) === 0) return;
  const whole = from + ((to - from) & ~3);
  let i = from;
  for (; i < whole; i += 4) {
    bytes[i] = (bytes[i] as number) ^ m0;
    bytes[i + 1] = (bytes[i + 1] as number) ^ m1;
    bytes[i + 2] = (bytes[i + 2] as number) ^ m2;
    bytes[i + 3] = (bytes[i + 3] as number) ^ m3;
  }
  const mask = [m0, m1, m2];
  for (let n = 0; i < to; i++, n++) bytes[i] = (bytes[i] as number) ^ (mask[n] as number);
}
