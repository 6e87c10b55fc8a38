/** RFC 9113 §6: the frames of HTTP/2. */
export const frame = {
  data: 0,
  headers: 1,
  priority: 2,
  rstStream: 3,
  settings: 4,
  pushPromise: 5,
  ping: 6,
  goAway: 7,
  windowUpdate: 8,
  continuation: 9,
} as const;

/** RFC 9113 §6: what the bits of a frame's flags mean. */
export const flag = { ack: 1, endStream: 1, endHeaders: 4, padded: 8, priority: 32 } as const;

/** RFC 9113 §7. */
export const code = {
  noError: 0,
  protocolError: 1,
  internalError: 2,
  flowControlError: 3,
  settingsTimeout: 4,
  streamClosed: 5,
  frameSizeError: 6,
  refusedStream: 7,
  cancel: 8,
  compressionError: 9,
  connectError: 10,
  enhanceYourCalm: 11,
} as const;

/** RFC 9113 §6.5.2, RFC 8441 §3, RFC 9218 §2.1. */
export const setting = {
  headerTableSize: 1,
  enablePush: 2,
  maxConcurrentStreams: 3,
  initialWindowSize: 4,
  maxFrameSize: 5,
  maxHeaderListSize: 6,
  enableConnectProtocol: 8,
  noPriorities: 9,
} as const;

/** What every HTTP/2 connection begins with (RFC 9113 §3.4). */
export const preface: Buffer = Buffer.from("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", "latin1");

export const frameHeadBytes = 9;
/** The largest payload that everybody takes; ours are never larger, nor may others' be. */
export const payloadBytesMax = 16_384;
/** A window of RFC 9113 §6.9.1 may not grow beyond this. */
export const windowBytesMax = 0x7fff_ffff;
/** What a window is before anybody has said anything (RFC 9113 §6.9.2). */
export const windowBytesAtFirst = 65_535;

/** A frame's type and flags in one number. */
export const kindOf = (type: number, flags = 0): number => (type << 8) | flags;

export function writeUint32(out: Uint8Array, at: number, value: number): void {
  out[at] = value >>> 24;
  out[at + 1] = value >>> 16;
  out[at + 2] = value >>> 8;
  out[at + 3] = value;
}
export const readUint32 = (bytes: Uint8Array, at: number): number =>
  (((bytes[at] as number) << 24) |
    ((bytes[at + 1] as number) << 16) |
    ((bytes[at + 2] as number) << 8) |
    (bytes[at + 3] as number)) >>>
  0;

/** Writes the nine bytes before a payload of `length` bytes. */
export function writeFrameHead(
  out: Uint8Array,
  at: number,
  length: number,
  kind: number,
  stream: number,
): void {
  out[at] = length >>> 16;
  out[at + 1] = length >>> 8;
  out[at + 2] = length;
  out[at + 3] = kind >>> 8;
  out[at + 4] = kind;
  writeUint32(out, at + 5, stream);
}
