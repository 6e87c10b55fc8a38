import type { Read } from "#kernel";
import type * as z from "zod";
import type { Config } from "./config.ts";
import type { now } from "./contract.ts";
import { deskOf } from "./intake/desk.ts";
import { isFiring, rank, severityOf } from "./model/alert.ts";
import { silenceState } from "./model/silence.ts";
import { silencesView } from "./silences.ts";

type Now = z.infer<(typeof now)["output"]>;
/** A page shows no more; the count tells. */
const groupsMax = 200;
const alertsMax = 50;

export function nowOf(read: Read<Config>): Now {
  const at = read.now;
  const live = Object.values(read.view(silencesView)).filter(
    (each) => silenceState(each, at) !== "expired",
  );
  const board = deskOf(read)?.board;
  if (!board) return { firing: 0, groups: [], silences: live };
  const causes = board.causes(at);
  const groups = [...board.groups.values()].flatMap((group) => {
    const alerts = [...group.members].flatMap((fingerprint) => {
      const entry = board.entries.get(fingerprint);
      if (!entry || (!isFiring(entry.alert, at) && !entry.isFlapping)) return [];
      const muted = board.muted(entry.alert, { causes, silences: live, now: at });
      const { labels, annotations, startsAt } = entry.alert;
      const { isFlapping } = entry;
      return [
        {
          ...{ fingerprint, startsAt, isFlapping, ...muted },
          ...{ labels: { ...labels }, annotations: { ...annotations } },
        },
      ];
    });
    if (alerts.length === 0) return [];
    const muted = alerts.filter((each) => each.silencedBy.length + each.inhibitedBy.length > 0);
    const loudest = alerts
      .map(({ labels }) => severityOf(labels))
      .sort((a, b) => rank(b) - rank(a));
    const [first] = alerts;
    return [
      {
        ...{ key: group.key, group: group.id, receiver: group.receiver, isOpen: group.isOpen },
        severity: loudest[0] ?? "error",
        title: first?.annotations["summary"] ?? first?.labels["alertname"] ?? group.key,
        service: first?.labels["service"] ?? null,
        since: Math.min(...alerts.map(({ startsAt }) => startsAt)),
        firing: alerts.length,
        muted: muted.length,
        alerts: alerts.slice(0, alertsMax),
      },
    ];
  });
  const order = (each: (typeof groups)[number]): number =>
    (each.muted === each.firing ? 0 : 10) + rank(each.severity);
  groups.sort((a, b) => order(b) - order(a) || a.since - b.since);
  const firing = groups.reduce((sum, each) => sum + each.firing, 0);
  return { firing, groups: groups.slice(0, groupsMax), silences: live };
}
