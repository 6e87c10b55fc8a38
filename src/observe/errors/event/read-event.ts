import { type Frame, framesOf } from "./frames.ts";
import { imagesOf } from "./images.ts";
import { type Json, known, listOf, numberOf, recordOf, textOf, valuesOf, wordOf } from "./json.ts";
import { type Message, messageOf } from "./message.ts";
import { stackBeside } from "./stacks.ts";
import { causesOf, type Thrown, thrownOf } from "./thrown.ts";
import { titleOf } from "./title.ts";

/** What Castor reads out of an event of any SDK. The whole event is kept beside it, scrubbed. */
export type ErrorEvent = {
  /** 32 hex digits. */
  id?: string;
  /** When it happened by the sender's clock, epoch milliseconds. */
  at?: number;
  level: string;
  platform: string;
  /** As sent: innermost cause first; without those that only carry a message's stack. */
  thrown: readonly Thrown[];
  /** The chain that explains it, root cause first. */
  causes: readonly Thrown[];
  message?: Message;
  /** Of a message or thread, when nothing was thrown. */
  frames: readonly Frame[];
  title: { type: string; value: string };
  culprit: string;
  handled: boolean;
  logger?: string;
  release?: string;
  dist?: string;
  environment?: string;
  server?: string;
  transaction?: string;
  fingerprint?: readonly string[];
  tags: readonly (readonly [name: string, value: string])[];
  /** What tells one user from another: id, else e-mail, name or address. */
  user?: string;
  sdk?: { name: string; version: string };
  breadcrumbs: readonly string[];
  url?: string;
};

const tagsMax = 60;
/** The last ones are searched for; all are kept. */
const breadcrumbsMax = 20;
/** What is said of how bad it is, also by loggers. What nobody knows is an error. */
const levels: Readonly<Record<string, string>> = {
  ...{ fatal: "fatal", critical: "fatal", error: "error", warning: "warning", warn: "warning" },
  ...{ info: "info", log: "info", notice: "info", debug: "debug", trace: "debug" },
  ...{ "50": "fatal", "40": "error", "30": "warning", "20": "info", "10": "debug" },
};

/** Reads an event; throws nothing, whatever was sent. */
export function readEvent(sent: Json): ErrorEvent {
  const platform = wordOf(sent["platform"], 40)?.toLowerCase() ?? "other";
  const images = imagesOf(sent);
  const all = thrownOf(sent, platform, images);
  // An exception without a type is the stack of a message (SDKs since 11).
  const thrown = all.filter((each) => each.type !== undefined);
  const message = messageOf(sent) ?? messageFromStack(all, thrown);
  const causes = causesOf(thrown);
  const frames =
    thrown.length > 0 ? [] : (all.at(-1)?.frames ?? framesOf(stackBeside(sent), platform, images));
  const level = wordOf(sent["level"], 20)?.toLowerCase() ?? "error";
  const parts = { thrown, causes, frames, ...(message ? { message } : {}) };
  const transaction = wordOf(sent["transaction"], 300);
  const title = titleOf(parts, transaction);
  return {
    ...parts,
    ...optionalOf(sent),
    platform,
    level: Object.hasOwn(levels, level) ? (levels[level] ?? "error") : "error",
    title,
    culprit: culpritOf(causes, frames) ?? transaction ?? "",
    handled: thrown.every((each) => each.handled !== false),
    tags: tagsOf(sent["tags"]),
    breadcrumbs: valuesOf(sent["breadcrumbs"]).slice(-breadcrumbsMax).flatMap(crumbOf),
  };
}

