import type { Expression, Millis } from "#kernel";
import { type Alert, isFiring } from "../model/alert.ts";
import type { Board, Muted } from "../model/board.ts";
import type { Group } from "../model/group.ts";
import type { Matcher, Silence } from "../contract/silence.ts";
import { byAlert, byLabels, ordered } from "../model/order.ts";
import { matchesAll } from "../model/matcher.ts";
import { silenceState } from "../model/silence.ts";

export type Asked = {
  active: boolean;
  silenced: boolean;
  inhibited: boolean;
  filter: readonly Matcher[];
  receiver: Expression | undefined;
};
type Of = { silences: readonly Silence[]; asked: Asked; now: Millis };
type Found = { alert: Alert; receivers: string[]; muted: Muted };

const time = (at: Millis): string => new Date(at).toISOString();

/** The alerts that fire now and that were asked for, by fingerprint. */
function found(board: Board, { silences, asked, now }: Of): Found[] {
  const causes = board.causes(now);
  const live = silences.filter((each) => silenceState(each, now) === "active");
  const all: Found[] = [];
  for (const { alert, groups } of board.entries.values()) {
    if (!isFiring(alert, now) || !matchesAll(asked.filter, alert.labels)) continue;
    const receivers = [...new Set(groups.map((key) => board.groups.get(key)?.receiver ?? ""))];
    if (asked.receiver && !receivers.some((name) => asked.receiver?.test(name))) continue;
    const muted = board.muted(alert, { causes, silences: live, now });
    if (isWanted(muted, asked)) all.push({ alert, receivers, muted });
  }
  return all.sort((a, b) => (a.alert.fingerprint < b.alert.fingerprint ? -1 : 1));
}

function isWanted({ silencedBy, inhibitedBy }: Muted, asked: Asked): boolean {
  if (!asked.silenced && silencedBy.length > 0) return false;
  if (!asked.inhibited && inhibitedBy.length > 0) return false;
  return asked.active || silencedBy.length + inhibitedBy.length > 0;
}

/** An alert as Alertmanager's API shows it. */
function shown({ alert, receivers, muted }: Found): string {
  const isMuted = muted.silencedBy.length + muted.inhibitedBy.length > 0;
  return JSON.stringify({
    annotations: alert.annotations,
    endsAt: time(alert.endsAt),
    fingerprint: alert.fingerprint,
    receivers: receivers.map((name) => ({ name })),
    startsAt: time(alert.startsAt),
    status: { ...muted, mutedBy: [], state: isMuted ? "suppressed" : "active" },
    updatedAt: time(alert.updatedAt),
    ...(alert.generatorURL === "" ? {} : { generatorURL: alert.generatorURL }),
    labels: alert.labels,
  });
}

function* list<T>(all: Iterable<T>, show: (each: T) => Iterable<string>): Generator<string> {
  let before = "[";
  for (const each of all) {
    yield before;
    yield* show(each);
    before = ",";
  }
  yield before === "[" ? "[]" : "]";
}

/** `GET /alerts`, piece by piece. What is shown is what was so when it was asked. */
export function* alertsShown(board: Board, of: Of): Generator<string> {
  yield* list(found(board, of), (each) => [shown(each)]);
  yield "\n";
}

/** `GET /alerts/groups`, piece by piece. */
export function* groupsShown(board: Board, of: Of): Generator<string> {
  const alerts = new Map(found(board, of).map((each) => [each.alert.fingerprint, each]));
  const groups = [...board.groups.values()]
    .map((group) => ({
      group,
      order: ordered(group.labels),
      members: [...group.members]
        .flatMap((each) => alerts.get(each) ?? [])
        .map((each) => ({ each, order: ordered(each.alert.labels) }))
        .sort((one, other) => byAlert(one.order, other.order))
        .map(({ each }) => each),
    }))
    .filter(({ members }) => members.length > 0)
    .sort((a, b) => byLabels(a.order, b.order) || (a.group.receiver < b.group.receiver ? -1 : 1));
  yield* list(groups, (each) => groupShown(each));
  yield "\n";
}

function* groupShown({
  group,
  members,
}: {
  group: Group;
  members: readonly Found[];
}): Generator<string> {
  const { labels, receiver } = group;
  yield '{"alerts":';
  yield* list(members, (each) => [shown(each)]);
  yield `,${JSON.stringify({ labels, receiver: { name: receiver }, routeLabels: {} }).slice(1)}`;
}
