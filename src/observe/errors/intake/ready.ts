import { type ErrorEvent, readEvent, timeOf } from "../event/read-event.ts";
import { type Json, known, recordOf } from "../event/json.ts";
import { type Grouping, groupOf } from "../group/group.ts";
import { type Scrubbed, scrub } from "../scrub/scrub.ts";
import { browserOf } from "../event/browser.ts";
import type { Project } from "./projects.ts";

/** An event that was worked on: scrubbed, read, grouped, packed. Only writing is left. */
export type Ready = {
  project: Project;
  /** 32 hex digits. */
  id: string;
  at: number;
  received: number;
  event: ErrorEvent;
  grouping: Grouping;
  /** Names and values that are counted for each issue. */
  tags: readonly (readonly [name: string, value: string])[];
  /** What full-text search finds it by, beside what it has in common with all of its variant. */
  words: string;
  scrubbed: readonly Scrubbed[];
  /** The scrubbed event as JSON, zstd. */
  body: Uint8Array;
};

/** Sent by a clock that is further off than this, the difference is taken out. */
const skewMsMax = 60_000;
const futureMsMax = 60_000;
const pastMsMax = 30 * 86_400_000;
const wordCharsMax = 2_000;
const zstdLevel = 1;

/** Works on one event, all but the writing. `sent` is the parsed payload, and is changed. */
export function readyOf(
  sent: Record<string, unknown>,
  of: { project: Project; received: number; sentAt: unknown; id: string; address: string },
): Ready {
  const { project, received } = of;
  placeAddress(sent, project, of.address);
  const scrubbed = scrub(sent, project.rules);
  const event = readEvent(sent);
  return {
    project,
    id: of.id,
    at: timeFrom(event.at, timeOf(of.sentAt), received),
    received,
    event,
    grouping: groupOf(event),
    tags: tagsOf(event, sent),
    words: wordsOf(event),
    scrubbed,
    body: Bun.zstdCompressSync(JSON.stringify(sent), { level: zstdLevel }),
  };
}

/** The server's clock decides where the sender's is off. */
function timeFrom(at: number | undefined, sentAt: number | undefined, received: number): number {
  if (at === undefined) return received;
  const skew = sentAt === undefined ? 0 : received - sentAt;
  const told = Math.abs(skew) > skewMsMax ? at + skew : at;
  return Math.round(told > received + futureMsMax || told < received - pastMsMax ? received : told);
}

/** `{{auto}}` asks for the sender's address; without leave for that, none is kept. */
function placeAddress(sent: Record<string, unknown>, project: Project, address: string): void {
  const user = recordOf(sent["user"]) as Record<string, unknown> | undefined;
  if (!project.keepsAddresses) {
    if (user) delete user["ip_address"];
    const env = recordOf(recordOf(sent["request"])?.["env"]) as Record<string, unknown> | undefined;
    if (env) delete env["REMOTE_ADDR"];
    return;
  }
  const infer = recordOf(recordOf(sent["sdk"])?.["settings"])?.["infer_ip"] === "auto";
  if (user && (user["ip_address"] === "{{auto}}" || (infer && user["ip_address"] === undefined)))
    user["ip_address"] = address;
}

function tagsOf(event: ErrorEvent, sent: Json): [string, string][] {
  const contexts = recordOf(sent["contexts"]);
  const headers = recordOf(recordOf(sent["request"])?.["headers"]);
  const agent = Object.entries(headers ?? {}).find(
    ([name]) => name.toLowerCase() === "user-agent",
  )?.[1];
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
    browser: browserOf(agent) ?? named(recordOf(contexts?.["browser"])),
    sdk: event.sdk && `${event.sdk.name} ${event.sdk.version}`,
  });
  return [...Object.entries(own), ...event.tags].map(([name, value]) => [
    name.slice(0, 64),
    value.slice(0, 200),
  ]);
}

function wordsOf(event: ErrorEvent): string {
  return [
    ...event.thrown.map((each) => each.value),
    event.message?.formatted ?? "",
    event.user ?? "",
    event.url ?? "",
    ...event.tags.map(([, value]) => value),
    ...event.breadcrumbs.slice(-20).toReversed(),
  ]
    .join("\n")
    .slice(0, wordCharsMax);
}

/** What all events of a variant have in common, for full-text search. */
export const sharedWords = ({ event }: Ready): string =>
  [
    event.title.type,
    event.title.value,
    event.culprit,
    event.transaction ?? "",
    ...event.thrown.map((each) => each.type ?? ""),
    ...[...event.causes.flatMap((each) => each.frames), ...event.frames]
      .filter((frame) => !frame.foreign)
      .slice(-30)
      .map((frame) => `${frame.name ?? ""} ${frame.file} ${frame.module ?? ""}`),
  ]
    .join("\n")
    .slice(0, 2 * wordCharsMax);
