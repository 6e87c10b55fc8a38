import type { QuestionOrder, Run } from "../contract/orders.ts";
import { outcome, type TokenFields } from "../contract/shape.ts";
import type { Verdict } from "../engine/count.ts";
import type { Engine } from "../engine/engine.ts";
import { type AnswerRecord, emptyRecord } from "../engine/record.ts";
import type { Told } from "../wire/frames.ts";
import { sipKey, type SipKey } from "../wire/sip-hash.ts";
import { Acks, type Owed } from "./acks.ts";
import { Awaiting } from "./awaiting.ts";
import type { Connection } from "./connection.ts";
import { fanOut } from "./fan-out.ts";
import { Intake } from "./intake.ts";
import { Meter } from "./meter.ts";
import {
  armedTold,
  closedTold,
  isFurther,
  keyLeadMs,
  latestOf,
  missedOf,
  overTold,
  type QuestionTimes,
  revealTold,
} from "./questions.ts";
import { RevealSpread } from "./reveal-spread.ts";
import { Stage } from "./stage.ts";
import { latencyOf, type Shown } from "./timing.ts";
import { textFrame } from "./web-socket.ts";

/** The node's clocks in milliseconds: one that only goes forward, and what the wall says. */
export type Clocks = {
  now(): number;
  wall(): number;
  after(ms: number, act: () => void): () => void;
};

/** What somebody chose, how long they say it took, and when it came by the node's clock. */
export type Said = { choice: number; elapsedMs: number; now: number };

export type HallOptions = {
  run: Run;
  node: number;
  engine: Engine;
  clocks: Clocks;
  http: (owed: Owed) => void;
  note: (message: string) => void;
};

/** One run on this node: its count, who is connected, where its questions are. */
export class Hall {
  run: Run;
  readonly node: number;
  readonly key: SipKey;
  readonly engine: Engine;
  readonly acks: Acks;
  readonly meter: Meter;
  readonly clocks: Clocks;
  readonly connections = new Set<Connection>();
  readonly seats = new Map<number, Connection>();
  readonly stage = new Stage();
  /** How long the last fan-out took until the last client, in milliseconds. */
  fanOutMs = 0;
  spread: RevealSpread | undefined;
  private readonly orders: QuestionOrder[];
  private readonly times: (QuestionTimes | undefined)[];
  private readonly timers = new Set<() => void>();
  private readonly note: (message: string) => void;
  private readonly intake = new Intake(this);
  /** Questions whose key has left, the latest one last. */
  private readonly keysOut: number[] = [];
  private isTurning = false;
  private readonly awaiting = new Awaiting();
  private readonly answer = emptyRecord();
  private readonly shown: Shown = { revealAt: 0, sentAt: 0, windowMs: 0, roundTripMs: 0 };

  constructor(of: HallOptions) {
    this.run = of.run;
    this.node = of.node;
    this.engine = of.engine;
    this.clocks = of.clocks;
    this.note = of.note;
    this.key = sipKey(Uint8Array.fromBase64(of.run.tokenKey, { alphabet: "base64url" }));
    this.meter = new Meter(of.clocks);
    this.acks = new Acks({ http: of.http, acked: (tookMs) => this.meter.acked(tookMs) });
    this.orders = of.run.shape.questions.map(() => ({ state: "coming" }));
    this.times = of.run.shape.questions.map(() => undefined);
  }

  /** Goes where control says that the run is; what it has heard before changes nothing. */
  obey(run: Run): void {
    const isOver = this.run.ranking === undefined && run.ranking !== undefined;
    this.run = run;
    this.stage.rank(run.ranking);
    if (isOver) this.tell(overTold(this.connections.size));
    for (const [question, order] of run.questions.entries()) {
      const before = this.orders[question];
      if (!before || !isFurther(before, order)) continue;
      this.orders[question] = order;
      if (order.state === "armed") this.tell(armedTold(run, question, this.connections));
      if (order.state === "revealed") this.reveal(question, order, before.state === "coming");
      if (order.state === "closed") this.close(question);
    }
    this.erase().catch((why: unknown) => this.note(`Erasing failed: ${String(why)}`));
  }

  /** Erases who answered what, where that is ordered and the questions that were asked are closed. */
  async erase(): Promise<void> {
    const isAsked = this.orders.some(({ state }) => state !== "coming" && state !== "closed");
    if (this.run.isErased && !isAsked) await this.engine.erase();
  }

  private reveal(
    question: number,
    order: { revealAt: number; closesAt: number },
    isUnarmed: boolean,
  ): void {
    const { now, wall } = this.clocks;
    // The wall's clock may be set while a question runs; this one cannot.
    const shift = now() - wall();
    const times = { revealAt: order.revealAt + shift, closesAt: order.closesAt + shift };
    this.times[question] = times;
    if (isUnarmed) this.tell(armedTold(this.run, question, this.connections));
    const keyAt = times.revealAt - keyLeadMs(this.fanOutMs);
    if (now() < keyAt) {
      this.tell({ is: "soon", question, revealAt: order.revealAt, closesAt: order.closesAt });
      this.at(keyAt, () => this.sendKey(question, order));
    } else this.sendKey(question, order);
    this.at(times.revealAt, () => this.step(question));
    this.at(times.closesAt, () => this.step(question));
    this.step(question);
  }

