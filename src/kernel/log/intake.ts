import {
  type Ack,
  type Envelope,
  envelopeBytesMax,
  type Expect,
  type Position,
  TooLarge,
  WrongVersion,
} from "./log.ts";
import { chained, shapeOf, type Stored, type Upcasters } from "./record.ts";
import type { Millis } from "../contract.ts";

/** An envelope checked and turned to text, so that nothing the writer does later can change it. */
export type Sealed = {
  id: string;
  by: string;
  cause: Position | null;
  expect: readonly [stream: string, expected: Expect][];
  events: readonly { stream: string; type: string; shape: number; data: string }[];
};

const nameLengthMax = 512;
const unfitForNames = /[\u0000-\u001f\u007f]/;

function checkName(what: string, name: string): void {
  if (name.length === 0 || name.length > nameLengthMax)
    throw new TypeError(`The ${what} of an envelope has 1 to ${nameLengthMax} characters.`);
  if (unfitForNames.test(name) || !name.isWellFormed())
    throw new TypeError(`The ${what} ${JSON.stringify(name)} holds characters a log cannot keep.`);
}

/** Checks an envelope and turns it to text; throws TooLarge, or TypeError for what is no envelope at all. */
export function sealed(envelope: Envelope, upcasters: Upcasters): Sealed {
  checkName("id", envelope.id);
  const by = JSON.stringify(envelope.by);
  let bytes = by.length;
  const events = envelope.events.map(({ stream, type, data: value }) => {
    checkName("stream", stream);
    checkName("event type", type);
    const data = JSON.stringify(value) ?? "null";
    bytes += Buffer.byteLength(data) + stream.length + type.length;
    return { stream, type, shape: shapeOf(type, upcasters), data };
  });
  if (bytes > envelopeBytesMax)
    throw new TooLarge(
      `Envelope ${envelope.id} has ${bytes} bytes; the log takes ${envelopeBytesMax}.`,
    );
  const expect = envelope.expect ? Object.entries(envelope.expect) : [];
  return { id: envelope.id, by, cause: envelope.cause ?? null, expect, events };
}

/** The first expectation that does not hold, as the error to give; none when all hold. */
export function refusal(
  { expect }: Sealed,
  version: (stream: string) => number,
): WrongVersion | undefined {
  for (const [stream, expected] of expect) {
    const actual = version(stream);
    const holds =
      expected === "any" ||
      (expected === "none"
        ? actual === 0
        : expected === "exists"
          ? actual > 0
          : actual === expected);
    if (!holds) return new WrongVersion(stream, expected, actual);
  }
  return undefined;
}

/** Where the next record goes and what it is chained to. */
export type End = { position: Position; hash: string; at: Millis };

/** The records of an accepted envelope, in order after `end`. Time never runs backwards in a log. */
export function records(
  { id, by, cause, events }: Sealed,
  end: End,
  now: Millis,
  version: (stream: string) => number,
): Stored[] {
  const at = Math.max(end.at, Math.floor(now));
  const versions = new Map<string, number>();
  let previous = end.hash;
  return events.map(({ stream, type, shape, data }, part) => {
    const next = (versions.get(stream) ?? version(stream)) + 1;
    versions.set(stream, next);
    const position = end.position + 1 + part;
    const row = { position, stream, version: next, type, shape, at, by, cause, envelope: id, part };
    previous = chained(previous, { ...row, data });
    return { ...row, data, hash: previous };
  });
}

/** The acknowledgement of an envelope, from its records. */
export function ackOf(rows: readonly Stored[], head: Position, duplicate: boolean): Ack {
  const versions: Record<string, number> = {};
  for (const { stream, version } of rows) versions[stream] = version;
  return { position: rows.at(-1)?.position ?? head, versions, duplicate };
}
