import { streamWindowBytes } from "./upload.ts";
import {
  code,
  payloadBytesMax,
  readUint32,
  setting,
  windowBytesAtFirst,
  windowBytesMax,
  writeUint32,
} from "./frames.ts";

/** Why a connection is broken off: the code of RFC 9113 §7, and what the other side did. */
export type Fault = { code: number; why: string };
export const fault = (code: number, why: string): Fault => ({ code, why });

/** What the visitor's program said of itself. */
export type Peer = { initialWindow: number };
export const newPeer = (): Peer => ({ initialWindow: windowBytesAtFirst });

const settingBytes = 6;

/** Our side, as it stands in the first frame. */
export function ourSettings(of: { streamsMax: number; headBytesMax: number }): Buffer {
  const values: [number, number][] = [
    [setting.maxConcurrentStreams, of.streamsMax],
    [setting.initialWindowSize, streamWindowBytes],
    [setting.maxHeaderListSize, of.headBytesMax],
    [setting.enableConnectProtocol, 1],
    [setting.noPriorities, 1],
  ];
  const out = Buffer.alloc(values.length * settingBytes);
  for (const [i, [id, value]] of values.entries()) {
    out.writeUInt16BE(id, i * settingBytes);
    writeUint32(out, i * settingBytes + 2, value);
  }
  return out;
}

/** Takes over what the other side says; a fault where it may not be said (RFC 9113 §6.5). */
export function readSettings(
  peer: Peer,
  bytes: Buffer,
  from: number,
  to: number,
): Fault | undefined {
  if ((to - from) % settingBytes !== 0) return fault(code.frameSizeError, "settings-size");
  for (let at = from; at < to; at += settingBytes) {
    const id = bytes.readUInt16BE(at);
    const value = readUint32(bytes, at + 2);
    if (id === setting.initialWindowSize) {
      if (value > windowBytesMax) return fault(code.flowControlError, "initial-window");
      peer.initialWindow = value;
    }
    if (id === setting.enablePush && value > 1) return fault(code.protocolError, "enable-push");
    const isSize = value >= payloadBytesMax && value <= frameBytesLimit;
    if (id === setting.maxFrameSize && !isSize) return fault(code.protocolError, "max-frame-size");
  }
  return undefined;
}

/** RFC 9113 §4.2. */
const frameBytesLimit = 0xff_ffff;
