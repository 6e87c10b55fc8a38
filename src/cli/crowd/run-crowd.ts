import type { Answer } from "./http/answer.ts";
import { Client, listeningAt } from "./http/client.ts";
import { Failed } from "./http/connection.ts";
import { chance } from "./curves.ts";
import type { CrowdOptions } from "./options.ts";
import { nextPages } from "./people.ts";
import { requestBytes } from "./request.ts";
import { Tally, type Quantiles, type Report } from "./report.ts";
import { scriptOf, type Arrival, type Script } from "./script.ts";
import { chooseTarget, TargetRefused } from "./target.ts";

/** How a run is doing; the quantiles and the rate are of the last interval. */
export type Progress = {
  elapsedSeconds: number;
  ofSeconds: number;
  requests: number;
  perSecond: number;
  inFlight: number;
  errors: number;
  latencyMs: Quantiles;
};

/** What a caller may watch and stop. */
export type Watch = {
  onProgress?: (progress: Progress) => void;
  progressMs?: number;
  signal?: AbortSignal;
};

const progressMsByDefault = 500;

/** Sends a crowd to a site and resolves with the report. Throws TargetRefused for a site that is not on this machine. */
export async function runCrowd(options: CrowdOptions, watch: Watch = {}): Promise<Report> {
  const target = await chooseTarget(options.target, options.ownedByMe);
  const paths =
    options.paths.length > 0 ? options.paths : [target.url.pathname + target.url.search];
  const address = await listeningAt(target.addresses, options.timeoutMs);
  if (!address) throw new TargetRefused(`${options.target} has no address`);
  return new Crowd(
    { ...options, paths },
    { url: target.url, client: new Client(address) },
    watch,
  ).run();
}

type Site = { url: URL; client: Client };

class Crowd {
  readonly #options: CrowdOptions;
  readonly #target: Site;
  readonly #watch: Watch;
  readonly #script: Script;
  readonly #tally = new Tally();
  readonly #random: () => number;
  #startedAt = 0;
  #inFlight = 0;
  #walking = 0;
  #idle: (() => void) | undefined;

  constructor(options: CrowdOptions, target: Site, watch: Watch) {
    this.#options = options;
    this.#target = target;
    this.#watch = watch;
    this.#script = scriptOf(options);
    this.#random = chance(options.seed + 1);
  }

  async run(): Promise<Report> {
    this.#startedAt = performance.now();
    const stopTelling = this.#tell();
    try {
      await this.#sendAll();
      await this.#settled();
    } finally {
      stopTelling();
      this.#target.client.close();
    }
    return this.#report();
  }

  /** Starts every visit when its time has come, whatever became of the others. */
  async #sendAll(): Promise<void> {
    let sent = 0;
    for (const arrival of this.#script.arrivals) {
      if (sent >= this.#options.requestsMax) return;
      const waitMs = this.#startedAt + arrival.atMs - performance.now();
      // Timers are good to a millisecond; what comes sooner goes now, and counts from when it was meant.
      if (waitMs > 1) await this.#pause(waitMs);
      if (this.#stopped) return;
      sent += 1;
      if (this.#inFlight >= this.#options.inFlightMax) this.#tally.notSent += 1;
      else void this.#visit(arrival);
    }
  }

  get #stopped(): boolean {
    return this.#watch.signal?.aborted === true;
  }

  #pause(ms: number): Promise<void> {
    const { signal } = this.#watch;
    return new Promise((resolve) => {
      const done = (): void => {
        clearTimeout(timer);
        signal?.removeEventListener("abort", done);
        resolve();
      };
      const timer = setTimeout(done, ms);
      signal?.addEventListener("abort", done, { once: true });
      if (signal?.aborted) done();
    });
  }

