import { createHmac } from "node:crypto";
import type { QuestionOrder, Run } from "../contract/orders.ts";
import { sealed } from "../wire/seal.ts";
import type { QuestionText, Told } from "../wire/frames.ts";

/** Where a question is on this node; times are of the node's monotonic clock. */
export type QuestionTimes = { revealAt: number; closesAt: number };

const sealKeyBytes = 16;
const base64url = (bytes: Uint8Array): string =>
  bytes.toBase64({ alphabet: "base64url", omitPadding: true });

/** The key that opens a question: derived, so that every node seals alike and a restart opens what was sent before it. */
const sealKey = (run: Run, question: number): Uint8Array =>
  new Uint8Array(
    createHmac("sha256", run.tokenKey).update(`seal ${run.run} ${question}`).digest(),
  ).slice(0, sealKeyBytes);

export function sealedTold(run: Run, question: number): Told {
  const { text, choices } = run.shape.questions[question] ?? { text: "", choices: [] };
  const plain: QuestionText = { text, choices };
  const bytes = new TextEncoder().encode(JSON.stringify(plain));
  return { is: "sealed", question, sealed: base64url(sealed(sealKey(run, question), bytes)) };
}

/** What all are told when a question is armed: it, and how many they are, in case that they are lost in the midst of it. */
export const armedTold = (run: Run, question: number, to: ReadonlySet<unknown>): Told[] => [
  sealedTold(run, question),
  crowdTold(to.size),
];

export const revealTold = (
  run: Run,
  question: number,
  { revealAt, closesAt }: { revealAt: number; closesAt: number },
): Told => ({
  is: "reveal",
  question,
  key: base64url(sealKey(run, question)),
  ...{ revealAt, closesAt },
});

export const closedTold = (run: Run, question: number): Told => ({
  is: "closed",
  question,
  right: run.shape.questions[question]?.right ?? null,
});

/** So many places a node can tell, with time left for all else. */
const placesPerMs = 2;
/** Who is connected asks for their place over a time that is long enough for all of them. */
export const overTold = (connections: number): Told => ({
  is: "over",
  askWithinMs: Math.floor(connections / placesPerMs),
});

/** So many can come back to a node, with time left to count. Half of a core where it ends TLS itself. */
const comeBackPerMs = 2;
export const crowdTold = (connections: number): Told => ({
  is: "crowd",
  comeBackWithinMs: Math.floor(connections / comeBackPerMs),
});

const rank: Record<QuestionOrder["state"], number> = {
  coming: 0,
  armed: 1,
  revealed: 2,
  closed: 3,
};

/** Whether an order takes a question further than it was, or back while nobody has seen it; a repeated one or one from before does nothing. */
export const isFurther = (from: QuestionOrder, to: QuestionOrder): boolean =>
  rank[to.state] > rank[from.state] || (from.state === "armed" && to.state === "coming");

/** The question that is armed; else the one with the latest reveal; else the last that was closed. */
export function latestOf(
  orders: readonly QuestionOrder[],
  times: readonly (QuestionTimes | undefined)[],
): number | undefined {
  const armed = orders.findIndex(({ state }) => state === "armed");
  if (armed >= 0) return armed;
  const revealed = times.reduce<number>(
    // Before the start of this process, whose clock begins at nothing, times are negative.
    (best, each, n) => (each && each.revealAt > (times[best]?.revealAt ?? -Infinity) ? n : best),
    -1,
  );
  if (revealed >= 0) return revealed;
  const closed = orders.findLastIndex(({ state }) => state === "closed");
  return closed < 0 ? undefined : closed;
}

const keyLeadMsMin = 400;
/** Who reads the wire sees a question so much earlier at most, whatever a fan-out took. */
const keyLeadMsMax = 3_000;

/** So long before its reveal a question's key is sent: that it reaches the last one in time, by what the last fan-out took. */
export const keyLeadMs = (fanOutMs: number): number =>
  Math.min(Math.max(keyLeadMsMin, 2 * fanOutMs), keyLeadMsMax);

/** What somebody who connects late has missed; `isKeyOut` says whose key everybody else was sent already. */
export const missedOf = (
  run: Run,
  orders: readonly QuestionOrder[],
  isKeyOut: (question: number) => boolean,
): Told[] =>
  orders.flatMap((order, question): Told[] => {
    if (order.state === "armed") return [sealedTold(run, question)];
    if (order.state !== "revealed") return [];
    const { revealAt, closesAt } = order;
    const told: Told = isKeyOut(question)
      ? revealTold(run, question, order)
      : { is: "soon", question, revealAt, closesAt };
    return [sealedTold(run, question), told];
  });
