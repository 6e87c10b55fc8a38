import { type Effects, type Event, type Millis, ownStore, perCastor } from "#kernel";
import { type Config, securityOf, type SmtpConfig } from "./config.ts";
import * as contract from "./contract.ts";
import { Outbox, outboxStore, type Waiting } from "./outbox.ts";
import type { Equipment, Line, Server, Stamped } from "./post.ts";

const againMsMin = 5_000;
const againMsMax = 10 * 60_000;
/** An urgent letter is tried this often at least. */
const urgentAgainMsMax = 30_000;
/** One connection carries so many letters at most: servers cut longer ones. */
const lettersPerLineMax = 100;
const togetherMax = 500;
const minuteMs = 60_000;

type Trouble = { why: string; since: Millis; retryAt: Millis };
/** What one running Castor knows of its mail server; only pace and display hang on it. */
export type Doing = {
  trouble: Trouble | undefined;
  failures: number;
  minute: { began: Millis; sent: number };
  /** Nothing waits and nothing is to be told, until somebody orders a letter. */
  isIdle: boolean;
};
export const doingOf = perCastor((): Doing => ({
  trouble: undefined,
  failures: 0,
  minute: { began: 0, sent: 0 },
  isIdle: false,
}));

export const outboxOf = (fx: Effects<Config>): Outbox => new Outbox(ownStore(fx, outboxStore));

