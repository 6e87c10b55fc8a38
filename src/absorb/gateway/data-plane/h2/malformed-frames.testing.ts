import { code, flag, frame, preface, setting, windowBytesMax } from "./frames.ts";
import {
  acknowledged,
  dataOf,
  frameOf,
  getting,
  greeting,
  headersOf,
  posting,
  resetOf,
  settingsOf,
  uint32,
  widenOf,
} from "./dialogue.testing.ts";
import type { Malformed } from "./malformed-heads.testing.ts";
import { blockOf } from "./hpack.testing.ts";

const { protocolError, frameSizeError, flowControlError, streamClosed, compressionError } = code;
const endHeaders = flag.endHeaders;
const open = headersOf(1, posting, endHeaders);
const slow = headersOf(1, [...getting.slice(0, 2), [":path", "/never"], [":authority", "a"]]);
const block = blockOf(getting);
const bytes = (length: number): Buffer => Buffer.alloc(length);

const ending = (what: string, connection: number, ...says: Buffer[]): Malformed => ({
  ...{ what, says, connection },
});
const resetting = (what: string, stream: number, ...says: Buffer[]): Malformed => ({
  ...{ what, says, stream },
});
const ofFrames: Malformed[] = [
  ending(
    "a frame larger than was allowed",
    frameSizeError,
    frameOf(frame.data, { stream: 1, payload: bytes(16_385) }),
  ),
  ending(
    "headers larger than was allowed",
    frameSizeError,
    frameOf(frame.headers, { stream: 1, payload: bytes(16_385) }),
  ),
  ending("data on no stream", protocolError, dataOf(0, "x")),
  ending("data on a stream that nobody opened", protocolError, dataOf(1, "x")),
  ending("data on a stream that is to be opened later", protocolError, open, dataOf(3, "x")),
  ending(
    "padding as long as the data",
    protocolError,
    open,
    frameOf(frame.data, { stream: 1, flags: flag.padded, payload: Buffer.from([5, 1, 2, 3, 4]) }),
  ),
  ending(
    "padded data without the length of the padding",
    protocolError,
    open,
    frameOf(frame.data, { stream: 1, flags: flag.padded }),
  ),
  resetting("data after the end of a request", streamClosed, slow, dataOf(1, "x")),
  resetting("data after a stream was withdrawn", streamClosed, slow, resetOf(1), dataOf(1, "x")),
  ending("headers on no stream", protocolError, headersOf(0)),
  ending("headers on a stream of ours", protocolError, headersOf(2)),
  ending("headers on a lower stream", protocolError, headersOf(5), headersOf(3)),
  ending("headers after the end of a request", streamClosed, slow, headersOf(1)),
  ending("headers after a stream was withdrawn", streamClosed, slow, resetOf(1), headersOf(1)),
  ending(
    "headers padded beyond their end",
    protocolError,
    frameOf(frame.headers, {
      stream: 1,
      flags: endHeaders | flag.padded,
      payload: Buffer.from([9, 130]),
    }),
  ),
  ending(
    "headers whose priority is cut short",
    frameSizeError,
    frameOf(frame.headers, { stream: 1, flags: endHeaders | flag.priority, payload: bytes(4) }),
  ),
  ending(
    "headers that depend on themselves",
    protocolError,
    frameOf(frame.headers, {
      stream: 1,
      flags: endHeaders | flag.priority,
      payload: Buffer.concat([uint32(1), bytes(1), block]),
    }),
  ),
  ending("a priority on no stream", protocolError, frameOf(frame.priority, { payload: bytes(5) })),
  ending(
    "a priority of the wrong size",
    frameSizeError,
    frameOf(frame.priority, { stream: 1, payload: bytes(4) }),
  ),
  ending(
    "a priority that depends on itself",
    protocolError,
    frameOf(frame.priority, { stream: 1, payload: Buffer.concat([uint32(1), bytes(1)]) }),
  ),
  ending("a reset of no stream", protocolError, resetOf(0)),
  ending("a reset of a stream that nobody opened", protocolError, resetOf(1)),
  ending(
    "a reset of the wrong size",
    frameSizeError,
    slow,
    frameOf(frame.rstStream, { stream: 1, payload: bytes(3) }),
  ),
  ending(
    "a promise",
    protocolError,
    frameOf(frame.pushPromise, { stream: 1, flags: endHeaders, payload: bytes(4) }),
  ),
  ending(
    "a ping on a stream",
    protocolError,
    frameOf(frame.ping, { stream: 1, payload: bytes(8) }),
  ),
  ending("a ping of the wrong size", frameSizeError, frameOf(frame.ping, { payload: bytes(7) })),
  ending(
    "a goodbye on a stream",
    protocolError,
    frameOf(frame.goAway, { stream: 1, payload: bytes(8) }),
  ),
  ending("a goodbye cut short", frameSizeError, frameOf(frame.goAway, { payload: bytes(7) })),
  ending(
    "a continuation alone",
    protocolError,
    frameOf(frame.continuation, { stream: 1, flags: endHeaders }),
  ),
  ending(
    "a continuation of a whole head",
    protocolError,
    headersOf(1, posting, endHeaders),
    frameOf(frame.continuation, { stream: 1, flags: endHeaders }),
  ),
  ending(
    "a continuation of another stream's head",
    protocolError,
    headersOf(1, getting, 0),
    frameOf(frame.continuation, { stream: 3, flags: endHeaders }),
  ),
  ending("data within a head", protocolError, open, headersOf(3, getting, 0), dataOf(1, "x")),
  ending(
    "something unknown within a head",
    protocolError,
    headersOf(1, getting, 0),
    frameOf(0x20, { stream: 1 }),
  ),
];

