import { outcome, type TokenFields, tokenKind } from "../contract/shape.ts";
import type { Verdict } from "../engine/count.ts";
import type { AnswerRecord } from "../engine/record.ts";
import { batchAckHeadBytes, batchMax, frameKind } from "../wire/frames.ts";
import { noFields } from "../wire/token.ts";
import { TokenBatch } from "../wire/token-batch.ts";
import type { Owed } from "./acks.ts";
import type { Connection } from "./connection.ts";
import type { Hall, Said } from "./hall.ts";
import type { Around } from "./player.ts";
import { headBytes, opcode, writeHead } from "./web-socket.ts";

/** What a relay's message says of itself, and when it came. */
type Message = {
  from: Connection;
  count: number;
  number: number;
  now: number;
  around: Around;
};

/** Answers that are checked and counted in one go. */
const togetherMax = 4 * batchMax;
const fields: TokenFields = noFields();
const verdict: Verdict = { outcome: outcome.recorded, choice: -1 };
const said: Said = { choice: 0, elapsedMs: 0, now: 0 };

/**
 * Answers of relays wait here for the end of their turn of the event loop: all tokens are checked together, then all places in
 * memory are looked at together, then all is counted. Each step waits for memory once where one answer after the other waits
 * each time.
 */
export class Intake {
  private readonly hall: Hall;
  private messages: Message[] = [];
  /** Made when the first relay speaks. What came is copied there at once: buffers that outlive their turn cost a large collection later. */
  private tokens: TokenBatch | undefined;

  constructor(hall: Hall) {
    this.hall = hall;
  }

  /** Takes a message whose answers begin at `at`. */
  add(message: Message, bytes: Buffer, at: number): void {
    const tokens = (this.tokens ??= new TokenBatch(togetherMax));
    if (tokens.count + message.count > togetherMax) this.run();
    this.messages.push(message);
    tokens.add(bytes, at, message.count);
  }

  /** Takes all that waits; what is owed for it is with the hall's acks then. */
  run(): void {
    const { messages, hall, tokens } = this;
    if (messages.length === 0 || !tokens) return;
    this.messages = [];
    tokens.check(hall.key);
    const { count } = hall.engine;
    for (let n = 0; n < tokens.count; n++)
      count.approach(tokens.index(n), tokens.question(n), tokens.choice(n));
    const nowS = hall.clocks.wall() / 1_000;
    let n = 0;
    for (const message of messages) {
      take(hall, message, tokens, n, nowS);
      n += message.count;
    }
    tokens.clear();
  }
}

/** Counts the answers of one message; the first one is the `first` of the batch. */
function take(hall: Hall, message: Message, of: TokenBatch, first: number, nowS: number): void {
  const { from, count, number, now } = message;
  const length = batchAckHeadBytes + count;
  const head = headBytes(length);
  const frame = new Uint8Array(head + length);
  writeHead(frame, 0, opcode.binary, length);
  frame[head] = frameKind.batchAck;
  frame[head + 2] = count & 0xff;
  frame[head + 3] = count >> 8;
  frame[head + 4] = number & 0xff;
  frame[head + 5] = (number >>> 8) & 0xff;
  frame[head + 6] = (number >>> 16) & 0xff;
  frame[head + 7] = number >>> 24;
  said.now = now;
  let elsewhere: Elsewhere[] | undefined;
  let group = 0;
  for (let n = 0; n < count; n++) {
    const place = head + batchAckHeadBytes + n;
    const taken = one(hall, from, of, first + n, nowS);
    if (taken === isElsewhere) {
      const answer = timed(hall, from, of, first + n);
      (elsewhere ??= []).push({ place, node: fields.node, answer });
    } else if (taken > group) group = taken;
    frame[place] = (verdict.outcome << 4) | (verdict.choice + 1);
  }
  // Written out: spreading parts of an object costs as much as counting an answer.
  const owed: Owed = {
    to: from,
    group,
    at: now,
    question: 0,
    number: 0,
    outcome: outcome.recorded,
    choice: -1,
    frame,
  };
  if (elsewhere === undefined) hall.acks.add(owed);
  else void forwarded(hall, elsewhere, frame, message.around).then(() => hall.owe(owed));
}

type Elsewhere = { place: number; node: number; answer: AnswerRecord };
const isElsewhere = -1;

/** One answer of a batch; leaves what became of it in `verdict`, and returns the group that must be durable. */
function one(hall: Hall, from: Connection, of: TokenBatch, n: number, nowS: number): number {
  verdict.choice = -1;
  verdict.outcome = of.token(n, nowS, fields);
  if (verdict.outcome === outcome.recorded && fields.kind !== tokenKind.participant)
    verdict.outcome = outcome.forged;
  if (verdict.outcome !== outcome.recorded) {
    hall.meter.count(verdict.outcome);
    return 0;
  }
  if (fields.node !== hall.node) return isElsewhere;
  said.choice = of.choice(n);
  said.elapsedMs = of.elapsedMs(n);
  return hall.take(fields, of.question(n), said, from, verdict);
}

/** An answer for another node, with its time: only this node knows when it came. */
function timed(hall: Hall, from: Connection, of: TokenBatch, n: number): AnswerRecord {
  const question = of.question(n);
  said.elapsedMs = of.elapsedMs(n);
  const latencyMs = hall.latencyNow(question, said, from);
  return { index: fields.index, group: fields.group, question, choice: of.choice(n), latencyMs };
}

async function forwarded(
  hall: Hall,
  elsewhere: readonly Elsewhere[],
  frame: Uint8Array,
  around: Around,
): Promise<void> {
  await Promise.all(
    [...Map.groupBy(elsewhere, ({ node }) => node)].map(async ([node, all]) => {
      const found = await around.forward(
        hall,
        node,
        all.map(({ answer }) => answer),
      );
      for (const [n, { place }] of all.entries()) {
        const { outcome: became, choice } = found[n] ?? { outcome: outcome.nodeAway, choice: -1 };
        frame[place] = (became << 4) | (choice + 1);
      }
    }),
  );
}
