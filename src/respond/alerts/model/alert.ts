import type { Millis } from "#kernel";
import { severities, type Severity } from "../contract/group.ts";
import type { Labels } from "./labels.ts";

/** One thing that is or was wrong. Identity is the label set; an occurrence is that with its beginning. */
export type Alert = {
  fingerprint: string;
  labels: Labels;
  annotations: Labels;
  startsAt: Millis;
  /** Firing until then, unless it is said again. */
  endsAt: Millis;
  updatedAt: Millis;
  generatorURL: string;
  /** The end was not said but follows from silence. */
  isTimeout: boolean;
};

export const isFiring = (alert: Alert, now: Millis): boolean => alert.endsAt > now;

/** What an alert says now, given what it said before: the rules of Alertmanager's `types.Alert.Merge`. */
export function merged(old: Alert | undefined, next: Alert): Alert {
  if (!old || !overlaps(old, next)) return next;
  const startsAt = Math.min(old.startsAt, next.startsAt);
  const isResolve = next.endsAt <= next.updatedAt;
  const wasResolved = old.endsAt <= next.updatedAt;
  // An older, longer promise that somebody made in words is not shortened by a newer one, unless that ends it.
  const keepsEnd =
    old.endsAt > next.endsAt && (isResolve ? wasResolved : !old.isTimeout && !wasResolved);
  return { ...next, startsAt, endsAt: keepsEnd ? old.endsAt : next.endsAt };
}

const overlaps = (old: Alert, next: Alert): boolean =>
  (next.endsAt > old.startsAt && next.endsAt < old.endsAt) ||
  (next.startsAt >= old.startsAt && next.startsAt < old.endsAt);

const words: Readonly<Record<string, Severity>> = {
  ...{ critical: "critical", page: "critical", fatal: "critical", emergency: "critical" },
  ...{ disaster: "critical", sev1: "critical", p1: "critical", high: "error", error: "error" },
  ...{ major: "error", sev2: "error", p2: "error", warning: "warning", warn: "warning" },
  ...{ minor: "warning", sev3: "warning", p3: "warning", info: "info", none: "info", low: "info" },
  ...{ informational: "info", notice: "info", debug: "info", ok: "info", p4: "info", p5: "info" },
  // As Zabbix, syslog, Opsgenie and Jira have them.
  ...{ alert: "critical", crit: "critical", emerg: "critical", panic: "critical", p0: "critical" },
  ...{
    sev0: "critical",
    urgent: "critical",
    blocker: "critical",
    severe: "critical",
    err: "error",
  },
  ...{ average: "warning", moderate: "warning", ticket: "warning", information: "info" },
  ...{ sev4: "info", sev5: "info", trivial: "info" },
};
/** What is not said is an error: louder than a warning, and it is not held until morning by mistake. */
export const severityOf = (labels: Labels): Severity => {
  const said = (labels["severity"] ?? labels["priority"] ?? "").toLowerCase();
  return Object.hasOwn(words, said) ? (words[said] ?? "error") : "error";
};
export const rank = (severity: Severity): number => severities.indexOf(severity);
