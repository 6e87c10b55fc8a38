import { answerEnded } from "./answer.ts";
import { waitAndTry } from "./care/back-off.ts";
import { hasOther, whenLate } from "./care/second-try.ts";
import { noteHungUp, noteUnreachable } from "./care/seen.ts";
import type { Exchange } from "./exchange.ts";
import type { Instance } from "./instance.ts";
import type { Hedged } from "./origin/hedge.ts";
import { isOutOfTime } from "./origin/patience.ts";
import * as refusals from "./refusal.ts";
import type { Refusal } from "./refusal.ts";
import { mayGoAgain } from "./retry-rule.ts";
import type { RetryReason } from "./tallies.ts";
import type { Upstream } from "./upstream.ts";

/** What was tried for a request so far; times are the plane's. */
export type Tries = {
  attempts: number;
  hadStale: boolean;
  /** The first instance did not answer in time. */
  wasLate: boolean;
  firstAt: number;
  sentAt: number;
  /** Another instance may be asked the same. */
  hedged: Hedged | undefined;
};
export const noTries = (): Tries => ({
  attempts: 0,
  hadStale: false,
  wasLate: false,
  firstAt: 0,
  sentAt: 0,
  hedged: undefined,
});

/** The connection is gone before the response was whole: once more where that is safe, else the visitor is told. */
export function upstreamLost(exchange: Exchange, upstream: Upstream): void {
  if (exchange.isOver) return;
  const { instance } = exchange;
  exchange.upstream = undefined;
  if (exchange.hasAnswered) {
    if (!answerEnded(exchange)) exchange.failed(refusals.upstreamClosed);
    return;
  }
  const wasReady = exchange.isReady;
  if (instance === undefined) return;
  leave(exchange);
  if (!wasReady) {
    noteUnreachable(
      exchange,
      instance,
      `connecting failed (${exchange.connectProblem || "closed"})`,
    );
    again(exchange, instance, { why: "never-sent", otherwise: refusals.connectFailed });
  } else if (upstream.served > 0 && !upstream.hasHeard) {
    again(exchange, instance, { why: "stale-connection", otherwise: refusals.upstreamClosed });
  } else {
    noteHungUp(exchange, instance);
    if (upstream.hasHeard) exchange.failed(refusals.upstreamClosed);
    else again(exchange, instance, { why: "connection-lost", otherwise: refusals.upstreamClosed });
  }
}

/** It took too long: to connect, to begin an answer, or to go on with it. */
export function upstreamExpired(exchange: Exchange, upstream: Upstream): void {
  const { instance } = exchange;
  if (!exchange.hasAnswered && isOutOfTime(exchange)) return;
  if (exchange.hasAnswered || instance === undefined) exchange.failed(refusals.responseTimeout);
  else if (exchange.isReady) late(exchange, upstream);
  else {
    upstream.terminate();
    leave(exchange);
    noteUnreachable(exchange, instance, "no connection within the connect timeout");
    again(exchange, instance, { why: "never-sent", otherwise: refusals.connectTimeout });
  }
}

function late(exchange: Exchange, upstream: Upstream): void {
  const next = whenLate(exchange);
  if (next === "too-late") exchange.failed(refusals.responseTimeout);
  else if (next === "elsewhere") tryElsewhere(exchange, "late", false);
  else {
    const { responseHeaderMs } = exchange.lane.route.timeouts;
    upstream.deadline = Math.min(exchange.tries.firstAt + responseHeaderMs, exchange.dueAt);
  }
}

/** Leaves the instance that it was sent to, and goes to another one. */
export function tryElsewhere(exchange: Exchange, why: RetryReason, mayReuse: boolean): void {
  const { instance, upstream } = exchange;
  leave(exchange);
  if (upstream !== undefined) upstream.exchange = undefined;
  if (mayReuse && exchange.body.isWhole) upstream?.release(true);
  else upstream?.terminate();
  exchange.lane.service.counts.retries[why].add();
  exchange.dispatch(instance);
}

function leave(exchange: Exchange): void {
  if (exchange.instance !== undefined) exchange.leaveInstance(exchange.instance);
  exchange.isReady = false;
  exchange.pace = undefined;
  exchange.upstream = undefined;
}

function again(
  exchange: Exchange,
  instance: Instance,
  { why, otherwise }: { why: RetryReason; otherwise: Refusal },
): void {
  const { head, body, tries, lane } = exchange;
  const { service } = lane;
  if (!mayGoAgain(why, { head, body, service, tries })) {
    exchange.failed(otherwise);
    return;
  }
  if (why === "stale-connection") tries.hadStale = true;
  service.counts.retries[why].add();
  if (why === "never-sent" && !hasOther(exchange, instance)) {
    waitAndTry(exchange);
    return;
  }
  const isAlone = service.instances.length < 2;
  exchange.dispatch(why === "stale-connection" && isAlone ? undefined : instance, true);
}
