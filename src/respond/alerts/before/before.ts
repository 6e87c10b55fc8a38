import { type Millis, type Read, suspected } from "#kernel";
import type { Before } from "../contract.ts";
import { anomaliesAround } from "./anomalies.ts";

const shown = 5;
/** A change that breaks something shows within so long on average: a quarter of an hour. */
const perHour = 4;

/** What changed before something of a service began to be wrong, and which numbers were odd then. */
export function before(
  read: Pick<Read, "changes" | "says" | "counters" | "log" | "now">,
  { service, at }: { service?: string | undefined; at: Millis },
): Before {
  const changes = suspected(read, {
    ...{ firstAt: at, perHour, max: shown },
    concerns: ({ event }) => {
      const { service: whose } = event.data as { service?: unknown };
      return service === undefined || whose === undefined || whose === service;
    },
  });
  return { changes, anomalies: anomaliesAround(read, { service, at }) };
}
