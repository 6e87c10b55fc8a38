import { browserOf } from "../event/browser.ts";
import { type Json, known, listOf, recordOf, wordOf } from "../event/json.ts";
import { type ErrorEvent, readEvent, timeOf } from "../event/read-event.ts";
import { algorithm, formerAlgorithm, type Grouping } from "../group/group.ts";
import { normalise } from "../group/normalise.ts";
import type { ScrubRules } from "../scrub/scrub.ts";
import type { Asking, Mapping } from "../symbols/with-maps.ts";
import { type Opened, opened } from "./opened.ts";
import type { PictureProject } from "./picture.ts";

/** An event as it came, and what is to be done with it. Plain values: it goes to another thread. */
export type Task = {
  payload: Uint8Array;
  scrub: PictureProject["scrub"];
  received: number;
  sentAt: unknown;
  /** Ids to take when the event itself has none, the better one first. */
  ids: readonly (string | undefined)[];
  address: string;
  mapping: Mapping;
};
/** The same before it is known which maps a thread has. */
export type Work = Omit<Task, "mapping"> & { project: number };
/** An event that was worked on: scrubbed, read, grouped, packed. Only writing is left. */
export type Ready = {
  /** 32 hex digits. */
  id: string;
  at: number;
  received: number;
  title: { type: string; value: string };
  /** The same for the log: without what differs each time, and so without personal data. */
  plainTitle: { type: string; value: string };
  culprit: string;
  level: string;
  platform: string;
  handled: boolean;
  user?: string;
  release?: string;
  environment?: string;
  grouping: Grouping;
  /** By the algorithm before, while there is one. */
  former?: Grouping;
  /** Names and values that are counted for each issue. */
  tags: readonly (readonly [name: string, value: string])[];
  /** What full-text search finds it by, and what it shares with all of its variant. */
  words: string;
  sharedWords: string;
} & Omit<Opened, "event">;

/** Sent by a clock that is further off than this, the difference is taken out. */
const skewMsMax = 60_000;
const futureMsMax = 60_000;
const pastMsMax = 30 * 86_400_000;
const wordCharsMax = 2_000;
const idPattern = /^[0-9a-f]{32}$/;

/** Works on one event, all but the writing; asks for the maps that it lacks; nothing when it is no JSON object. */
export function work(task: Task): Ready | Asking | undefined {
  const found = opened(task, rulesOf(task.scrub));
  if (!found || "asks" in found) return found;
  const { received } = task;
  const { event: sent, ...kept } = found;
  const own = wordOf(sent["event_id"])?.replaceAll("-", "").toLowerCase();
  const event = readEvent(sent);
  const { title, culprit, level, platform, handled, user, release, environment } = event;
  const isThrown = event.causes.length > 0;
  return {
    id: [own, ...task.ids].find((each) => each !== undefined && idPattern.test(each)) ?? "",
    at: timeFrom(event.at, timeOf(task.sentAt), received),
    ...{ received, title, culprit, level, platform, handled },
    plainTitle: {
      type: isThrown ? title.type : normalise(title.type),
      value: normalise(title.value),
    },
    ...known({ user, release, environment }),
    grouping: algorithm.groupOf(event),
    ...known({ former: formerAlgorithm?.groupOf(event) }),
    tags: tagsOf(event, sent),
    words: wordsOf(event),
    sharedWords: sharedWords(event),
    ...kept,
  };
}

const rulesKnownMax = 1_000;
const rules = new Map<string, ScrubRules>();
/** Rules as the picture has them, made ready once. */
function rulesOf(of: PictureProject["scrub"]): ScrubRules {
  const key = JSON.stringify(of);
  let made = rules.get(key);
  if (!made) {
    made = {
      keys: new Set(of.keys.map((each) => each.toLowerCase())),
      keepKeys: new Set(of.keepKeys.map((each) => each.toLowerCase())),
      patterns: of.patterns.map((each) => new RegExp(each, "g")),
      variables: of.variables,
    };
    if (rules.size >= rulesKnownMax) rules.clear();
    rules.set(key, made);
  }
  return made;
}

/** The server's clock decides where the sender's is off. */
function timeFrom(at: number | undefined, sentAt: number | undefined, received: number): number {
  if (at === undefined) return received;
  const skew = sentAt === undefined ? 0 : received - sentAt;
  const told = Math.abs(skew) > skewMsMax ? at + skew : at;
  return Math.round(told > received + futureMsMax || told < received - pastMsMax ? received : told);
}

function tagsOf(event: ErrorEvent, sent: Json): [string, string][] {
  const contexts = recordOf(sent["contexts"]);
  const agent = headerOf(recordOf(sent["request"])?.["headers"], "user-agent");
  const { runtime, os } = {
    runtime: recordOf(contexts?.["runtime"]),
    os: recordOf(contexts?.["os"]),
  };
  const named = (it: Json | undefined): string | undefined =>
    typeof it?.["name"] === "string"
      ? `${it["name"]} ${typeof it["version"] === "string" ? it["version"] : ""}`.trim()
      : undefined;
  const own = known({
    environment: event.environment,
    release: event.release,
    level: event.level,
    handled: event.handled ? "yes" : "no",
    transaction: event.transaction,
    server: event.server,
    logger: event.logger,
    runtime: named(runtime),
    os: named(os),
    device: wordOf(recordOf(contexts?.["device"])?.["model"]),
    browser: browserOf(agent) ?? named(recordOf(contexts?.["browser"])),
    sdk: event.sdk && `${event.sdk.name} ${event.sdk.version}`,
  });
  return [...Object.entries(own), ...event.tags].map(([name, value]) => [
    name.slice(0, 64).toWellFormed(),
    value.slice(0, 200).toWellFormed(),
  ]);
}

/** Headers come as an object or as pairs, and each as a text or a list of texts. */
function headerOf(headers: unknown, wanted: string): unknown {
  const pairs: unknown[] = Array.isArray(headers)
    ? headers
    : Object.entries(recordOf(headers) ?? {});
  const found = pairs.map(listOf).find(([name]) => String(name).toLowerCase() === wanted)?.[1];
  return listOf(found)[0] ?? found;
}

function wordsOf(event: ErrorEvent): string {
  return [
    // Also shared, but a search for two words looks for both in one place.
    event.title.type,
    event.culprit,
    ...event.thrown.map((each) => each.value),
    event.message?.formatted ?? "",
    event.user ?? "",
    event.url ?? "",
    ...event.tags.map(([, value]) => value),
    ...event.breadcrumbs.toReversed(),
  ]
    .join("\n")
    .slice(0, wordCharsMax);
}

/** What all events of a variant have in common, for full-text search. */
const sharedWords = (event: ErrorEvent): string =>
  [
    event.title.type,
    event.title.value,
    event.culprit,
    event.transaction ?? "",
    ...event.thrown.map((each) => each.type ?? ""),
    ...[...event.causes.flatMap((each) => each.frames), ...event.frames]
      .filter((frame) => !frame.foreign)
      .slice(-15)
      .map((frame) => `${frame.name ?? ""} ${frame.file} ${frame.module ?? ""}`),
  ]
    .join("\n")
    .slice(0, wordCharsMax);
