import { counter, event, problem, query, type SnapshotDef, snapshot } from "#kernel/contract";
import * as z from "zod";

/** Requests that a fault changed, by fault. */
export const touched = counter("faults.touched", "sum", ["fault", "kind", "route"], "requests");

export const Kind = z.enum(["delay", "abort", "reset", "slow-body", "hang"]);
export type Kind = z.infer<typeof Kind>;

/** Which requests it may touch: those that fit everything that is said here. */
export const Where = z.object({
  route: z.string().optional(),
  service: z.string().optional(),
  instance: z.string().optional(),
  /** `Name`, or `Name: value`. */
  header: z.string().optional(),
  /** `name`, or `name=value`. */
  cookie: z.string().optional(),
  /** An address or a range. */
  address: z.string().optional(),
});
export type Where = z.infer<typeof Where>;

/** Something that goes wrong on purpose, for a while. */
export const Fault = z.object({
  id: z.string(),
  kind: Kind,
  delayMs: z.number().optional(),
  status: z.number().optional(),
  bytesPerSecond: z.number().optional(),
  /** Of the requests that fit, from 0 to 1. */
  share: z.number(),
  where: Where,
  /** It touches no more requests than this, and no more at once; each worker has its part of both. */
  requestsMax: z.number(),
  activeMax: z.number(),
  startedAt: z.number(),
  /** Workers look at their own clock: it ends also when control is away. */
  endsAt: z.number(),
  reason: z.string(),
});
export type Fault = z.infer<typeof Fault>;

/** What the gateway's workers follow. */
export const Picture = z.object({ faults: z.array(Fault), workers: z.number().int().min(1) });
export type Picture = z.infer<typeof Picture>;
export const faultsSnapshot: SnapshotDef<Picture> = snapshot("faults", Picture);

/** What a fault does, in words. */
export function whatItDoes(fault: Fault): string {
  const who = [
    ...Object.entries(fault.where).map(([name, value]) => `${name} ${value}`),
    ...(fault.share < 1 ? [`${Math.round(fault.share * 1000) / 10} % of them`] : []),
  ];
  const does = {
    delay: `answers come ${(fault.delayMs ?? 0) / 1000} s later`,
    abort: `instances seem to answer ${fault.status ?? 500}`,
    reset: "instances seem to hang up",
    hang: "instances seem to answer nothing",
    "slow-body": `bodies come at ${fault.bytesPerSecond ?? 0} bytes a second`,
  }[fault.kind];
  return `${does} (${who.join(", ") || "all requests"}; at most ${fault.requestsMax}, ${fault.activeMax} at once)`;
}

export const started = event("faults.started", Fault, {
  isChange: true,
  says: (fault) => `A fault is injected: ${whatItDoes(fault)}: ${fault.reason}`,
});
export const ended = event(
  "faults.ended",
  z.object({ id: z.string(), why: z.enum(["asked", "time"]) }),
  {
    isChange: true,
    says: ({ why }) => `The injected fault ended${why === "time" ? ": its time is over" : ""}`,
  },
);

export const incomplete = problem(
  "faults.incomplete",
  422,
  "This kind of fault needs to know how it behaves",
);
export const endOutOfRange = problem(
  "faults.end-out-of-range",
  422,
  "A fault lasts between a second and an hour",
);
export const tooMany = problem("faults.too-many", 409, "Enough faults are at work already");
export const unknownFault = problem("faults.unknown", 404, "No such fault is at work");

export const now = query(
  "faults.now",
  z.object({}),
  z.object({
    at: z.number(),
    faults: z.array(
      Fault.extend({
        does: z.string(),
        /** So far, and over the last ten to twenty seconds. */
        touched: z.number(),
        perSecond: z.number(),
      }),
    ),
  }),
  { about: "Which faults are injected now, until when, and whom they touch." },
);
