import { outcome, type Outcome, type TokenFields, tokenKind } from "../contract/shape.ts";
import type { Verdict } from "../engine/count.ts";
import type { AnswerRecord } from "../engine/record.ts";
import {
  answerBytes,
  batchAnswerBytes,
  batchHeadBytes,
  batchMax,
  frameKind,
  helloBytes,
  timeToldBytes,
  type Told,
} from "../wire/frames.ts";
import { noFields, readToken, tokenBytes } from "../wire/token.ts";
import { type Connection, playerQuietSecondsMax } from "./connection.ts";
import type { Hall, Said } from "./hall.ts";
import { crowdTold } from "./questions.ts";
import { closing, frameOf, opcode, textFrame } from "./web-socket.ts";

/** Messages that were no good, after which a connection is closed: guessing tokens must not be cheap. */
const strikesMax = 5;
/** Nobody answers more questions than this in a second; a relay speaks for many. */
const answersPerSecondMax = 20;
/** Who sends so many is no player in a hurry: each of them is a message that was no good. */
const floodPerSecondMax = 10 * answersPerSecondMax;
const helloTokenAt = helloBytes - tokenBytes;

/** What a node's door needs of the world around a hall. */
export type Around = {
  /** Where participants of another node connect. */
  addressOf(hall: Hall, node: number): string | undefined;
  /** Sends answers to the node that counts their participants; resolves with what became of them there, in order. */
  forward(hall: Hall, node: number, answers: readonly AnswerRecord[]): Promise<Verdict[]>;
};

const fields: TokenFields = noFields();
const verdict: Verdict = { outcome: outcome.recorded, choice: -1 };
const said: Said = { choice: 0, elapsedMs: 0, now: 0 };

/** A binary message of a client where it lies among what came: a view of each would cost more than to read it. */
export type Message = { bytes: Buffer; at: number; end: number };

/** One binary message of a client. */
export function hear(from: Connection, hall: Hall, message: Message, around: Around): void {
  const { bytes, at, end } = message;
  const length = end - at;
  switch (length === 0 ? 0 : bytes[at]) {
    case frameKind.answer:
      return length === answerBytes ? answer(from, hall, bytes, at) : strike(from);
    case frameKind.batch:
      return batch(from, hall, message, around);
    case frameKind.echo:
      return length === 8 ? echo(from, hall, bytes, at) : strike(from);
    case frameKind.hello:
      return length === helloBytes ? hello(from, hall, message, around) : strike(from);
    case frameKind.time:
      return length === 8 ? time(from, hall, bytes, at) : strike(from);
    default:
      return strike(from);
  }
}

export function strike(from: Connection): void {
  if (++from.strikes >= strikesMax) from.close(closing.flooding);
}

const say = (to: Connection, told: Told): void => to.write(textFrame(JSON.stringify(told)));

function hello(from: Connection, hall: Hall, { bytes, at }: Message, around: Around): void {
  const found = readToken(hall.key, bytes, at + helloTokenAt, hall.clocks.wall() / 1_000, fields);
  if (isTooFast(from, hall.clocks.now())) return strike(from);
  const why = found === outcome.recorded ? whyNot(fields, hall) : found;
  if (why !== outcome.recorded) {
    hall.meter.count(why);
    say(from, { is: "refused", why });
    return strike(from);
  }
  from.relay = fields.kind === tokenKind.relay ? fields.index : undefined;
  if (!from.isRelay && fields.node !== hall.node) {
    const to = around.addressOf(hall, fields.node);
    return say(
      from,
      to === undefined ? { is: "refused", why: outcome.nodeAway } : { is: "moved", to },
    );
  }
  from.expiresS = fields.expiresS;
  if (!from.isRelay) seat(from, hall);
  const { run } = hall.run;
  const index = from.isRelay ? null : from.index;
  say(from, { is: "welcome", run, now: hall.clocks.wall(), index });
  for (const told of [crowdTold(hall.connections.size), ...hall.greet(from)]) say(from, told);
  probe(from, hall);
}

/** What is wrong with the hello of a token that was signed here and is not over. */
function whyNot({ kind, index }: TokenFields, { run }: Hall): Outcome {
  if (kind === tokenKind.participant) return outcome.recorded;
  if (kind !== tokenKind.relay) return outcome.forged;
  return run.endedRelays?.includes(index) ? outcome.expired : outcome.recorded;
}

