import type { CounterDef } from "#kernel/contract";
import { answers as frozenAnswers } from "../../freeze/contract.ts";
import * as counters from "../contract.ts";
import type { RateLimitTarget } from "./admission/settings.ts";

/** The part of the kernel's tally that the data plane needs: handles made once, cheap to call. */
export type Tally = {
  sum<L extends string>(
    def: CounterDef<L>,
    labels: Readonly<Record<L, string>>,
  ): { add(n?: number): void };
  quantiles<L extends string>(
    def: CounterDef<L>,
    labels: Readonly<Record<L, string>>,
  ): { record(value: number): void };
  uniques<L extends string>(
    def: CounterDef<L>,
    labels: Readonly<Record<L, string>>,
  ): { note(hash32: number): void };
};

export type Sum = { add(n?: number): void };

/** What is counted per service. */
export type ServiceCounts = {
  latency: { record(value: number): void };
  visitors: { note(hash32: number): void };
  bytesIn: Sum;
  bytesOut: Sum;
  abortsByVisitor: Sum;
  abortsByInstance: Sum;
  retries: Readonly<Record<RetryReason, Sum>>;
};
/** Why a request was sent once more. */
export type RetryReason =
  "never-sent" | "stale-connection" | "connection-lost" | "bad-answer" | "late" | "hedge";

export type OriginCost = { ms: Sum; answers: Sum };
export type InstanceCounts = { requests: Sum; errors: Sum };

/** Handles are made once per name, since a new snapshot with the same names goes on counting into the same series. */
export class Tallies {
  readonly tally: Tally;
  #refusals = new Map<string, Map<string, Sum>>();

  /** Requests by the protocol that visitors speak. */
  readonly http1: Sum;
  readonly http2: Sum;

  constructor(tally: Tally) {
    this.tally = tally;
    this.http1 = tally.sum(counters.protocols, { protocol: "HTTP/1.1" });
    this.http2 = tally.sum(counters.protocols, { protocol: "HTTP/2" });
  }

  refused(reason: string, route = "-"): void {
    const known = this.#refusals.get(route) ?? new Map<string, Sum>();
    this.#refusals.set(route, known);
    const sum = known.get(reason) ?? this.tally.sum(counters.refusals, { route, reason });
    known.set(reason, sum);
    sum.add();
  }

  /** What the requests of a route cost the service. */
  costOf(route: string, service: string): OriginCost {
    return {
      ms: this.tally.sum(counters.originTime, { route, service }),
      answers: this.tally.sum(counters.originAnswers, { route, service }),
    };
  }

  /** How the copies fared that were sent to a service besides. */
  mirrored(route: string, service: string): Record<"answered" | "failed" | "left", Sum> {
    const of = (outcome: string): Sum =>
      this.tally.sum(counters.mirrored, { route, service, outcome });
    return { answered: of("answered"), failed: of("failed"), left: of("left-out") };
  }

  /** Whom a limit refused, or would have. */
  limited(route: string, { name: limit, dryRun }: RateLimitTarget): Sum {
    const outcome = dryRun ? "would-refuse" : "refused";
    return this.tally.sum(counters.rateLimited, { route, limit, outcome });
  }

  /** Requests of those who are marked as scanners. */
  scannersMet(outcome: "refused" | "would-refuse"): Sum {
    return this.tally.sum(counters.scannerRequests, { outcome });
  }
  scannerMarked(why: "decoy" | "probing"): void {
    this.tally.sum(counters.scannerMarks, { why }).add();
  }

  /** One sum per status class; the index is the first digit of the status. */
  classesOf(route: string, service: string): readonly Sum[] {
    return ["other", "1xx", "2xx", "3xx", "4xx", "5xx", "other", "other", "other", "other"].map(
      (name) => this.tally.sum(counters.requests, { route, service, class: name }),
    );
  }

  /** What visitors of a frozen service get. */
  frozen(service: string, how: string): Sum {
    return this.tally.sum(frozenAnswers, { service, how });
  }

  ofService(service: string): ServiceCounts {
    const { tally } = this;
    const retries = (why: RetryReason): Sum => tally.sum(counters.retries, { service, why });
    return {
      latency: tally.quantiles(counters.latency, { service }),
      visitors: tally.uniques(counters.visitors, { service }),
      bytesIn: tally.sum(counters.bytes, { service, direction: "in" }),
      bytesOut: tally.sum(counters.bytes, { service, direction: "out" }),
      abortsByVisitor: tally.sum(counters.aborts, { service, side: "visitor" }),
      abortsByInstance: tally.sum(counters.aborts, { service, side: "instance" }),
      retries: {
        "never-sent": retries("never-sent"),
        "stale-connection": retries("stale-connection"),
        "connection-lost": retries("connection-lost"),
        "bad-answer": retries("bad-answer"),
        hedge: retries("hedge"),
        late: retries("late"),
      },
    };
  }

  ofInstance(service: string, instance: string): InstanceCounts {
    return {
      requests: this.tally.sum(counters.instanceRequests, { service, instance }),
      errors: this.tally.sum(counters.instanceErrors, { service, instance }),
    };
  }
}
