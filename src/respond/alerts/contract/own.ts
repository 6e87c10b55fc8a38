import { event } from "#kernel/contract";
import * as z from "zod";

const percent = (share: number): string => `${Math.round(share * 1_000) / 10} %`;

/** Less of the disk is left than Castor needs to go on for long. */
export const diskFilling = event(
  "alerts.disk-filling",
  z.object({ level: z.enum(["low", "critical"]), freeBytes: z.number(), totalBytes: z.number() }),
  {
    says: ({ freeBytes, totalBytes }) =>
      `Only ${percent(freeBytes / totalBytes)} of Castor's disk is left (${Math.round(freeBytes / 1e7) / 100} GB)`,
  },
);
export const diskRoomy = event("alerts.disk-roomy", z.object({ freeBytes: z.number() }), {
  says: () => "Castor's disk has room again",
});

/** Nothing outside answers: what is said of the outside from here means nothing now. */
export const uplinkLost = event(
  "alerts.uplink-lost",
  z.object({ targets: z.array(z.string()), why: z.string() }),
  {
    says: ({ targets, why }) =>
      `Castor itself is cut off: none of ${targets.join(", ")} answers (${why})`,
  },
);
export const uplinkBack = event("alerts.uplink-back", z.object({ lostMs: z.number() }), {
  says: ({ lostMs }) => `Castor reaches the outside again, after ${Math.round(lostMs / 1_000)} s`,
});
