import { gunzipSync } from "node:zlib";
import { readFileSync } from "node:fs";
import { parseAccessLog, type LoggedRequest } from "./access-log.ts";
import { arrivalTimes, chance, meanOf, shapes, type Shape } from "./curves.ts";
import type { CrowdOptions } from "./options.ts";
import { People, type Person } from "./people.ts";

/** A visitor who comes: when, who, where to, and how many pages at most. */
export type Arrival = {
  atMs: number;
  person: Person;
  method: string;
  path: string;
  pages: number;
  /** Empty when the visitor came from nowhere. */
  referrer: string;
};

/** Everything that will happen, decided before it happens. */
export type Script = {
  seconds: number;
  arrivals: Iterable<Arrival>;
  people: People;
  notes: string[];
};

const peopleByDefault = 1_000;

function shapeOf(options: CrowdOptions): Shape {
  if (options.curve === "quiz") return shapes.quiz(options.windowSeconds, options.everySeconds);
  return options.curve === "buzz" ? shapes.buzz() : shapes.steady();
}

/** Visits per second at the top of the curve, from `rate` (requests) or from `people`. */
export function peakVisits(options: CrowdOptions, shape: Shape): number {
  if (options.rate !== undefined) return options.rate / options.pages;
  if (options.people === undefined) return 20 / options.pages;
  // In a quiz everyone answers once in the window; elsewhere so many people are on the site at a time.
  if (options.curve === "quiz") {
    const perWindow = meanOf(shape, options.windowSeconds) * options.windowSeconds;
    return options.people / perWindow;
  }
  return options.people / (options.pages * options.thinkSeconds);
}

const pick = <T>(from: readonly T[], random: () => number, otherwise: T): T =>
  from[Math.floor(random() * from.length)] ?? otherwise;

function* visits(options: CrowdOptions, people: People, random: () => number): Generator<Arrival> {
  const shape = shapeOf(options);
  const peakPerSecond = peakVisits(options, shape);
  const times = arrivalTimes({ shape, peakPerSecond, seconds: options.seconds, random });
  for (const atMs of times) {
    const path = pick(options.paths, random, "/");
    yield { atMs, person: people.next(), method: "GET", path, pages: options.pages, referrer: "" };
  }
}

/** Requests of the same second are spread over it, since the log knows whole seconds only. */
function spreadSeconds(requests: LoggedRequest[]): number[] {
  const perSecond = new Map<number, number>();
  for (const { at } of requests) perSecond.set(at, (perSecond.get(at) ?? 0) + 1);
  const seen = new Map<number, number>();
  return requests.map(({ at }) => {
    const place = seen.get(at) ?? 0;
    seen.set(at, place + 1);
    return at + (1000 * place) / (perSecond.get(at) ?? 1);
  });
}

const harmless = new Set(["GET", "HEAD"]);

function replayScript(options: CrowdOptions, people: People): Script {
  const file = readFileSync(options.logFile);
  const isPacked = file[0] === 0x1f && file[1] === 0x8b;
  // Bytes, not characters: a path may hold any of them.
  const text = (isPacked ? gunzipSync(file) : file).toString("latin1");
  const { requests: all, unreadable } = parseAccessLog(text);
  const requests = all.filter(({ method }) => options.allMethods || harmless.has(method));
  const times = spreadSeconds(requests);
  const start = times[0] ?? 0;
  const recordedMs = Math.max(1, (times.at(-1) ?? 0) - start);
  const speed = options.speed ?? recordedMs / (options.seconds * 1000);
  const left = all.length - requests.length;
  const arrivals = requests.map((request, i): Arrival => ({
    atMs: ((times[i] ?? start) - start) / speed,
    person: people.meet(request.person, request.agent, request.address),
    method: request.method,
    path: request.path,
    pages: 1,
    referrer: request.referrer,
  }));
  const endMs = options.speed === undefined ? Number.POSITIVE_INFINITY : options.seconds * 1000;
  return {
    seconds: Math.min(options.seconds, recordedMs / speed / 1000),
    arrivals: arrivals.filter(({ atMs }) => atMs < endMs),
    people,
    notes: [
      `${requests.length} recorded requests at ${speed >= 10 ? Math.round(speed) : speed.toFixed(2)} times their speed`,
      ...(left > 0
        ? [`${left} requests that are not GET or HEAD are left out (--all-methods)`]
        : []),
      ...(unreadable > 0 ? [`${unreadable} lines of the log are not requests`] : []),
    ],
  };
}

/** Turns options into the script of a crowd. */
export function scriptOf(options: CrowdOptions): Script {
  const random = chance(options.seed);
  const people = new People({
    limit: options.people ?? peopleByDefault,
    freshShare: options.newConnections,
    random,
  });
  if (options.curve === "replay") return replayScript(options, people);
  return { seconds: options.seconds, arrivals: visits(options, people, random), people, notes: [] };
}
