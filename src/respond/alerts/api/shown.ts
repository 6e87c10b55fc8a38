import type { Millis } from "#kernel";
import { type Alert, isFiring } from "../model/alert.ts";
import type { Board } from "../model/board.ts";
import type { Labels } from "../model/labels.ts";
import type { Matcher, Silence } from "../contract/silence.ts";
import { matchesAll } from "../model/matcher.ts";
import { silenceState } from "../model/silence.ts";

/** An alert as Alertmanager's API shows it. */
type Gettable = {
  annotations: Labels;
  endsAt: string;
  fingerprint: string;
  receivers: { name: string }[];
  startsAt: string;
  status: { inhibitedBy: string[]; mutedBy: string[]; silencedBy: string[]; state: string };
  updatedAt: string;
  generatorURL?: string;
  labels: Labels;
};
export type Asked = {
  active: boolean;
  silenced: boolean;
  inhibited: boolean;
  filter: readonly Matcher[];
  receiver: RegExp | undefined;
};

const time = (at: Millis): string => new Date(at).toISOString();

/** The alerts that fire now and that were asked for, by fingerprint. */
export function alertsShown(
  board: Board,
  silences: readonly Silence[],
  asked: Asked,
  now: Millis,
): Gettable[] {
  const causes = board.causes(now);
  const live = silences.filter((each) => silenceState(each, now) === "active");
  const found: Gettable[] = [];
  for (const { alert, groups } of board.entries.values()) {
    if (!isFiring(alert, now) || !matchesAll(asked.filter, alert.labels)) continue;
    const receivers = [...new Set(groups.map((key) => board.groups.get(key)?.receiver ?? ""))];
    if (asked.receiver && !receivers.some((name) => asked.receiver?.test(name))) continue;
    const muted = board.muted(alert, { causes, silences: live, now });
    if (isWanted(muted, asked)) found.push(gettable(alert, receivers, muted));
  }
  return found.sort((a, b) => (a.fingerprint < b.fingerprint ? -1 : 1));
}

type Muted = { silencedBy: string[]; inhibitedBy: string[] };
function isWanted({ silencedBy, inhibitedBy }: Muted, asked: Asked): boolean {
  if (!asked.silenced && silencedBy.length > 0) return false;
  if (!asked.inhibited && inhibitedBy.length > 0) return false;
  return asked.active || silencedBy.length + inhibitedBy.length > 0;
}

function gettable(alert: Alert, receivers: string[], muted: Muted): Gettable {
  const isMuted = muted.silencedBy.length + muted.inhibitedBy.length > 0;
  return {
    annotations: alert.annotations,
    endsAt: time(alert.endsAt),
    fingerprint: alert.fingerprint,
    receivers: receivers.map((name) => ({ name })),
    startsAt: time(alert.startsAt),
    status: { ...muted, mutedBy: [], state: isMuted ? "suppressed" : "active" },
    updatedAt: time(alert.updatedAt),
    ...(alert.generatorURL === "" ? {} : { generatorURL: alert.generatorURL }),
    labels: alert.labels,
  };
}

export type ShownGroup = {
  labels: Labels;
  receiver: { name: string };
  routeLabels: Labels;
  alerts: Gettable[];
};

export function groupsShown(
  board: Board,
  silences: readonly Silence[],
  asked: Asked,
  now: Millis,
): ShownGroup[] {
  const alerts = new Map(
    alertsShown(board, silences, asked, now).map((each) => [each.fingerprint, each]),
  );
  return [...board.groups.values()]
    .map((group) => ({
      labels: group.labels,
      receiver: { name: group.receiver },
      routeLabels: {},
      alerts: [...group.members].sort().flatMap((each) => {
        const shown = alerts.get(each);
        return shown ? [shown] : [];
      }),
    }))
    .filter((group) => group.alerts.length > 0)
    .sort((a, b) => (JSON.stringify(a.labels) < JSON.stringify(b.labels) ? -1 : 1));
}

export const silenceShown = (silence: Silence, now: Millis): Record<string, unknown> => ({
  id: silence.id,
  status: { state: silenceState(silence, now) },
  updatedAt: time(silence.updatedAt),
  comment: silence.comment,
  createdBy: silence.createdBy,
  endsAt: time(silence.endsAt),
  matchers: silence.matchers.map(({ name, value, isRegex, isEqual }) => ({
    ...{ isEqual, isRegex, name, value },
  })),
  startsAt: time(silence.startsAt),
});

/** As Alertmanager sorts: active by their end, then pending by their beginning, then expired, the newest first. */
export function silencesShown(
  silences: readonly Silence[],
  filter: readonly Matcher[],
  now: Millis,
): Record<string, unknown>[] {
  const order = { active: 0, pending: 1, expired: 2 };
  const matching = silences.filter(({ matchers }) =>
    filter.every((wanted) =>
      matchers.some(
        ({ name, value }) => name === wanted.name && matchesAll([wanted], { [name]: value }),
      ),
    ),
  );
  return matching
    .sort((a, b) => {
      const states = order[silenceState(a, now)] - order[silenceState(b, now)];
      if (states !== 0) return states;
      if (silenceState(a, now) === "pending") return a.startsAt - b.startsAt;
      return silenceState(a, now) === "expired" ? b.endsAt - a.endsAt : a.endsAt - b.endsAt;
    })
    .map((each) => silenceShown(each, now));
}
