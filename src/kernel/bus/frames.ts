/** What both sides of the socket must agree on; a peer of another version is turned away with a reason. */
export const protocolVersion = 1;
export const messageBytesMax = 4 * 1_048_576;
/** What the hub adds to a message (who sent it, to which member) must still fit. */
const frameBytesMax = messageBytesMax + 65_536;

export type Takes = "request" | "broadcast" | "tunnel";
/** Which end of a tunnel a frame is for: the one that opened it or the member that took it. */
export type End = "opener" | "member";

/** From an endpoint to the hub. */
export type ToHub =
  | { t: "hello"; v: number; name: string }
  | { t: "sub" | "unsub"; pattern: string }
  | { t: "join"; name: string; member: number; takes: Takes[] }
  | { t: "leave"; member: number }
  | { t: "pub"; topic: string; body: unknown }
  | { t: "cast"; name: string; body: unknown }
  | { t: "ask"; id: number; name: string; body: unknown; all: boolean }
  | { t: "forget"; id: number }
  | { t: "answer"; call: number; body: unknown }
  | { t: "fail"; call: number; why: string }
  | { t: "open"; id: string; name: string }
  | OnTunnel;

/** From the hub to an endpoint. */
export type ToEndpoint =
  | { t: "welcome"; v: number; name: string }
  | { t: "bye"; why: string }
  | { t: "heard"; topic: string; body: unknown; from: string }
  | { t: "cast"; member: number; name: string; body: unknown; from: string }
  | { t: "ask"; call: number; member: number; name: string; body: unknown; from: string }
  | { t: "asked"; id: number; count: number }
  | { t: "answer"; id: number; from: string; body: unknown }
  | { t: "fail"; id: number; from: string; why: string }
  | { t: "lost"; id: number; from: string }
  | { t: "open"; id: string; member: number }
  | { t: "nobody"; id: string }
  | OnTunnel;

/** Passed through by the hub, from one end of a tunnel to the other. */
export type OnTunnel =
  | { t: "accept"; id: string; to: End }
  | { t: "refuse"; id: string; to: End; why: string }
  | { t: "data"; id: string; to: End; n: number }
  | { t: "credit"; id: string; to: End; bytes: number }
  | { t: "end"; id: string; to: End; why?: string };

/** What comes back to whoever asked a question. */
export type Reply = ToEndpoint & { t: "asked" | "answer" | "fail" | "lost" };

export const isOnTunnel = (head: Head): head is OnTunnel => "to" in head;
export const isReply = (head: ToEndpoint): head is Reply => "id" in head && replies.has(head.t);
const replies: ReadonlySet<string> = new Set(["asked", "answer", "fail", "lost"]);

export type Head = ToHub | ToEndpoint;
/** A JSON head, and raw bytes where a tunnel carries some. */
export type Frame<H extends Head = Head> = { head: H; tail?: Uint8Array };

/** One direction to a peer; false when the frame was dropped. */
export type Send<H extends Head = Head> = (frame: Frame<H>) => boolean;

/** Frames that may be lost when a peer is slow: the bus promises at most once, and tunnels notice a gap. */
export const mayDrop = ({ t }: Head): boolean =>
  t === "heard" || t === "pub" || t === "cast" || t === "ask" || t === "data";

const prefixBytes = 8;

/** `[u32 length of the rest][u32 length of the head][head as JSON][tail]`, big endian. */
export function encode({ head, tail }: Frame, bytesMax: number = frameBytesMax): Uint8Array {
  const json = Buffer.from(JSON.stringify(head));
  const length = 4 + json.length + (tail?.length ?? 0);
  if (length > bytesMax) throw new RangeError(tooLarge(length));
  const out = Buffer.allocUnsafe(4 + length);
  out.writeUInt32BE(length, 0);
  out.writeUInt32BE(json.length, 4);
  out.set(json, prefixBytes);
  if (tail) out.set(tail, prefixBytes + json.length);
  return out;
}

const tooLarge = (length: number): string =>
  `A message of ${length} bytes is larger than the bus takes (${messageBytesMax}).`;

/** Cuts a byte stream into frames; throws on what is not one, and the link is closed then. */
export class FrameReader {
  #rest: Buffer = Buffer.alloc(0);

  *read(chunk: Uint8Array): Generator<Frame> {
    this.#rest = this.#rest.length === 0 ? Buffer.from(chunk) : Buffer.concat([this.#rest, chunk]);
    let at = 0;
    while (this.#rest.length - at >= prefixBytes) {
      const length = this.#rest.readUInt32BE(at);
      if (length > frameBytesMax) throw new RangeError(tooLarge(length));
      if (this.#rest.length - at < 4 + length) break;
      yield this.#frame(at, at + 4 + length);
      at += 4 + length;
    }
    this.#rest = this.#rest.subarray(at);
  }

  #frame(from: number, to: number): Frame {
    const jsonEnd = from + prefixBytes + this.#rest.readUInt32BE(from + 4);
    if (jsonEnd > to) throw new RangeError("The head of a frame is longer than the frame.");
    const head = JSON.parse(this.#rest.toString("utf8", from + prefixBytes, jsonEnd)) as Head;
    if (typeof head !== "object" || head === null || typeof head.t !== "string")
      throw new TypeError("A frame without a type.");
    return jsonEnd === to && head.t !== "data"
      ? { head }
      : { head, tail: new Uint8Array(this.#rest.subarray(jsonEnd, to)) };
  }
}

/** What the other side would get: a JSON copy of the body, a copy of the bytes. */
export function copyOf<H extends Head>(
  frame: Frame<H>,
  bytesMax: number = frameBytesMax,
): Frame<H> {
  const { head, tail } = frame;
  if (tail) return { head, tail: tail.slice() };
  if (!("body" in head)) return frame;
  const json = JSON.stringify(head);
  if (json.length > bytesMax) throw new RangeError(tooLarge(json.length));
  return { head: JSON.parse(json) as H };
}
