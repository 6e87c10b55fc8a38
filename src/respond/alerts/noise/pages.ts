import { type Millis, table, type Tables } from "#kernel";
import { acknowledged, groupChanged, groupClosed, groupOpened, judged } from "../contract.ts";
import { type GroupTold, severities, type Severity, type Verdict } from "../contract.ts";

/** A page as it was told: an interruption. One thread may interrupt again when it is worse. */
export type PageRow = {
  group_id: string;
  at: Millis;
  title: string;
  rule: string;
  service: string | null;
  severity: Severity;
  key: string;
  fingerprints: string;
  since: Millis;
  ended_at: Millis | null;
  acknowledged_at: Millis | null;
  verdict: Verdict | null;
  because: string | null;
};

/** Interrupts: loud, and for the first time or worse than before. */
export const interrupts = ({ quiet, why }: GroupTold): boolean =>
  !quiet && ["new", "reopened", "worse"].includes(why);

export const ruleOf = ({ labels, alerts, title }: GroupTold): string =>
  labels["objective"] ?? labels["alertname"] ?? alerts[0]?.labels["alertname"] ?? title;

function noteOne(tables: Tables, told: GroupTold, at: Millis): void {
  const { group, title, service, severity, key, since } = told;
  const fingerprints = JSON.stringify(told.alerts.map((each) => each.fingerprint));
  tables.run(
    `INSERT INTO alerts_pages (group_id, at, title, rule, service, severity, key, fingerprints, since)
      VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)`,
    ...[group, at, title, ruleOf(told), service, severity, key, fingerprints, since],
  );
}

/** Every page, with what became of it. */
export const pagesTable = table("alerts.pages", {
  from: [groupOpened, groupChanged, groupClosed, acknowledged, judged],
  schema: `
CREATE TABLE alerts_pages (
  id INTEGER PRIMARY KEY, group_id TEXT NOT NULL, at INTEGER NOT NULL, title TEXT NOT NULL, rule TEXT NOT NULL,
  service TEXT, severity TEXT NOT NULL, key TEXT NOT NULL, fingerprints TEXT NOT NULL, since INTEGER NOT NULL,
  ended_at INTEGER, acknowledged_at INTEGER, verdict TEXT, because TEXT
) STRICT;
CREATE INDEX alerts_pages_by_time ON alerts_pages (at);
CREATE INDEX alerts_pages_by_group ON alerts_pages (group_id);`,
  apply(tables, { event, at }) {
    switch (event.type) {
      case "alerts.group-opened":
      case "alerts.group-changed":
        if (interrupts(event.data)) noteOne(tables, event.data, at);
        return;
      case "alerts.group-closed":
        return tables.run(
          "UPDATE alerts_pages SET ended_at = ? WHERE group_id = ? AND ended_at IS NULL",
          ...[at, event.data.group],
        );
      case "alerts.acknowledged":
        return tables.run(
          "UPDATE alerts_pages SET acknowledged_at = ? WHERE group_id = ? AND acknowledged_at IS NULL",
          ...[at, event.data.group],
        );
      case "alerts.judged":
        return tables.run(
          "UPDATE alerts_pages SET verdict = ?, because = ? WHERE group_id = ?",
          ...[event.data.verdict, event.data.because, event.data.group],
        );
    }
  },
});

/** Whether somebody is called for something as grave as this. */
export const disturbs = (severity: Severity, least: Severity): boolean =>
  severities.indexOf(severity) >= severities.indexOf(least);

const pagesMax = 20_000;
/** Those as grave as `least` or graver, newest first. */
export const pagesWithin = (
  tables: Pick<Tables, "all">,
  { from, to, least }: { from: Millis; to: Millis; least: Severity },
): PageRow[] =>
  tables
    .all<PageRow>(
      "SELECT * FROM alerts_pages WHERE at >= ? AND at < ? ORDER BY at DESC LIMIT ?",
      ...[from, to, pagesMax],
    )
    .filter(({ severity }) => disturbs(severity, least));
