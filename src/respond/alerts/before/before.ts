import { type Millis, type Read, suspects } from "#kernel";
import type { Before } from "../contract.ts";
import { anomaliesAround } from "./anomalies.ts";

const hourMs = 3_600_000;
const windowHours = 24;
const shown = 5;
/** A change that breaks something shows within so long on average: a quarter of an hour. */
const perHour = 4;

/** What changed before something of a service began to be wrong, and which numbers were odd then. */
export function before(
  read: Pick<Read, "changes" | "says" | "counters" | "now">,
  { service, at }: { service?: string | undefined; at: Millis },
): Before {
  const recorded = read.changes({ from: at - windowHours * hourMs, to: at }).filter(({ event }) => {
    const { service: whose } = event.data as { service?: unknown };
    return service === undefined || whose === undefined || whose === service;
  });
  const byPosition = new Map(recorded.map((each) => [each.position, each]));
  const changes = suspects(recorded, { firstAt: at, perHour, windowHours })
    .slice(0, shown)
    .flatMap(({ change: { position }, probability }) => {
      const found = byPosition.get(position);
      if (!found) return [];
      const { at: changedAt, event } = found;
      return [{ position, at: changedAt, type: event.type, says: read.says(event), probability }];
    });
  return { changes, anomalies: anomaliesAround(read, { service, at }) };
}
