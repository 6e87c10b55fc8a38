import { DDSketch } from "@datadog/sketches-js";
import type { Answer } from "./http/answer.ts";

export type Quantiles = {
  p50: number;
  p90: number;
  p99: number;
  p999: number;
  max: number;
  mean: number;
};

export type Report = {
  target: string;
  curve: string;
  seconds: number;
  /** Requests that were made; arrivals beyond `in-flight-max` are in `notSent`. */
  requests: number;
  perSecond: number;
  people: number;
  connections: number;
  resent: number;
  notSent: number;
  stoppedEarly: boolean;
  bytes: number;
  statuses: Record<string, number>;
  /** Requests without a whole answer, by kind. */
  failures: Record<string, number>;
  /** Failures, 5xx and arrivals that were not sent. */
  errors: number;
  /** From the moment the visitor meant to ask: a slow server does not slow the crowd down, so nothing is left out. */
  latencyMs: Quantiles;
  /** From the moment the request was sent. */
  answerMs: Quantiles;
  slowest: { path: string; requests: number; meanMs: number; maxMs: number }[];
  notes: string[];
};

const accuracy = 0.01;
const pathsMax = 2_000;
const slowestShown = 10;
const notZeroMs = 0.001;

const newSketch = (): DDSketch => new DDSketch({ relativeAccuracy: accuracy });
const round = (ms: number): number => Math.round(ms * 1000) / 1000;

export function quantilesOf(sketch: DDSketch): Quantiles {
  const at = (quantile: number): number =>
    sketch.count === 0 ? 0 : round(Math.min(sketch.getValueAtQuantile(quantile), sketch.max));
  return {
    p50: at(0.5),
    p90: at(0.9),
    p99: at(0.99),
    p999: at(0.999),
    max: sketch.count === 0 ? 0 : round(sketch.max),
    mean: sketch.count === 0 ? 0 : round(sketch.sum / sketch.count),
  };
}

/** One request as it ended. */
export type Ended = { path: string; latencyMs: number; answerMs: number } & (
  { answer: Answer } | { failure: string }
);

/** Adds up what happens, for the report and, per interval, for the progress line. */
export class Tally {
  requests = 0;
  notSent = 0;
  bytes = 0;
  failed = 0;
  serverErrors = 0;
  interval = newSketch();
  readonly statuses: Record<string, number> = {};
  readonly failures: Record<string, number> = {};
  readonly #latency = newSketch();
  readonly #answer = newSketch();
  readonly #paths = new Map<string, { requests: number; sumMs: number; maxMs: number }>();

  add(ended: Ended): void {
    this.requests += 1;
    this.#latency.accept(Math.max(notZeroMs, ended.latencyMs));
    this.#answer.accept(Math.max(notZeroMs, ended.answerMs));
    this.interval.accept(Math.max(notZeroMs, ended.latencyMs));
    this.#addPath(ended.path, ended.latencyMs);
    if ("failure" in ended) {
      this.failed += 1;
      this.failures[ended.failure] = (this.failures[ended.failure] ?? 0) + 1;
      return;
    }
    const { status, bytes } = ended.answer;
    this.bytes += bytes;
    this.statuses[status] = (this.statuses[status] ?? 0) + 1;
    if (status >= 500) this.serverErrors += 1;
  }

  #addPath(path: string, ms: number): void {
    const [plain = path] = path.split("?");
    const name = this.#paths.has(plain) || this.#paths.size < pathsMax ? plain : "(other)";
    const entry = this.#paths.get(name) ?? { requests: 0, sumMs: 0, maxMs: 0 };
    entry.requests += 1;
    entry.sumMs += ms;
    entry.maxMs = Math.max(entry.maxMs, ms);
    this.#paths.set(name, entry);
  }

  get errors(): number {
    return this.failed + this.serverErrors + this.notSent;
  }

  /** The quantiles since this was last asked. */
  takeInterval(): Quantiles {
    const sketch = this.interval;
    this.interval = newSketch();
    return quantilesOf(sketch);
  }

  latency(): Quantiles {
    return quantilesOf(this.#latency);
  }

  answer(): Quantiles {
    return quantilesOf(this.#answer);
  }

  slowest(): Report["slowest"] {
    return [...this.#paths]
      .map(([path, { requests, sumMs, maxMs }]) => ({
        path,
        requests,
        meanMs: round(sumMs / requests),
        maxMs: round(maxMs),
      }))
      .sort((a, b) => b.meanMs - a.meanMs)
      .slice(0, slowestShown);
  }
}
