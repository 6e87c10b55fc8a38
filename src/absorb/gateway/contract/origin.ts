import { counter, event, order, problem } from "#kernel/contract";
import * as z from "zod";

/** How long those waited who had to, and then got a place at an instance. */
export const queueWait = counter("gateway.queue-wait", "quantiles", ["service"], "ms");
/** Who waited or wanted to, and got no place: `full`, `timeout` or `shed`, by criticality. */
export const queueRefused = counter(
  "gateway.queue-refused",
  "sum",
  ["service", "why", "class"],
  "requests",
);

/** What matters most first. */
export const Criticality = z.enum(["critical", "normal", "sheddable", "bot"]);
export type Criticality = z.infer<typeof Criticality>;

const where = { service: z.string().optional(), route: z.string().optional() };
const placeOf = ({
  service,
  route,
}: {
  service?: string | undefined;
  route?: string | undefined;
}) => (route === undefined ? (service ?? "All services") : `Route ${route}`);

/** Requests get a page at once; without service and route, those of all services. */
export const stopped = event(
  "gateway.stopped",
  z.object({ ...where, at: z.number(), reason: z.string(), message: z.string().optional() }),
  { isChange: true, says: (d) => `${placeOf(d)} stopped: ${d.reason}` },
);
/** Requests are held until it is resumed, each `maxHoldMs` at most. */
export const paused = event(
  "gateway.paused",
  z.object({
    service: z.string().optional(),
    at: z.number(),
    reason: z.string(),
    maxHoldMs: z.number(),
  }),
  { isChange: true, says: (d) => `${placeOf(d)} paused: ${d.reason}` },
);
export const resumed = event("gateway.resumed", z.object(where), {
  isChange: true,
  says: (d) => `${placeOf(d)} resumed`,
});
/** Requests that matter less than `below` are turned away. */
export const Shedding = z.object({
  id: z.string(),
  service: z.string().optional(),
  below: Criticality.exclude(["bot"]),
  reason: z.string(),
  startedAt: z.number(),
  endsAt: z.number(),
});
export type Shedding = z.infer<typeof Shedding>;
export const sheddingStarted = event("gateway.shedding-started", Shedding, {
  isChange: true,
  says: (d) => `${placeOf(d)}: only what is ${d.below} or more important is let in: ${d.reason}`,
});
export const sheddingEnded = event(
  "gateway.shedding-ended",
  z.object({ id: z.string(), service: z.string().optional(), why: z.enum(["asked", "time"]) }),
  { isChange: true, says: (d) => `${placeOf(d)}: everybody is let in again` },
);

export const notStopped = problem(
  "gateway.not-stopped",
  404,
  "Nothing of this is stopped or paused",
);
export const notShedding = problem("gateway.not-shedding", 404, "Nothing is shed under this name");
export const shedTooLong = problem(
  "gateway.shed-too-long",
  422,
  "Requests are shed for a day at most",
);

/** For the surge ladder and the like: durations in ms or as text. */
type Span = number | string;
export const shedOrder = order<{
  id?: string;
  service?: string;
  below: Shedding["below"];
  reason: string;
  for?: Span;
}>("gateway.shed");
export const admitAllOrder = order<{ id?: string }>("gateway.admit-all");
export const stopOrder = order<{
  service?: string;
  route?: string;
  reason: string;
  message?: string;
}>("gateway.stop");
export const pauseOrder = order<{ service?: string; reason: string; maxHold?: Span }>(
  "gateway.pause",
);
export const resumeOrder = order<{ service?: string; route?: string }>("gateway.resume");