/** Lets go of those whose token is over, or was ended. */
export function letGo(hall: Hall): void {
  const nowS = hall.clocks.wall() / 1_000;
  const { endedRelays = [] } = hall.run;
  for (const connection of hall.connections) {
    const { relay, expiresS } = connection;
    const isEnded = relay !== undefined && endedRelays.includes(relay);
    if (expiresS > nowS && !isEnded) continue;
    say(connection, { is: "refused", why: outcome.expired });
    connection.close(closing.over);
  }
}

/** One connection for each participant, the latest: with two, one could watch and the other be timed. */
function seat(from: Connection, hall: Hall): void {
  const before = hall.seats.get(fields.index);
  if (before && before !== from) before.close(closing.elsewhere);
  if (from.index >= 0) hall.seats.delete(from.index);
  from.index = fields.index;
  from.group = fields.group;
  hall.seats.set(fields.index, from);
}

/** Asks for a sign of life, which also tells the round trip. */
export function probe(to: Connection, hall: Hall): void {
  // Nobody can answer ahead what they have not seen.
  to.probeStamp = crypto.getRandomValues(new Uint32Array(1))[0] as number;
  to.probedAt = hall.clocks.now();
  const payload = new Uint8Array(8);
  payload[0] = frameKind.probe;
  new DataView(payload.buffer).setUint32(4, to.probeStamp, true);
  to.write(frameOf(opcode.binary, payload));
}

function echo(from: Connection, hall: Hall, bytes: Buffer, at: number): void {
  if (from.probedAt === 0 || uint32(bytes, at + 4) !== from.probeStamp) return strike(from);
  const took = hall.clocks.now() - from.probedAt;
  from.probedAt = 0;
  from.socket.timeout(playerQuietSecondsMax);
  from.roundTripMs = from.roundTripMs === 0 ? took : Math.min(from.roundTripMs, took);
}

function time(from: Connection, hall: Hall, bytes: Buffer, at: number): void {
  if (isTooFast(from, hall.clocks.now())) return strike(from);
  const payload = new Uint8Array(timeToldBytes);
  payload[0] = frameKind.timeTold;
  payload.set(bytes.subarray(at + 4, at + 8), 4);
  new DataView(payload.buffer).setFloat64(8, hall.clocks.wall(), true);
  from.write(frameOf(opcode.binary, payload));
}

export function isTooFast(from: Connection, now: number): boolean {
  const second = Math.floor(now / 1_000);
  if (second !== from.second) {
    from.second = second;
    from.inSecond = 0;
  }
  return ++from.inSecond > answersPerSecondMax;
}

function answer(from: Connection, hall: Hall, bytes: Buffer, at: number): void {
  if (from.index < 0) return strike(from);
  const question = bytes[at + 1] as number;
  said.choice = bytes[at + 2] as number;
  said.elapsedMs = uint32(bytes, at + 4);
  said.now = hall.clocks.now();
  let group = 0;
  if (isTooFast(from, said.now)) {
    if (from.inSecond > floodPerSecondMax) return strike(from);
    verdict.outcome = outcome.tooFast;
    verdict.choice = -1;
    hall.meter.count(outcome.tooFast);
  } else group = hall.take(from, question, said, from, verdict);
  // Written out: spreading parts of an object costs as much as counting an answer.
  hall.owe({
    to: from,
    group,
    at: said.now,
    question,
    number: uint32(bytes, at + 8),
    outcome: verdict.outcome,
    choice: verdict.choice,
    frame: undefined,
  });
}

/** Many answers of a relay. It vouches for nobody: each brings its own token. */
function batch(from: Connection, hall: Hall, { bytes, at, end }: Message, around: Around): void {
  const count = (bytes[at + 2] as number) | ((bytes[at + 3] as number) << 8);
  const isWhole = end - at === batchHeadBytes + count * batchAnswerBytes;
  if (!from.isRelay || !isWhole || count === 0 || count > batchMax) return strike(from);
  const number = uint32(bytes, at + 4);
  hall.gather({ from, count, number, now: hall.clocks.now(), around }, bytes, at + batchHeadBytes);
}

const uint32 = (bytes: Uint8Array, at: number): number =>
  ((bytes[at] as number) |
    ((bytes[at + 1] as number) << 8) |
    ((bytes[at + 2] as number) << 16) |
    ((bytes[at + 3] as number) << 24)) >>>
  0;
