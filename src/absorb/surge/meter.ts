import type { Labels, Read } from "#kernel";
import * as gateway from "../gateway/contract.ts";
import type { Evidence } from "./contract.ts";
import { type Grown, Growth } from "./growth.ts";

/** What one service did between two looks. */
type Sample = { at: number } & Record<
  "requests" | "errors" | "onPurpose" | "placeless" | "originMs" | "answers" | "badAnswers",
  number
>;
/** What the gateway knows of a service at this moment. */
export type Standing = Pick<
  Evidence,
  "queueMs" | "queued" | "inFlight" | "limit" | "breakerOpen" | "waiting"
>;

/** What the ladder, or the operator, refuses on purpose: no sign that the service is ill. */
const ownReasons = /^(room|waiting-room|freeze)\.|^gateway\.(shed|stopped|paused)/;
/** Nobody was there to answer, or nobody had a place: it was asked of the service all the same. */
const placelessReasons = /^(queue|breaker)\.|^gateway\.(no-instance|shed)/;
const capacityMs = 3_600_000;
const capacitySlotMs = 600_000;
const answersMin = 5;
/** How fast the usual time follows what is measured: up slowly, down quickly. Shares per look. */
const baselineUp = 0.002;
const baselineDown = 0.05;

/** One service over the last seconds, and what is usual for it. */
class ServiceMeter {
  #samples: Sample[] = [];
  #baselineMs: number | null = null;
  /** The best that was seen, per ten minutes, newest last. */
  #best: { at: number; perSecond: number }[] = [];

  constructor(baselineMs: number | null) {
    this.#baselineMs = baselineMs;
  }

  add(sample: Sample, windowMs: number): void {
    this.#samples.push(sample);
    while ((this.#samples[0]?.at ?? sample.at) <= sample.at - windowMs) this.#samples.shift();
  }

  evidence(at: number, windowMs: number, standing: Standing): Evidence {
    const seconds = windowMs / 1_000;
    const sum = (name: keyof Omit<Sample, "at">): number =>
      this.#samples.reduce((all, each) => all + each[name], 0);
    const [requests, answers] = [sum("requests"), sum("answers")];
    const errors = Math.max(0, sum("errors") - sum("onPurpose"));
    this.#sawGood(at, Math.max(0, answers - sum("badAnswers")) / seconds);
    const best = Math.max(0, ...this.#best.map(({ perSecond }) => perSecond));
    return {
      seconds,
      offeredPerSecond: requests / seconds,
      originPerSecond: answers / seconds,
      errorShare: requests === 0 ? 0 : Math.min(1, errors / requests),
      originMs: answers < answersMin ? null : sum("originMs") / answers,
      baselineMs: this.#baselineMs,
      capacityPerSecond: best === 0 ? null : best,
      demandPerSecond: (answers + sum("placeless")) / seconds,
      ...standing,
    };
  }

  /** On quiet days the usual time is learned. */
  learn({ originMs }: Evidence): void {
    if (originMs === null) return;
    const known = this.#baselineMs;
    const share = known !== null && originMs > known ? baselineUp : baselineDown;
    this.#baselineMs = known === null ? originMs : known + (originMs - known) * share;
  }

  #sawGood(at: number, perSecond: number): void {
    const slot = Math.floor(at / capacitySlotMs);
    const last = this.#best.at(-1);
    if (last === undefined || Math.floor(last.at / capacitySlotMs) !== slot)
      this.#best.push({ at, perSecond });
    else last.perSecond = Math.max(last.perSecond, perSecond);
    while ((this.#best[0]?.at ?? at) < at - capacityMs) this.#best.shift();
  }
}

/** What a look at all services needs to know. */
export type Look = {
  services: readonly string[];
  windowMs: number;
  /** The usual time of a service that was not looked at before, where it is remembered. */
  baselineOf: (service: string) => number | null;
};

/** Measures all services from the gateway's counters. */
export class Meter {
  readonly #requests = new Growth(gateway.requests, ["route", "service", "class"]);
  readonly #refusals = new Growth(gateway.refusals, ["route", "reason"]);
  readonly #originMs = new Growth(gateway.originTime, ["service"]);
  readonly #answers = new Growth(gateway.originAnswers, ["service"]);
  readonly #badAnswers = new Growth(gateway.instanceErrors, ["service"]);
  readonly #services = new Map<string, ServiceMeter>();
  /** Refusals know their route only; what was asked of it tells the service. */
  readonly #serviceOf = new Map<string, string>();

  /** Takes in what was counted since the last look. */
  look(counters: Read["counters"], at: number, of: Look): void {
    const requests = this.#requests.take(counters, at);
    for (const { labels } of requests)
      this.#serviceOf.set(labels["route"] ?? "", labels["service"] ?? "");
    const refusals = this.#refusals.take(counters, at);
    const refused = (service: string, why: RegExp): number =>
      total(
        refusals,
        ({ reason = "", route = "" }) => why.test(reason) && this.#serviceOf.get(route) === service,
      );
    const spent = this.#originMs.take(counters, at);
    const answers = this.#answers.take(counters, at);
    const badAnswers = this.#badAnswers.take(counters, at);
    for (const service of of.services) {
      const meter = this.#services.get(service) ?? new ServiceMeter(of.baselineOf(service));
      this.#services.set(service, meter);
      const isIts = (labels: Labels): boolean => labels["service"] === service;
      const sample = {
        at,
        requests: total(requests, isIts),
        errors: total(requests, (labels) => isIts(labels) && labels["class"] === "5xx"),
        onPurpose: refused(service, ownReasons),
        placeless: refused(service, placelessReasons),
        originMs: total(spent, isIts),
        answers: total(answers, isIts),
        badAnswers: total(badAnswers, isIts),
      };
      meter.add(sample, of.windowMs);
    }
    for (const known of this.#services.keys())
      if (!of.services.includes(known)) this.#services.delete(known);
  }

  evidence(
    service: string,
    at: number,
    of: { windowMs: number; standing: Standing },
  ): Evidence | undefined {
    return this.#services.get(service)?.evidence(at, of.windowMs, of.standing);
  }

  learn(service: string, evidence: Evidence): void {
    this.#services.get(service)?.learn(evidence);
  }
}

const total = (grown: readonly Grown[], which: (labels: Labels) => boolean): number =>
  grown.reduce((sum, { labels, n }) => (which(labels) ? sum + n : sum), 0);
