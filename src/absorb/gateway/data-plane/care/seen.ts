import type { Exchange } from "../exchange.ts";
import type { Instance } from "../instance.ts";
import type { Plane } from "../plane.ts";
import { breakerOpen } from "../refusal.ts";
import type { Service } from "../service.ts";

/** Refuses a request of a service that is left alone; true when it did. */
export function isAtRest(exchange: Exchange): boolean {
  const { plane, lane, tries } = exchange;
  const { care } = lane.service;
  if (tries.attempts > 0 || care.admits(plane.now, plane.chance)) return false;
  exchange.refuse(breakerOpen(care.breaker?.leftMs(plane.now) ?? 0));
  return true;
}

/** An instance answered: everything that learns from answers hears of it. */
export function noteAnswer(exchange: Exchange, instance: Instance, status: number): void {
  const { plane, lane, tries } = exchange;
  const { service } = lane;
  plane.ejections.answered(service, instance, { status, now: plane.now });
  noteOutcome(exchange, instance, status >= 500);
  const { patience } = service.care;
  if (patience === undefined || lane.route.longPoll) return;
  const waitedMs = plane.now - tries.sentAt;
  patience.heard(waitedMs);
  if (tries.wasLate && waitedMs > patience.lateMs)
    patience.isSlowByNature(service.care.pathOf(exchange), plane.now);
}

/** It took the request and hung up. */
export function noteHungUp(exchange: Exchange, instance: Instance): void {
  exchange.plane.ejections.hungUp(exchange.lane.service, instance, exchange.plane.now);
  noteOutcome(exchange, instance, true);
}

/** It took the request and says nothing yet. That is no failure of the service: the answer may still come. */
export function noteLate(exchange: Exchange, instance: Instance): void {
  exchange.plane.ejections.late(exchange.lane.service, instance, exchange.plane.now);
  markSick(exchange, instance);
}

/** It did not even take the connection. That says nothing of the path. */
export function noteUnreachable(exchange: Exchange, instance: Instance, why: string): void {
  const { plane, lane } = exchange;
  plane.ejections.unreachable(lane.service, instance, { now: plane.now, why });
  noteForBreaker(exchange, true);
}

function noteOutcome(exchange: Exchange, instance: Instance, hasFailed: boolean): void {
  noteForBreaker(exchange, hasFailed);
  if (hasFailed) markSick(exchange, instance);
}

function markSick(exchange: Exchange, instance: Instance): void {
  const { plane, lane } = exchange;
  const { care } = lane.service;
  const { saint } = care.target;
  // Alone it has to answer everything.
  if (saint === undefined || lane.service.instances.length < 2) return;
  instance.sick.mark(care.pathOf(exchange), plane.now, saint);
}

function noteForBreaker({ plane, lane }: Exchange, hasFailed: boolean): void {
  const { breaker } = lane.service.care;
  const turn = breaker?.noted(hasFailed, plane.now);
  if (breaker === undefined || turn?.to !== "open") return;
  const { requests, errors } = turn;
  const { openMs: forMs } = breaker.target;
  plane.tell({ what: "breaker-opened", service: lane.service.id, requests, errors, forMs });
}

/** Called each second. */
export function lookAfter(service: Service, plane: Pick<Plane, "now" | "tell">): void {
  service.budget.fade();
  for (const { sick } of service.instances) if (!sick.isEmpty) sick.forget(plane.now);
  const { care, id } = service;
  const openedAt = care.breaker?.openedAt ?? 0;
  if (care.look(plane.now)?.to !== "closed") return;
  plane.tell({ what: "breaker-closed", service: id, openMs: Math.round(plane.now - openedAt) });
}
