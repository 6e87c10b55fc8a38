import type { Matcher } from "../contract.ts";
import { isSound, matcherText, readMatcher } from "../model/matcher.ts";
import { isRecord, nameOf, recordsOf, type Said, textsOf } from "./read.ts";
import { importedTimes } from "./times.ts";

/** The `alerts` section of castor.yaml, and what could not be carried over. */
export type Imported = { config: { alerts: Said }; notes: string[] };

const depthMax = 3;

const textOf = (value: unknown): string | undefined =>
  typeof value === "string" && value !== "" ? value : undefined;

/** What an `alertmanager.yml` says of routes, inhibition and time intervals; undefined where it is none. */
export function importedAlertmanager(parsed: unknown): Imported | undefined {
  if (!isRecord(parsed) || !isRecord(parsed["route"])) return undefined;
  const notes: string[] = [];
  const times = importedTimes(parsed, notes);
  const root = parsed["route"];
  const { match: _, ...route } = routeOf(root, "route", { notes, depth: 0 });
  const inhibit = recordsOf(parsed["inhibit_rules"]).flatMap((rule, n) =>
    inhibitOf(rule, n, notes),
  );
  const resolveTimeout = durationOf(
    isRecord(parsed["global"]) ? parsed["global"]["resolve_timeout"] : undefined,
  );
  noteReceivers(recordsOf(parsed["receivers"]), notes);
  if (Array.isArray(parsed["templates"]) && parsed["templates"].length > 0)
    notes.push(
      "templates: Castor writes its own words; summaries and runbooks of alerts are shown.",
    );
  return {
    config: {
      alerts: {
        ...(resolveTimeout === undefined ? {} : { resolveTimeout }),
        ...(Object.keys(times).length === 0 ? {} : { times }),
        route,
        ...(inhibit.length === 0 ? {} : { inhibit }),
      },
    },
    notes,
  };
}

function noteReceivers(receivers: readonly Said[], notes: string[]): void {
  for (const { name, ...rest } of receivers) {
    const kinds = Object.keys(rest).map((kind) => kind.replace(/_configs$/, ""));
    if (kinds.length > 0)
      notes.push(
        `receiver ${String(name)} (${kinds.join(", ")}): its name is kept; say who is reached by it, and how, under paging and on-call.`,
      );
  }
}

type Place = { notes: string[]; depth: number };
const known = new Set([
  ...["receiver", "group_by", "group_wait", "group_interval", "repeat_interval", "continue"],
  ...["match", "match_re", "matchers", "routes", "mute_time_intervals", "active_time_intervals"],
]);

function routeOf(said: Said, path: string, { notes, depth }: Place): Said {
  for (const name of Object.keys(said))
    if (!known.has(name)) notes.push(`${path}.${name}: not known here.`);
  const deeper = recordsOf(said["routes"]);
  if (depth >= depthMax && deeper.length > 0)
    notes.push(`${path}.routes: more than ${depthMax} levels deep; write them into their parents.`);
  const routes =
    depth >= depthMax
      ? []
      : deeper.map((each, n) => routeOf(each, `${path}.routes[${n}]`, { notes, depth: depth + 1 }));
  const match = matchersOf(said, "", path, notes);
  const groupBy = textsOf(said["group_by"]);
  const muted = textsOf(said["mute_time_intervals"]);
  const active = textsOf(said["active_time_intervals"]);
  return dropEmpty({
    receiver: textOf(said["receiver"]),
    match: match.length === 0 ? undefined : match,
    groupBy: Array.isArray(said["group_by"]) ? groupBy : undefined,
    wait: durationOf(said["group_wait"]),
    interval: durationOf(said["group_interval"]),
    repeat: durationOf(said["repeat_interval"]),
    continue: said["continue"] === true ? true : undefined,
    mutedDuring: muted.length === 0 ? undefined : muted.map(nameOf),
    activeDuring: active.length === 0 ? undefined : active.map(nameOf),
    routes: routes.length === 0 ? undefined : routes,
  });
}

const dropEmpty = (all: Said): Said =>
  Object.fromEntries(Object.entries(all).filter(([, value]) => value !== undefined));

function inhibitOf(rule: Said, n: number, notes: string[]): Said[] {
  const path = `inhibit_rules[${n}]`;
  const source = matchersOf(rule, "source_", path, notes);
  const target = matchersOf(rule, "target_", path, notes);
  if (source.length === 0 || target.length === 0) {
    notes.push(`${path}: it needs conditions on both sides.`);
    return [];
  }
  const equal = textsOf(rule["equal"]);
  return [{ source, target, ...(equal.length === 0 ? {} : { equal }) }];
}

/** `match`, `match_re` and `matchers`, the old ways and the new one, as matchers in text. */
function matchersOf(said: Said, prefix: string, path: string, notes: string[]): string[] {
  const found: (Matcher | undefined)[] = [];
  for (const [field, isRegex] of [
    [`${prefix}match`, false],
    [`${prefix}match_re`, true],
  ] as const) {
    const all = said[field];
    if (isRecord(all))
      for (const [name, value] of Object.entries(all))
        found.push({ name, value: String(value), isRegex, isEqual: true });
  }
  const listed = said[`${prefix}matchers`];
  for (const text of typeof listed === "string" ? [listed] : textsOf(listed))
    for (const each of splitMatchers(text)) found.push(readMatcher(each));
  const sound = found.filter((each): each is Matcher => each !== undefined && isSound(each));
  if (sound.length < found.length)
    notes.push(
      `${path}.${prefix}matchers: a condition cannot be read and is left out; look at it.`,
    );
  return sound.map(matcherText);
}

/** `{a="b", c=~"d,e"}` or one matcher: commas within quotes belong to the value. */
function splitMatchers(text: string): string[] {
  const inner = text.trim().replace(/^\{(.*)\}$/s, "$1");
  return (
    inner
      .match(/(?:"(?:[^"\\]|\\.)*"|[^",])+/g)
      ?.map((each) => each.trim())
      .filter(Boolean) ?? []
  );
}

const unitMs: Readonly<Record<string, number>> = {
  ...{ y: 31_536_000_000, w: 604_800_000, d: 86_400_000, h: 3_600_000, m: 60_000, s: 1_000, ms: 1 },
};
/** Prometheus writes `1h30m`; here a duration has one unit. */
export function durationOf(said: unknown): string | undefined {
  const text = typeof said === "number" ? `${said}s` : textOf(said);
  if (text === undefined || !/^(\d+(y|w|d|h|ms|m|s))+$/.test(text)) return undefined;
  let ms = 0;
  for (const [, count, unit] of text.matchAll(/(\d+)(ms|y|w|d|h|m|s)/g))
    ms += Number(count) * (unitMs[unit ?? ""] ?? 0);
  const unit = (["d", "h", "m", "s"] as const).find(
    (each) => ms > 0 && ms % (unitMs[each] ?? 1) === 0,
  );
  return unit === undefined ? `${ms}ms` : `${ms / (unitMs[unit] ?? 1)}${unit}`;
}