  private sendKey(question: number, times: { revealAt: number; closesAt: number }): void {
    this.keysOut.push(question);
    const spread = new RevealSpread(this.times[question]?.revealAt ?? this.clocks.now());
    this.spread = spread;
    this.tell(revealTold(this.run, question, times), (connection, at) => {
      const isGreeted = connection.index >= 0 || connection.isRelay;
      if (!isGreeted || connection.revealedQuestion === question) return;
      connection.revealedQuestion = question;
      connection.revealSentAt = at;
      spread.sent(at, connection.roundTripMs);
    });
  }

  private at(when: number, act: () => void): void {
    const end = this.clocks.after(Math.max(0, when - this.clocks.now()), () => {
      this.timers.delete(end);
      // Timers come up to a millisecond early, and a question that is not open then would never be.
      if (this.clocks.now() < when) this.at(when, act);
      else act();
    });
    this.timers.add(end);
  }

  /** Opens and closes by the node's own clock, with control or without. */
  private step(question: number): void {
    const times = this.times[question];
    if (!times) return;
    const now = this.clocks.now();
    if (now >= times.closesAt) return this.close(question);
    if (now >= times.revealAt) this.engine.open(question);
  }

  private close(question: number): void {
    if (this.engine.count.questions[question]?.phase === "closed") return;
    // They came before.
    this.intake.run();
    this.orders[question] = { state: "closed" };
    this.engine.close(question).catch((why: unknown) => this.note(`No checkpoint: ${String(why)}`));
    this.tell(closedTold(this.run, question));
  }

  /**
   * Takes an answer whose token is good, of a participant of this node. `verdict` says what became of it; the group that
   * is returned must be durable before anybody is told.
   */
  take(
    who: Pick<TokenFields, "index" | "group">,
    question: number,
    said: Said,
    from: Connection | undefined,
    verdict: Verdict,
  ): number {
    const { now } = said;
    const times = this.times[question];
    if (times && (now < times.revealAt || now >= times.closesAt)) this.step(question);
    const { answer } = this;
    answer.index = who.index;
    answer.group = who.group;
    answer.question = question;
    answer.choice = said.choice;
    answer.latencyMs = this.latencyNow(question, said, from);
    return this.record(answer, verdict);
  }

  /** Takes what another node has timed already. */
  record(answer: AnswerRecord, verdict: Verdict): number {
    const group = this.engine.answer(answer, verdict);
    if (verdict.outcome === outcome.late) {
      const kept = this.engine.keptChoice(answer.question, answer.index);
      if (kept >= 0) {
        verdict.outcome = outcome.repeated;
        verdict.choice = kept;
      }
    }
    this.meter.count(verdict.outcome);
    return group;
  }

  /** How long an answer that comes now took. */
  latencyNow(question: number, { now, elapsedMs }: Said, from: Connection | undefined): number {
    const times = this.times[question];
    if (!times) return 0;
    const { shown } = this;
    shown.revealAt = times.revealAt;
    shown.sentAt = from?.revealedQuestion === question ? from.revealSentAt : 0;
    shown.roundTripMs = from?.roundTripMs ?? 0;
    shown.windowMs = this.run.shape.questions[question]?.windowMs ?? 0;
    return latencyOf(now, elapsedMs, shown);
  }

  /** What is owed leaves when it is durable: at the end of this turn of the event loop, with all that came in it. */
  owe(owed: Owed): void {
    this.acks.add(owed);
    this.turn();
  }

  /** Takes a relay's answers at the end of this turn. */
  gather(...message: Parameters<Intake["add"]>): void {
    this.intake.add(...message);
    this.turn();
  }

  private turn(): void {
    if (this.isTurning) return;
    this.isTurning = true;
    setImmediate(() => {
      this.isTurning = false;
      this.intake.run();
      this.engine.commit();
      this.settle();
    });
  }

  /** Called when a group has become durable, and when none will be any more. */
  settle(): void {
    if (this.engine.failed) {
      this.meter.broken = this.engine.failed.message;
      this.acks.giveUp(this.engine.durable);
    }
    this.acks.flush(this.engine.durable, this.clocks.now());
    this.awaiting.settle(this.engine);
  }

  /** Says something to everybody who is connected. */
  tell(told: Told | Told[], wrote?: (connection: Connection, at: number) => void): void {
    if (this.connections.size === 0) return;
    const frame = Buffer.concat([told].flat().map((each) => textFrame(JSON.stringify(each))));
    void fanOut(this.connections, frame, {
      now: () => this.clocks.now(),
      ...(wrote ? { wrote } : {}),
    }).then((tookMs) => (this.fanOutMs = tookMs));
  }

  /** What somebody who says hello has missed. Their clock runs from the reveal: a connection may have watched under no name, or another. */
  greet(connection: Connection): Told[] {
    connection.revealedQuestion = this.keysOut.at(-1) ?? -1;
    connection.revealSentAt = 0;
    const missed = missedOf(this.run, this.orders, (question) => this.keysOut.includes(question));
    return this.run.ranking === undefined ? missed : [...missed, overTold(this.connections.size)];
  }

  /** The question that is on, or was last. */
  latest(): number | undefined {
    return latestOf(this.orders, this.times);
  }

  /** Resolves when a group is durable; fails when it never will be. */
  whenDurable(group: number): Promise<void> {
    const durable = this.awaiting.until(group);
    this.turn();
    return durable;
  }

  leave(connection: Connection): void {
    this.connections.delete(connection);
    this.stage.leave(connection);
    if (this.seats.get(connection.index) === connection) this.seats.delete(connection.index);
  }

  async stop(): Promise<void> {
    for (const end of this.timers) end();
    this.intake.run();
    for (const connection of this.connections) connection.drop();
    this.stage.end();
    this.engine.flush();
    await this.engine.stop();
  }
}