/** A server's words, without the addresses that they repeat. */
export const withoutAddresses = (said: string): string =>
  said.replaceAll(/[^\s<>"',;:]+@[^\s<>"',;:]+/g, "[address]").slice(0, 300);

export const sha256 = (text: string): string =>
  new Bun.CryptoHasher("sha256").update(text).digest("hex");

export function stamp(
  letter: contract.Letter,
  from: string,
  of: { fromName: string; epoch: string },
): Stamped {
  const domain = from.slice(from.lastIndexOf("@") + 1);
  // Ids of other Castors that send for the same domain must not meet.
  const nameOf = (what: string): string =>
    `<${sha256(`${of.epoch}/${what}`).slice(0, 32)}@${domain}>`;
  const { to, subject, text, html, replyTo, isImportant, unsubscribe, thread } = letter;
  return {
    ...{ to, subject, text, html, replyTo, isImportant, unsubscribe },
    from: { name: of.fromName, address: from },
    messageId: nameOf(`letter/${letter.id}`),
    references: thread === undefined ? undefined : nameOf(`thread/${thread}`),
  };
}

export function serverOf(smtp: SmtpConfig, fx: Effects<Config>): Server {
  const { host, port, user, password, trust } = smtp;
  return {
    ...{ host, port, security: securityOf(smtp) },
    credentials: user === undefined || password === undefined ? undefined : { user, password },
    trust: trust === undefined ? undefined : fx.equipment<Equipment>("mail").readTrust(trust),
  };
}

/** Sends what is due, tells what became of it, and keeps its pace. */
export async function deliver(fx: Effects<Config>): Promise<void> {
  const doing = doingOf(fx);
  if (doing.isIdle) return;
  const outbox = outboxOf(fx);
  await tell(fx, outbox);
  for (const late of outbox.late(fx.now, togetherMax))
    await fail(fx, outbox, late, { why: "its time ran out" });
  let isMore = true;
  while (isMore) {
    isMore = await handOver(fx, outbox);
    await tell(fx, outbox);
  }
  doing.isIdle = outbox.isDone();
}

/** Over several lines at once; true while more waits and nothing is wrong. */
async function handOver(fx: Effects<Config>, outbox: Outbox): Promise<boolean> {
  const { smtp, from, connections } = fx.config;
  if (smtp === undefined || from === undefined) return false;
  const { trouble } = doingOf(fx);
  const isPaused = trouble !== undefined && trouble.retryAt > fx.now;
  if (isPaused && !outbox.next(fx.now, { onlyUrgent: true })) return false;
  const round: Round = { smtp, from, inHand: new Set(), isOver: false };
  const ended = await Promise.all(
    Array.from({ length: connections }, () => handOverOneLine(fx, outbox, round)),
  );
  return !round.isOver && ended.includes("line is full");
}

/** `inHand`: letters that some line is handing over right now. */
type Round = { smtp: SmtpConfig; from: string; inHand: Set<string>; isOver: boolean };

async function handOverOneLine(
  fx: Effects<Config>,
  outbox: Outbox,
  round: Round,
): Promise<"nothing waits" | "line is full"> {
  const { inHand } = round;
  let line: Line | undefined;
  try {
    for (let handed = 0; handed < lettersPerLineMax; handed++) {
      const onlyUrgent = isMinuteFull(doingOf(fx), fx.now, fx.config.lettersPerMinuteMax);
      const waiting =
        round.isOver || fx.signal.aborted ? undefined : outbox.next(fx.now, { onlyUrgent, inHand });
      if (!waiting) return "nothing waits";
      inHand.add(waiting.id);
      doingOf(fx).minute.sent++;
      const opened = line ?? (await open(fx, round.smtp));
      if (typeof opened !== "string") line = opened;
      await handOne(fx, outbox, { waiting, line: opened, round });
      inHand.delete(waiting.id);
    }
    return "line is full";
  } finally {
    line?.close();
  }
}

async function handOne(
  fx: Effects<Config>,
  outbox: Outbox,
  { waiting, line, round }: { waiting: Waiting; line: Line | string; round: Round },
): Promise<void> {
  /** It is the server, whatever the letter; told once for all lines. */
  const serverFails = async (why: string): Promise<void> => {
    if (round.isOver) return;
    round.isOver = true;
    await allWait(fx, outbox, why);
  };
  if (typeof line === "string") return await serverFails(line);
  const { fromName } = fx.config;
  const stamped = stamp(waiting.letter, round.from, { fromName, epoch: fx.log.epoch });
  const { kind, said, isAddress } = await line.hand(stamped);
  const why = withoutAddresses(said);
  if (kind === "broken") {
    // It may be this letter that servers hang up on: the next try begins with another.
    await postpone(fx, outbox, waiting, why);
    return await serverFails(why);
  }
  recovered(doingOf(fx));
  if (kind === "taken") await accept(fx, outbox, waiting);
  else if (kind === "never") await fail(fx, outbox, waiting, { why, isAddress });
  else await postpone(fx, outbox, waiting, why);
}

/** A line to the server, or why there is none. */
export async function open(fx: Effects<Config>, smtp: SmtpConfig): Promise<Line | string> {
  try {
    return await fx.equipment<Equipment>("mail").post.open(serverOf(smtp, fx));
  } catch (why) {
    // Whatever it is, it is for whoever runs the mail server to read.
    return withoutAddresses(why instanceof Error ? why.message : String(why));
  }
}

function isMinuteFull(doing: Doing, now: Millis, max: number): boolean {
  if (now - doing.minute.began >= minuteMs) doing.minute = { began: now, sent: 0 };
  return doing.minute.sent >= max;
}

function recovered(doing: Doing): void {
  doing.trouble = undefined;
  doing.failures = 0;
}

const pauseOf = (fx: Effects, tries: number, max: Millis): Millis =>
  Math.min(max, againMsMin * 2 ** Math.min(tries, 20)) * (0.5 + fx.random() / 2);

/** It is the server, not a letter: nothing else is tried before it had a pause. */
async function allWait(fx: Effects<Config>, outbox: Outbox, why: string): Promise<void> {
  const doing = doingOf(fx);
  const pause = pauseOf(fx, doing.failures++, againMsMax);
  if (doing.failures === 1) fx.note(`The mail server cannot be used: ${why}`);
  doing.trouble = {
    why,
    since: doing.trouble?.since ?? fx.now,
    retryAt: Math.round(fx.now + pause),
  };
  // Those who wait for an urgent letter take another way meanwhile.
  for (let told = 0; told < togetherMax; told++) {
    const urgent = outbox.next(fx.now, { onlyUrgent: true });
    if (!urgent) return;
    await postpone(fx, outbox, urgent, why);
  }
}

const about = ({ id, letter, tries }: Waiting) => ({
  letter: id,
  purpose: letter.purpose,
  tries: tries + 1,
});

async function postpone(
  fx: Effects<Config>,
  outbox: Outbox,
  waiting: Waiting,
  why: string,
): Promise<void> {
  const { isUrgent } = waiting.letter;
  const pause = pauseOf(fx, waiting.tries, isUrgent ? urgentAgainMsMax : againMsMax);
  const isNews = isUrgent && waiting.tries === 0;
  await outbox.postpone(waiting.id, {
    ...{ due: Math.round(fx.now + pause), why },
    ...(isNews ? { fact: contract.delayed({ ...about(waiting), why }) } : {}),
  });
}

async function accept(fx: Effects<Config>, outbox: Outbox, waiting: Waiting): Promise<void> {
  const { isUrgent, purpose } = waiting.letter;
  await outbox.end(waiting.id, {
    ...{ as: "accepted", now: fx.now, tries: waiting.tries + 1 },
    ...(isUrgent ? { fact: contract.accepted(about(waiting)) } : {}),
  });
  fx.count(contract.letters, { purpose, outcome: "accepted" });
}

async function fail(
  fx: Effects<Config>,
  outbox: Outbox,
  waiting: Waiting,
  { why, isAddress = false }: { why: string; isAddress?: boolean | undefined },
): Promise<void> {
  const fact = contract.failed({ ...about(waiting), why, ...(isAddress ? { isAddress } : {}) });
  await outbox.end(waiting.id, { as: "failed", now: fx.now, why, fact });
  fx.count(contract.letters, { purpose: waiting.letter.purpose, outcome: "failed" });
}

/** What a letter's fate is stands in the outbox first, so that no crash lets a fact be missed or a letter go again. */
async function tell(fx: Effects<Config>, outbox: Outbox): Promise<void> {
  for (const { id, fact } of outbox.untold(togetherMax)) {
    const key = `letters/${sha256(id).slice(0, 24)}`;
    await fx.record(key, [fact as Event], { id: `${key}/${fact.type}` });
    await outbox.told(id, fact);
  }
}
