import type { Millis } from "#kernel";
import type * as z from "zod";
import type { now } from "../contract.ts";
import type { Silence } from "../contract/silence.ts";
import { type Alert, isFiring, rank, severityOf } from "../model/alert.ts";
import type { Board, Entry, Muted } from "../model/board.ts";
import type { Causes } from "../model/inhibit.ts";
import type { Group } from "../model/group.ts";
import { silenceState } from "../model/silence.ts";

/** The board's part of `alerts.now`. */
export type BoardNow = Omit<z.infer<(typeof now)["output"]>, "silences">;
type Shown = BoardNow["groups"][number];
type ShownAlert = Shown["alerts"][number];

/** A page shows no more; the counts tell of the rest. */
const groupsMax = 100;
const alertsMax = 10;
/** Of all alerts that are shown, in characters: what is beyond is only counted. */
const charsMax = 500_000;

/** Reasons that are told; with more than so many, nobody reads them one by one. */
const heldMax = 20;

type Of = {
  board: Board;
  causes: Causes;
  silences: readonly Silence[];
  now: Millis;
  suffering: ReadonlyMap<string, ReadonlySet<string>>;
  held: Map<string, BoardNow["held"][number]>;
};

/** What is wrong now, gathered by cause: groups that page first, the loudest and the oldest first. */
export function nowOf(board: Board, silences: readonly Silence[], at: Millis): BoardNow {
  const live = silences.filter((each) => silenceState(each, at) === "active");
  const causes = board.causes(at);
  const suffering = board.suffering(causes, at);
  const of: Of = { board, causes, silences: live, now: at, suffering, held: new Map() };
  const groups = [...board.groups.values()].flatMap((group) => groupNow(group, of) ?? []);
  const isQuiet = ({ muted, firing }: Shown): boolean => muted === firing;
  const order = (each: Shown): number => (isQuiet(each) ? 0 : 10) + rank(each.severity);
  groups.sort((a, b) => order(b) - order(a) || a.since - b.since);
  const sum = (count: (each: Shown) => number): number =>
    groups.reduce((total, each) => total + count(each), 0);
  const quiet = sum((each) => (isQuiet(each) ? 1 : 0));
  return {
    firing: sum(({ firing }) => firing),
    muted: sum(({ muted }) => muted),
    loud: groups.length - quiet,
    quiet,
    groups: fitting(groups.slice(0, groupsMax)),
    held: [...of.held.values()].sort((a, b) => b.alerts - a.alerts).slice(0, heldMax),
  };
}

/** Counts an alert that pages nobody under what holds it back: the first that does. */
function hold({ silencedBy, inhibitedBy }: Muted, { board, silences, held }: Of): void {
  const [silence] = silencedBy;
  const [cause] = inhibitedBy;
  const id = silence ?? cause ?? "";
  const known = held.get(id);
  if (known) return void known.alerts++;
  const by = silence === undefined ? "cause" : "silence";
  const alert = board.entries.get(id)?.alert;
  const title =
    by === "silence"
      ? (silences.find((each) => each.id === id)?.comment ?? "")
      : (alert?.labels["service"] ?? (alert && titleOf(alert)) ?? "");
  held.set(id, { by, id, title, alerts: 1 });
}

const titleOf = ({ annotations, labels }: Alert): string | undefined =>
  annotations["summary"] ?? labels["alertname"];

function groupNow(group: Group, of: Of): Shown | undefined {
  const tally = { firing: 0, muted: 0, since: Infinity };
  let severity: Shown["severity"] = "info";
  let first: Alert | undefined;
  const shown: { loud: ShownAlert[]; muted: ShownAlert[] } = { loud: [], muted: [] };
  const services = new Set<string>();
  for (const fingerprint of group.members) {
    const entry = of.board.entries.get(fingerprint);
    if (!entry || (!isFiring(entry.alert, of.now) && !entry.isFlapping)) continue;
    const { alert } = entry;
    first ??= alert;
    tally.firing++;
    tally.since = Math.min(tally.since, alert.startsAt);
    const loudness = severityOf(alert.labels);
    if (rank(loudness) > rank(severity)) severity = loudness;
    const muted = of.board.muted(alert, of);
    const isMuted = muted.silencedBy.length + muted.inhibitedBy.length > 0;
    if (isMuted) tally.muted++;
    if (isMuted) hold(muted, of);
    else services.add(alert.labels["service"] ?? "");
    const into = isMuted ? shown.muted : shown.loud;
    if (into.length < alertsMax) into.push(alertNow(entry, muted));
  }
  if (!first) return undefined;
  const suffering = [...services].reduce(
    (sum, each) => sum + (of.suffering.get(each)?.size ?? 0),
    0,
  );
  return {
    ...{ key: group.key, group: group.id, receiver: group.receiver, isOpen: group.isOpen },
    ...{ severity, suffering, ...tally },
    labels: { ...group.labels },
    title: titleOf(first) ?? group.key,
    service: first.labels["service"] ?? null,
    alerts: [...shown.loud, ...shown.muted].slice(0, alertsMax),
  };
}

const alertNow = (
  { alert: { fingerprint, labels, annotations, startsAt }, isFlapping }: Entry,
  muted: Muted,
): ShownAlert => ({
  ...{ fingerprint, startsAt, isFlapping, ...muted },
  ...{ labels: { ...labels }, annotations: { ...annotations } },
});

/** The first alert of each group is worth more than the tenth of one. */
function fitting(groups: readonly Shown[]): Shown[] {
  let chars = 0;
  const fits = (each: ShownAlert): boolean => (chars += JSON.stringify(each).length) <= charsMax;
  const firsts = groups.map(({ alerts }) => alerts.slice(0, 1).filter(fits));
  return groups.map((group, at) => ({
    ...group,
    alerts: [...(firsts[at] ?? []), ...group.alerts.slice(1).filter(fits)],
  }));
}
