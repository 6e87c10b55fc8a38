import type { Millis } from "#kernel";
import type { GroupTold, Severity } from "../contract/group.ts";
import { type Alert, rank, severityOf } from "./alert.ts";
import { commonOf, type Labels, labelsText } from "./labels.ts";
import type { Notice } from "./notice.ts";

/** Alerts that are told together. What is told is remembered, so that a restart repeats nothing. */
export type Group = {
  key: string;
  /** Of the thread that is open now, or was last. */
  id: string;
  receiver: string;
  labels: Labels;
  members: Set<string>;
  flushAt: Millis;
  hasFlushed: boolean;
  /** How often something was told: part of the fact's id. */
  count: number;
  isOpen: boolean;
  firing: Set<string>;
  severity: Severity;
  toldAt: Millis;
  closedAt: Millis;
};
export type SavedGroup = Omit<Group, "members" | "firing" | "flushAt" | "hasFlushed"> & {
  firing: string[];
};

const samplesMax = 10;
const loudest = (alerts: readonly Alert[]): Severity =>
  alerts
    .map(({ labels }) => severityOf(labels))
    .reduce((worst, each) => (rank(each) > rank(worst) ? each : worst), "info" as Severity);

/** What was found among a group's members. */
export type Found = {
  /** Firing and not muted. */
  loud: readonly Alert[];
  /** Told as firing before, and over. */
  over: readonly Alert[];
  isMuted: boolean;
  impact: readonly string[];
};
type Times = { now: Millis; repeatMs: Millis; reopenMs: Millis };

/** Decides whether there is something to tell, and remembers that it was. Pure but for the group itself. */
export function tell(
  group: Group,
  found: Found,
  times: Times,
  newId: () => string,
): Notice | undefined {
  const { now } = times;
  const why = whyTell(group, found, times);
  if (why === undefined) return undefined;
  const severity = found.loud.length > 0 ? loudest(found.loud) : group.severity;
  const isWorse = rank(severity) > rank(group.severity);
  if (why === "new") group.id = newId();
  const isClosing = why === "resolved" || why === "muted";
  // A thread that comes back soon is the same thread, and wakes nobody again unless it is worse now.
  const quiet = isClosing || why === "shrank" || (why === "reopened" && !isWorse);
  const kind = isClosing ? "closed" : why === "new" || why === "reopened" ? "opened" : "changed";
  const told = describe(group, found, { severity, why, quiet });
  Object.assign(group, {
    isOpen: !isClosing,
    firing: new Set(found.loud.map(({ fingerprint }) => fingerprint)),
    severity,
    toldAt: now,
    closedAt: isClosing ? now : group.closedAt,
    count: group.count + 1,
  });
  return { id: `alerts.told.${group.id}.${group.count}`, kind, told, at: now };
}

function whyTell(
  group: Group,
  { loud, over, isMuted }: Found,
  times: Times,
): GroupTold["why"] | undefined {
  if (!group.isOpen) {
    if (loud.length === 0) return undefined;
    return group.id !== "" && times.now - group.closedAt < times.reopenMs ? "reopened" : "new";
  }
  if (loud.length === 0) return isMuted ? "muted" : "resolved";
  if (rank(loudest(loud)) > rank(group.severity)) return "worse";
  if (loud.some(({ fingerprint }) => !group.firing.has(fingerprint))) return "grew";
  if (times.now - group.toldAt >= times.repeatMs) return "repeat";
  return over.length > 0 ? "shrank" : undefined;
}

function describe(
  group: Group,
  { loud, over, impact }: Found,
  of: { severity: Severity; why: GroupTold["why"]; quiet: boolean },
): GroupTold {
  const shown = loud.length > 0 ? loud : over;
  const labels = commonOf(shown.map((each) => each.labels));
  const annotations = commonOf(shown.map((each) => each.annotations));
  return {
    group: group.id,
    key: group.key,
    receiver: group.receiver,
    ...of,
    title: titleOf(group, { labels, annotations, shown }),
    labels: { ...group.labels, ...labels },
    annotations,
    service: labels["service"] ?? group.labels["service"] ?? null,
    firing: loud.length,
    resolved: over.length,
    since: shown.reduce((least, each) => Math.min(least, each.startsAt), Number.MAX_SAFE_INTEGER),
    impact: [...impact],
    alerts: shown
      .slice(0, samplesMax)
      .map(({ fingerprint, labels: own, annotations: words, startsAt }) => ({
        ...{ fingerprint, startsAt, labels: { ...own }, annotations: { ...words } },
      })),
  };
}

type Said = { labels: Labels; annotations: Labels; shown: readonly Alert[] };
/** What all of them say; of different ones what the gravest says, and how many more there are; without words their name, and how often. */
function titleOf(group: Group, { labels, annotations, shown }: Said): string {
  const name = labels["alertname"] ?? group.labels["alertname"];
  const gravest = gravestOf(shown);
  if (gravest && shown.length > 1 && !hasWords(annotations)) {
    const { labels: own, annotations: words } = gravest;
    const first = wordsOf(words, own, own["alertname"] ?? labelsText(own));
    if (name === undefined || hasWords(words))
      return `${first.slice(0, 280)} and ${shown.length - 1} more`;
    return `${wordsOf(annotations, labels, name)} (${shown.length} times)`.slice(0, 300);
  }
  return wordsOf(annotations, labels, name ?? labelsText(group.labels)).slice(0, 300);
}
const hasWords = ({ summary, title }: Labels): boolean =>
  summary !== undefined || title !== undefined;

function wordsOf(annotations: Labels, labels: Labels, name: string): string {
  const where = labels["service"] ?? labels["instance"] ?? labels["job"];
  const named = where === undefined ? name : `${name} on ${where}`;
  return annotations["summary"] ?? annotations["title"] ?? named;
}

/** The gravest; of those the one that began first. */
function gravestOf(alerts: readonly Alert[]): Alert | undefined {
  const gravity = ({ labels }: Alert): number => rank(severityOf(labels));
  return alerts.reduce<Alert | undefined>((best, each) => {
    if (!best) return each;
    const more = gravity(each) - gravity(best) || best.startsAt - each.startsAt;
    return more > 0 ? each : best;
  }, undefined);
}