const ofWindows: Malformed[] = [
  ending(
    "a window of the wrong size",
    frameSizeError,
    frameOf(frame.windowUpdate, { payload: bytes(3) }),
  ),
  ending("a connection's window that grows by nothing", protocolError, widenOf(0, 0)),
  resetting("a stream's window that grows by nothing", protocolError, slow, widenOf(1, 0)),
  ending("a window of a stream that nobody opened", protocolError, widenOf(1, 1)),
  ending(
    "a connection's window beyond what may be",
    flowControlError,
    widenOf(0, windowBytesMax),
    widenOf(0, windowBytesMax),
  ),
  resetting(
    "a stream's window beyond what may be",
    flowControlError,
    slow,
    widenOf(1, windowBytesMax),
  ),
  ending(
    "a stream's window that settings take beyond what may be",
    flowControlError,
    slow,
    widenOf(1, windowBytesMax - 65_535),
    settingsOf([setting.initialWindowSize, windowBytesMax]),
  ),
];

const ofSettings: Malformed[] = [
  ending("settings on a stream", protocolError, frameOf(frame.settings, { stream: 1 })),
  ending(
    "settings of the wrong size",
    frameSizeError,
    frameOf(frame.settings, { payload: bytes(5) }),
  ),
  ending(
    "an acknowledgement that says something",
    frameSizeError,
    frameOf(frame.settings, { flags: flag.ack, payload: bytes(6) }),
  ),
  ending("push that is neither on nor off", protocolError, settingsOf([setting.enablePush, 2])),
  ending(
    "a first window beyond what may be",
    flowControlError,
    settingsOf([setting.initialWindowSize, windowBytesMax + 1]),
  ),
  ending(
    "frames that must be too small",
    protocolError,
    settingsOf([setting.maxFrameSize, 16_383]),
  ),
  ending(
    "frames that may be too large",
    protocolError,
    settingsOf([setting.maxFrameSize, 16_777_216]),
  ),
];

const ofBlocks: Malformed[] = [
  ending(
    "an index that nothing has",
    compressionError,
    frameOf(frame.headers, { stream: 1, flags: endHeaders, payload: Buffer.from([0xbe]) }),
  ),
  ending(
    "a Huffman text that is none",
    compressionError,
    frameOf(frame.headers, {
      stream: 1,
      flags: endHeaders,
      payload: Buffer.from("00018461ffffffff", "hex"),
    }),
  ),
  ending(
    "a head cut short",
    compressionError,
    frameOf(frame.headers, { stream: 1, flags: endHeaders, payload: block.subarray(0, -1) }),
  ),
  ending(
    "trailers cut short",
    compressionError,
    open,
    frameOf(frame.headers, {
      stream: 1,
      flags: endHeaders | flag.endStream,
      payload: Buffer.from([0x40]),
    }),
  ),
];

/** Frames that break a rule of RFC 9113 §4 to §6 or of RFC 7541; said after the greeting. */
export const malformedFrames: readonly Malformed[] = [
  ...ofFrames,
  ...ofWindows,
  ...ofSettings,
  ...ofBlocks,
];

/** Said instead of the greeting; each must end the connection with PROTOCOL_ERROR. */
export const badGreetings: readonly { what: string; says: Buffer }[] = [
  { what: "headers before settings", says: Buffer.concat([preface, headersOf(1)]) },
  { what: "an acknowledgement before settings", says: Buffer.concat([preface, acknowledged]) },
  {
    what: "a ping before settings",
    says: Buffer.concat([preface, frameOf(frame.ping, { payload: bytes(8) })]),
  },
  {
    what: "a broken preface",
    says: Buffer.concat([preface.subarray(0, 20), Buffer.from("XX\r\n"), greeting]),
  },
];