  async #visit(arrival: Arrival): Promise<void> {
    this.#walking += 1;
    let { path, referrer } = arrival;
    let meantAt = this.#startedAt + arrival.atMs;
    for (let page = 1; ; page++) {
      const more = page < arrival.pages;
      const answer = await this.#request({ ...arrival, path, referrer }, meantAt, more);
      if (!more || !answer || this.#stopped) break;
      await this.#pause(-Math.log(1 - this.#random()) * this.#options.thinkSeconds * 1000);
      if (this.#stopped) break;
      referrer = this.#target.url.origin + path;
      path = this.#choose(nextPages(answer, this.#target.url.origin));
      meantAt = performance.now();
    }
    this.#walking -= 1;
    if (this.#walking === 0) this.#idle?.();
  }

  #choose(links: string[]): string {
    const from = links.length > 0 ? links : this.#options.paths;
    return from[Math.floor(this.#random() * from.length)] ?? "/";
  }

  async #request(
    arrival: Arrival,
    meantAt: number,
    keepBody: boolean,
  ): Promise<Answer | undefined> {
    const { person, method, path } = arrival;
    const sentAt = performance.now();
    this.#inFlight += 1;
    const times = (): { latencyMs: number; answerMs: number } => {
      const now = performance.now();
      // A visit may start a timer's grain early; nobody has waited before they asked.
      return { latencyMs: now - Math.min(meantAt, sentAt), answerMs: now - sentAt };
    };
    try {
      const ask = {
        method,
        bytes: this.#bytesOf(arrival),
        keepBody,
        timeoutMs: this.#options.timeoutMs,
      };
      const answer = await this.#target.client.exchange(ask, person.fresh);
      if (this.#options.cookies) person.remember(answer);
      this.#tally.add({ path, ...times(), answer });
      return answer;
    } catch (problem) {
      if (!(problem instanceof Failed)) throw problem;
      this.#tally.add({ path, ...times(), failure: problem.kind });
      return undefined;
    } finally {
      this.#inFlight -= 1;
    }
  }

  #bytesOf({ person, ...arrival }: Arrival): string {
    const cookies = this.#options.cookies ? person.cookies : "";
    const { agent, address, fresh } = person;
    const { host } = this.#target.url;
    return requestBytes({ ...arrival, host, agent, address, cookies, fresh });
  }

  #settled(): Promise<void> {
    if (this.#walking === 0) return Promise.resolve();
    return new Promise((resolve) => {
      this.#idle = resolve;
    });
  }

  #tell(): () => void {
    const { onProgress, progressMs = progressMsByDefault } = this.#watch;
    if (!onProgress) return () => {};
    let before = { at: this.#startedAt, requests: 0 };
    const timer = setInterval(() => {
      const now = { at: performance.now(), requests: this.#tally.requests };
      onProgress({
        elapsedSeconds: (now.at - this.#startedAt) / 1000,
        ofSeconds: this.#script.seconds,
        requests: now.requests,
        perSecond: ((now.requests - before.requests) * 1000) / (now.at - before.at),
        inFlight: this.#inFlight,
        errors: this.#tally.errors,
        latencyMs: this.#tally.takeInterval(),
      });
      before = now;
    }, progressMs);
    return () => clearInterval(timer);
  }

  #report(): Report {
    const tally = this.#tally;
    const seconds = (performance.now() - this.#startedAt) / 1000;
    return {
      target: this.#target.url.href,
      curve: this.#options.curve,
      seconds: Math.round(seconds * 1000) / 1000,
      requests: tally.requests,
      perSecond: Math.round((tally.requests / seconds) * 10) / 10,
      people: this.#script.people.met,
      connections: this.#target.client.opened,
      resent: this.#target.client.resent,
      notSent: tally.notSent,
      stoppedEarly: this.#stopped,
      bytes: tally.bytes,
      statuses: tally.statuses,
      failures: tally.failures,
      errors: tally.errors,
      latencyMs: tally.latency(),
      answerMs: tally.answer(),
      slowest: tally.slowest(),
      notes: this.#script.notes,
    };
  }
}
