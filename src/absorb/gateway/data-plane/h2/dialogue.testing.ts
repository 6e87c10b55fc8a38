import { dial, until, type Wire } from "../world.testing.ts";
import { code, flag, frame, kindOf, preface, readUint32, writeFrameHead } from "./frames.ts";
import { blockOf } from "./hpack.testing.ts";
import { HpackReader } from "./hpack-reader.ts";

export type Heard = { type: number; flags: number; stream: number; payload: Buffer };

/** One frame as bytes. */
export function frameOf(
  type: number,
  {
    flags = 0,
    stream = 0,
    payload = Buffer.alloc(0),
    length = payload.length,
  }: Partial<Heard> & { length?: number } = {},
): Buffer {
  const head = Buffer.alloc(9);
  writeFrameHead(head, 0, length, kindOf(type, flags), stream);
  return Buffer.concat([head, payload]);
}
export const uint32 = (value: number): Buffer => {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value);
  return bytes;
};
export const settingsOf = (...values: [id: number, value: number][]): Buffer =>
  frameOf(frame.settings, {
    payload: Buffer.concat(
      values.map(([id, value]) => Buffer.concat([Buffer.from([0, id]), uint32(value)])),
    ),
  });

export type Fields = readonly (readonly [name: string, value: string])[];
export const getting: Fields = [
  [":method", "GET"],
  [":scheme", "http"],
  [":path", "/"],
  [":authority", "shop.example"],
];
export const posting: Fields = [[":method", "POST"], ...getting.slice(1)];

/** A head in one frame, which ends the request unless `flags` say otherwise. */
export const headersOf = (
  stream: number,
  fields: Fields = getting,
  flags: number = flag.endHeaders | flag.endStream,
): Buffer => frameOf(frame.headers, { stream, flags, payload: blockOf(fields) });
export const dataOf = (
  stream: number,
  text: string | Buffer,
  flags: number = flag.endStream,
): Buffer => frameOf(frame.data, { stream, flags, payload: Buffer.from(text) });
export const resetOf = (stream: number, why: number = code.cancel): Buffer =>
  frameOf(frame.rstStream, { stream, payload: uint32(why) });
export const widenOf = (stream: number, bytes: number): Buffer =>
  frameOf(frame.windowUpdate, { stream, payload: uint32(bytes) });
export const acknowledged: Buffer = frameOf(frame.settings, { flags: flag.ack });

/** Everything that a conversation begins with. */
export const greeting: Buffer = Buffer.concat([preface, settingsOf(), acknowledged]);

/** A visitor that says frame by frame what a test tells it, and hears frame by frame what comes. */
export class Dialogue {
  readonly wire: Wire;
  readonly heard: Heard[] = [];
  readonly #fields = new Map<number, string[]>();
  readonly #reader = new HpackReader();
  #at = 0;

  constructor(wire: Wire) {
    this.wire = wire;
    const before = wire.onData;
    wire.onData = (each) => {
      before?.(each);
      this.#cut();
    };
    this.#cut();
  }

  #cut(): void {
    const { received } = this.wire;
    while (received.length - this.#at >= 9) {
      const length = readUint32(received, this.#at) >>> 8;
      const from = this.#at + 9;
      if (received.length < from + length) return;
      const heard = {
        type: received[this.#at + 3] as number,
        flags: received[this.#at + 4] as number,
        stream: readUint32(received, this.#at + 5),
        payload: Buffer.from(received.subarray(from, from + length)),
      };
      this.heard.push(heard);
      if (heard.type === frame.headers) this.#read(heard);
      this.#at = from + length;
    }
  }

  #read({ stream, payload }: Heard): void {
    const found = this.#fields.get(stream) ?? [];
    this.#fields.set(stream, found);
    const add = ({ name, value }: { name: string; value: string }): number =>
      found.push(`${name}: ${value}`);
    if (!this.#reader.read(payload, 0, payload.length, { add }))
      throw new Error("The block of an answer cannot be read.");
  }

  say(...frames: Buffer[]): this {
    this.wire.send(Buffer.concat(frames));
    return this;
  }
  async hears(what: (heard: Heard) => boolean, says: string): Promise<Heard> {
    await until(() => this.heard.some(what), `${says}; heard ${this.summary()}`);
    return this.heard.find(what) as Heard;
  }
  /** The end of the answer on a stream. */
  async answered(stream: number): Promise<string[]> {
    const isLast = (each: Heard): boolean =>
      each.stream === stream && each.type <= frame.headers && (each.flags & flag.endStream) !== 0;
    await this.hears(isLast, `the end of stream ${stream}`);
    return this.fields(stream);
  }
  fields(stream: number): string[] {
    return this.#fields.get(stream) ?? [];
  }
  body(stream: number): string {
    return Buffer.concat(
      this.heard
        .filter((each) => each.type === frame.data && each.stream === stream)
        .map(({ payload }) => payload),
    ).toString("latin1");
  }
  /** The code that a stream was broken off with. */
  async resetOf(stream: number): Promise<number> {
    const isIt = (each: Heard): boolean => each.type === frame.rstStream && each.stream === stream;
    return readUint32((await this.hears(isIt, `the reset of ${stream}`)).payload, 0);
  }
  /** Why the connection ends, as code and text. */
  async goodbye(): Promise<{ code: number; why: string; last: number }> {
    const { payload } = await this.hears((each) => each.type === frame.goAway, "a GOAWAY");
    return {
      last: readUint32(payload, 0),
      code: readUint32(payload, 4),
      why: payload.toString("latin1", 8),
    };
  }
  summary(): string {
    return this.heard.map(({ type, stream }) => `${type}@${stream}`).join(" ");
  }
}

/** A conversation that has begun well; `first` where it begins otherwise. */
export async function converse(port: number, first: Buffer = greeting): Promise<Dialogue> {
  const dialogue = new Dialogue(await dial(port));
  return dialogue.say(first);
}
