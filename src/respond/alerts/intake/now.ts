import type { Millis } from "#kernel";
import type * as z from "zod";
import type { now } from "../contract.ts";
import type { Silence } from "../contract/silence.ts";
import { isFiring, rank, severityOf } from "../model/alert.ts";
import type { Board, Entry } from "../model/board.ts";
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

type Of = { causes: Causes; silences: readonly Silence[]; now: Millis };

/** What is wrong now, gathered by cause: groups that page first, the loudest and the oldest first. */
export function nowOf(board: Board, silences: readonly Silence[], at: Millis): BoardNow {
  const live = silences.filter((each) => silenceState(each, at) === "active");
  const of = { causes: board.causes(at), silences: live, now: at };
  const groups = [...board.groups.values()].flatMap((group) => groupNow(board, group, of) ?? []);
  const order = (each: Shown): number =>
    (each.muted === each.firing ? 0 : 10) + rank(each.severity);
  groups.sort((a, b) => order(b) - order(a) || a.since - b.since);
  const sum = (count: (each: Shown) => number): number =>
    groups.reduce((total, each) => total + count(each), 0);
  return {
    firing: sum(({ firing }) => firing),
    muted: sum(({ muted }) => muted),
    groupsInAll: groups.length,
    groups: fitting(groups.slice(0, groupsMax)),
  };
}

function groupNow(board: Board, group: Group, of: Of): Shown | undefined {
  const tally = { firing: 0, muted: 0, since: Infinity };
  let severity: Shown["severity"] = "info";
  let first: Entry | undefined;
  const shown: { loud: ShownAlert[]; muted: ShownAlert[] } = { loud: [], muted: [] };
  for (const fingerprint of group.members) {
    const entry = board.entries.get(fingerprint);
    if (!entry || (!isFiring(entry.alert, of.now) && !entry.isFlapping)) continue;
    const { alert } = entry;
    first ??= entry;
    tally.firing++;
    tally.since = Math.min(tally.since, alert.startsAt);
    const loudness = severityOf(alert.labels);
    if (rank(loudness) > rank(severity)) severity = loudness;
    const muted = board.muted(alert, of);
    const isMuted = muted.silencedBy.length + muted.inhibitedBy.length > 0;
    if (isMuted) tally.muted++;
    const into = isMuted ? shown.muted : shown.loud;
    if (into.length < alertsMax) into.push(alertNow(entry, muted));
  }
  if (!first) return undefined;
  const { labels, annotations } = first.alert;
  return {
    ...{ key: group.key, group: group.id, receiver: group.receiver, isOpen: group.isOpen },
    ...{ severity, ...tally },
    title: annotations["summary"] ?? labels["alertname"] ?? group.key,
    service: labels["service"] ?? null,
    alerts: [...shown.loud, ...shown.muted].slice(0, alertsMax),
  };
}

const alertNow = (
  { alert: { fingerprint, labels, annotations, startsAt }, isFlapping }: Entry,
  muted: Pick<ShownAlert, "silencedBy" | "inhibitedBy">,
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
