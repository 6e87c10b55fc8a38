import type { AlertsNow } from "../../src/console/live/shapes.ts";

type Group = AlertsNow["groups"][number];
const minuteMs = 60_000;

function group(of: Partial<Group> & Pick<Group, "title" | "severity">, nth: number): Group {
  const { service = "shop", firing = 1, title } = of;
  const labels = { alertname: title.split(" ")[0] ?? "Alert", ...(service ? { service } : {}) };
  const since = Date.now() - (nth * 7 + 3) * minuteMs;
  const alerts = Array.from({ length: Math.min(firing, 10) }, (_, n) => ({
    ...{ fingerprint: `${nth}-${n}`, startsAt: since + n * 1_000, silencedBy: [], inhibitedBy: [] },
    labels: { ...labels, instance: `10.0.${nth}.${n}:9100`, zone: n % 2 === 0 ? "a" : "b" },
    annotations: { summary: title },
    isFlapping: nth === 2,
  }));
  return {
    ...{ key: `k-${nth}`, group: `g-${nth}`, receiver: "default", isOpen: true, service, labels },
    ...{ since, firing, muted: 0, suffering: 0, alerts, ...of },
  };
}

/** A database that took two thousand services along, among twenty thousand alerts. */
export function fakeAlerts(): AlertsNow {
  const loud = [
    group(
      {
        title: "database does not answer",
        severity: "critical",
        service: "database",
        suffering: 2_000,
      },
      1,
    ),
    group(
      {
        title: "Slow answers of the search, p99 is 2.4 s",
        severity: "error",
        firing: 14,
        service: "search",
      },
      2,
    ),
    group(
      {
        title: "DiskWillFill on backup-3 within four hours",
        severity: "warning",
        firing: 2,
        service: null,
      },
      3,
    ),
  ];
  const quiet = Array.from({ length: 97 }, (_, n) =>
    group(
      {
        title: `Down: shop-${n} does not answer`,
        severity: "error",
        service: `shop-${n}`,
        firing: 9,
        muted: 9,
      },
      n + 4,
    ),
  );
  return {
    ...{ firing: 18_034, muted: 18_017, loud: 3, quiet: 2_000, groups: [...loud, ...quiet] },
    held: [
      { by: "cause", id: "f-1", title: "database", alerts: 18_000 },
      { by: "silence", id: "s-1", title: "Maintenance: new disks", alerts: 17 },
    ],
    silences: [
      {
        ...{ id: "s-1", createdBy: "ada", comment: "Maintenance: new disks" },
        matchers: [{ name: "service", value: "backup", isRegex: false, isEqual: true }],
        ...{ startsAt: Date.now() - 30 * minuteMs, endsAt: Date.now() + 90 * minuteMs },
        updatedAt: Date.now() - 30 * minuteMs,
      },
    ],
  };
}
