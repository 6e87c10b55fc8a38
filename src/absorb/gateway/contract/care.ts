import { event } from "#kernel/contract";
import * as z from "zod";

/** A worker stopped asking a service, because most of its answers were errors. */
export const breakerOpened = event(
  "gateway.breaker-opened",
  z.object({
    worker: z.string(),
    service: z.string(),
    requests: z.number(),
    errors: z.number(),
    forMs: z.number(),
  }),
  {
    says: (d) =>
      `${d.service} is given a rest of ${Math.round(d.forMs / 1000)} s at ${d.worker}: ${d.errors} of its last ${d.requests} answers failed`,
  },
);
export const breakerClosed = event(
  "gateway.breaker-closed",
  z.object({ worker: z.string(), service: z.string(), openMs: z.number() }),
  {
    says: (d) =>
      `${d.service} gets all requests again at ${d.worker}, ${Math.round(d.openMs / 1000)} s after they were stopped`,
  },
);

export const BreakerState = z.enum(["off", "closed", "recovering", "open"]);
/** How one interval of an instance went: nothing asked, no errors, some, or half of the answers and more. */
export const Interval = z.enum(["none", "good", "mixed", "bad"]);
export const stripLength = 64;

/** How an instance is cared for, beside what it carries. */
export const InstanceCare = z.object({
  /** Which part of its share it gets: grows to 1 while it starts slowly. */
  share: z.number(),
  /** So many paths are not asked of it for a while, because it failed to answer them. */
  sickPaths: z.number(),
  /** It has failed so many that it rests. */
  resting: z.boolean(),
  /** The last 64 intervals of ten seconds, oldest first. */
  strip: z.array(Interval),
});