function optionalOf(sent: Json): Partial<ErrorEvent> {
  const id = wordOf(sent["event_id"])?.replaceAll("-", "").toLowerCase();
  const sdk = recordOf(sent["sdk"]);
  const user = userOf(recordOf(sent["user"]));
  const fingerprint = listOf(sent["fingerprint"])
    .map((each) => textOf(each, 500))
    .filter((each) => each !== undefined);
  const all = {
    id: id !== undefined && /^[0-9a-f]{32}$/.test(id) ? id : undefined,
    at: timeOf(sent["timestamp"]),
    logger: wordOf(sent["logger"]),
    release: wordOf(sent["release"], 250),
    dist: wordOf(sent["dist"], 64),
    environment: wordOf(sent["environment"], 64),
    server: wordOf(sent["server_name"]),
    transaction: wordOf(sent["transaction"], 300),
    url: wordOf(recordOf(sent["request"])?.["url"], 1_000),
    fingerprint: fingerprint.length > 0 ? fingerprint : undefined,
    user,
    sdk: sdk && {
      name: wordOf(sdk["name"], 100) ?? "unknown",
      version: wordOf(sdk["version"], 40) ?? "",
    },
  };
  return known(all);
}

/** Seconds since the epoch, or an ISO 8601 time; epoch milliseconds. */
export function timeOf(value: unknown): number | undefined {
  const seconds = numberOf(value);
  if (seconds !== undefined) return seconds > 0 && seconds < 1e11 ? seconds * 1_000 : undefined;
  if (typeof value !== "string") return undefined;
  if (/^\d+(\.\d+)?$/.test(value)) return timeOf(Number(value));
  // Without a zone it is UTC: that is what the protocol says, and not what Date reads.
  const at = Date.parse(/[zZ]$|[+-]\d\d:?\d\d$/.test(value) ? value : `${value}Z`);
  return Number.isNaN(at) ? undefined : at;
}

function messageFromStack(
  all: readonly Thrown[],
  thrown: readonly Thrown[],
): ErrorEvent["message"] {
  const value = thrown.length === 0 ? all.at(-1)?.value : undefined;
  return value ? { template: value, formatted: value } : undefined;
}

function tagsOf(value: unknown): [string, string][] {
  const pairs = Array.isArray(value)
    ? value.map((each) =>
        Array.isArray(each)
          ? (each as unknown[])
          : [recordOf(each)?.["key"], recordOf(each)?.["value"]],
      )
    : Object.entries(recordOf(value) ?? {});
  return pairs.slice(0, tagsMax).flatMap(([name, text]): [string, string][] => {
    const known = [wordOf(name, 64), wordOf(text)];
    return known[0] !== undefined && known[1] !== undefined ? [[known[0], known[1]]] : [];
  });
}

function crumbOf(value: unknown): string[] {
  const crumb = recordOf(value);
  const data = recordOf(crumb?.["data"]);
  const words = [
    wordOf(crumb?.["category"], 60),
    textOf(crumb?.["message"], 300),
    wordOf(data?.["url"], 300),
  ].filter((each) => each !== undefined);
  return words.length > 0 ? [words.join(" ")] : [];
}

const userOf = (user: Json | undefined): string | undefined =>
  ["id", "email", "username", "ip_address"]
    .map((key) => wordOf(user?.[key]))
    .find((each) => each !== undefined && !each.startsWith("{{") && !each.startsWith("[scrubbed"));

/** The frames that say where it broke: of the innermost cause that has any. */
export const crashFrames = (causes: readonly Thrown[]): readonly Frame[] =>
  causes.find(({ frames }) => frames.length > 0)?.frames ?? [];

/** Where it broke, for people: the last function of ours. */
function culpritOf(causes: readonly Thrown[], beside: readonly Frame[]): string | undefined {
  const thrown = crashFrames(causes);
  const frames = thrown.length > 0 ? thrown : beside;
  const frame =
    frames.findLast((each) => each.inApp) ??
    frames.findLast((each) => !each.foreign) ??
    frames.at(-1);
  if (!frame) return undefined;
  const path = frame.file.replace(/^[a-z][\w+.-]*:\/\/[^/]*/i, "").replace(/[?#].*$/, "");
  const place = path.split(/[/\\]/).filter(Boolean).slice(-2).join("/");
  const where = frame.module && frame.module !== "__main__" ? frame.module : place;
  const name = frame.name === "?" ? undefined : frame.name;
  return name && where ? `${name} in ${where}` : name || where || undefined;
}
