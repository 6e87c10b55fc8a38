import type { Exchange } from "../exchange.ts";
import { startClock } from "../origin/patience.ts";
import type { Instance } from "../instance.ts";
import { mayGoAgain } from "../retry-rule.ts";
import { noteLate } from "./seen.ts";

/** Until when this instance's answer to a whole request is waited for; a first try gets less, since others may do better. */
export function answerBy(exchange: Exchange): number {
  const { lane, head, plane, tries } = exchange;
  const { responseHeaderMs } = lane.route.timeouts;
  tries.sentAt = plane.now;
  tries.firstAt ||= plane.now;
  const { patience } = lane.service.care;
  // A second try shares the visitor's patience with the first.
  const lastAt = Math.min(tries.firstAt + responseHeaderMs, startClock(exchange));
  const isLast = tries.attempts > 1 || !head.isIdempotent || lane.route.longPoll;
  if (patience === undefined || isLast) return lastAt;
  return Math.min(plane.now + patience.lateMs, lastAt);
}

/** Is there anybody else to ask? */
export const hasOther = (
  { lane: { service } }: Exchange,
  instance: Instance | undefined,
): boolean => service.usableCount() > (instance?.isUsable === true ? 1 : 0);

/** Should another instance have a try at what this one failed to answer? */
export function mayTryElsewhere(exchange: Exchange, why: "late" | "bad-answer"): boolean {
  const { head, body, lane, tries } = exchange;
  return (
    hasOther(exchange, exchange.instance) &&
    mayGoAgain(why, { head, body, service: lane.service, tries })
  );
}

/** An answer that is retried where that is possible. */
export const isWorthAnotherTry = ({ lane: { service } }: Exchange, status: number): boolean =>
  status >= 500 && service.care.target.retryStatuses.includes(status);

/** While all are slow there is too much to do, and it is nobody's fault. */
const othersAreWell = ({ lane: { service } }: Exchange, instance: Instance): boolean =>
  service.instances.some((each) => each !== instance && each.isUsable && each.errorsInRow === 0);

/** Nothing came in time, but the visitor's patience is not at its end: what becomes of the request? */
export function whenLate(exchange: Exchange): "too-late" | "wait" | "elsewhere" {
  const { plane, instance, lane, tries } = exchange;
  const { care } = lane.service;
  const { responseHeaderMs } = lane.route.timeouts;
  if (tries.firstAt === 0 || plane.now >= tries.firstAt + responseHeaderMs) return "too-late";
  if (instance === undefined || !othersAreWell(exchange, instance)) return "wait";
  if (care.patience?.expectsSlow(care.pathOf(exchange), plane.now)) return "wait";
  noteLate(exchange, instance);
  if (!mayTryElsewhere(exchange, "late")) return "wait";
  tries.wasLate = true;
  return "elsewhere";
}
