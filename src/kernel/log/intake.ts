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
/** Control characters and halves of surrogate pairs. */
const unfitForNames = /[\u0000-\u001f\u007f\ud800-\udfff]/u;
const bytesPerCharacterMax = 3;

function checkName(what: string, name: string): void {
  if (name.length === 0 || name.length > nameLengthMax)
    throw new TypeError(`The ${what} of an envelope has 1 to ${nameLengthMax} characters.`);
  if (unfitForNames.test(name))
    throw new TypeError(`The ${what} ${JSON.stringify(name)} holds characters a log cannot keep.`);
}

/** Checks an envelope and turns it to text; throws TooLarge, or TypeError for what is no envelope at all. */
export function sealed(envelope: Envelope, upcasters: Upcasters): Sealed {
  checkName("id", envelope.id);
  const by = JSON.stringify(envelope.by);
  let characters = by.length;
  const events = envelope.events.map(({ stream, type, data: value }) => {
    checkName("stream", stream);
    checkName("event type", type);
    const data = JSON.stringify(value) ?? "null";
    characters += data.length + stream.length + type.length;
    return { stream, type, shape: shapeOf(type, upcasters), data };
  });
  const expect = envelope.expect ? Object.entries(envelope.expect) : [];
  const ready = { id: envelope.id, by, cause: envelope.cause ?? null, expect, events };
  // Counting bytes takes longer than all the rest: only what could be too large is counted.
  if (characters * bytesPerCharacterMax > envelopeBytesMax) checkSize(ready);
  return ready;
}

function checkSize({ id, by, events }: Sealed): void {
  let bytes = by.length;
  for (const { stream, type, data } of events)
    bytes += Buffer.byteLength(data) + stream.length + type.length;
  if (bytes > envelopeBytesMax)
    throw new TooLarge(`Envelope ${id} has ${bytes} bytes; the log takes ${envelopeBytesMax}.`);
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
  const versions = events.length > 1 ? new Map<string, number>() : undefined;
  const rows: Stored[] = [];
  let previous = end.hash;
  for (const { stream, type, shape, data } of events) {
    const part = rows.length;
    const next = 1 + (versions?.get(stream) ?? version(stream));
    versions?.set(stream, next);
    const row: Stored = {
      position: end.position + 1 + part,
      stream,
      version: next,
      type,
      shape,
      at,
      by,
      cause,
      envelope: id,
      part,
      data,
      hash: "",
    };
    previous = row.hash = chained(previous, row);
    rows.push(row);
  }
  return rows;
}

/** The acknowledgement of an envelope, from its records. */
export function ackOf(rows: readonly Stored[], head: Position, duplicate: boolean): Ack {
  const versions: Record<string, number> = {};
  for (const { stream, version } of rows) versions[stream] = version;
  return { position: rows.at(-1)?.position ?? head, versions, duplicate };
}
