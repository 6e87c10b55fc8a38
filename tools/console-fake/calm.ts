import type { now } from "../../src/absorb/gateway/contract.ts";
import type * as z from "zod";

type ServiceNow = z.infer<(typeof now)["output"]>["services"][number];

/** Nobody waits for a service, and nothing stands before it. */
export const calm = {
  ...{ queued: 0, isPressed: false, held: 0, stopped: null, paused: null },
  shedding: [],
} satisfies Partial<ServiceNow>;

/** Whoever is ill was well until just now. */
export const stripOf = (isIll: boolean): ServiceNow["instances"][number]["strip"] =>
  Array.from({ length: 64 }, (_, i) => (isIll && i > 56 ? "bad" : "good"));
