import { batchAnswerBytes, batchHeadBytes, frameKind, helloBytes } from "../wire/frames.ts";
import { tokenBytes } from "../wire/token.ts";

const maskBytes = 4;

/** The bytes before a client's payload: head and a mask of zeros, so that the payload stays as it is. */
export const clientHeadBytes = (length: number): number => (length < 126 ? 2 : 4) + maskBytes;

export function writeClientHead(into: Uint8Array, length: number): void {
  into[0] = 0x82;
  if (length < 126) into[1] = 0x80 | length;
  else {
    into[1] = 0x80 | 126;
    into[2] = length >> 8;
    into[3] = length & 0xff;
  }
}

/** A client's frame around a payload. */
export function clientFrame(payload: Uint8Array): Uint8Array {
  const head = clientHeadBytes(payload.length);
  const frame = new Uint8Array(head + payload.length);
  writeClientHead(frame, payload.length);
  frame.set(payload, head);
  return frame;
}

export function hello(token: Uint8Array): Uint8Array {
  const payload = new Uint8Array(helloBytes);
  payload[0] = frameKind.hello;
  payload.set(token, helloBytes - tokenBytes);
  return clientFrame(payload);
}

/** A batch's frame, to be filled in again and again: `answerAt(n)` is where the n-th answer's token begins. */
export function batchFrame(size: number): {
  bytes: Uint8Array;
  answerAt(n: number): number;
  numberAt: number;
} {
  const length = batchHeadBytes + size * batchAnswerBytes;
  const head = clientHeadBytes(length);
  const bytes = new Uint8Array(head + length);
  writeClientHead(bytes, length);
  bytes[head] = frameKind.batch;
  bytes[head + 2] = size & 0xff;
  bytes[head + 3] = size >> 8;
  return {
    bytes,
    numberAt: head + 4,
    answerAt: (n) => head + batchHeadBytes + n * batchAnswerBytes,
  };
}

/** The handshake of a client; the key may be any, since nobody here caches. */
export const handshake = (path: string, host: string): string =>
  `GET ${path} HTTP/1.1\r\nHost: ${host}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n`;
