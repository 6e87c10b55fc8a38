import { event } from "#kernel/contract";
import * as z from "zod";

export const kinds = ["call", "update", "digest", "test", "canary"] as const;
const Delivery = z.object({
  /** Its name, and the idempotency key of what is sent. */
  delivery: z.string(),
  /** Null where it is about no page: digests, tests, canaries. */
  page: z.string().nullable(),
  person: z.string(),
  channel: z.string(),
});
export type DeliveryName = z.infer<typeof Delivery>;

const way = ({ person, channel }: DeliveryName): string => `${person} (${channel})`;

/** It is to be sent, at that time. */
export const intended = event(
  "paging.intended",
  Delivery.extend({ kind: z.enum(kinds), call: z.number(), at: z.number() }),
  {
    says: (of) =>
      `${of.kind === "call" ? "A call" : `${of.kind === "update" ? "An" : "A"} ${of.kind}`} is meant for ${way(of)}`,
  },
);
/** An earlier channel failed: this one does not wait. */
export const hastened = event("paging.hastened", Delivery, {
  says: (of) => `${way(of)} is next at once`,
});
/** Written before the far side is asked; an attempt without a result is one whose end nobody knows. */
export const attempted = event(
  "paging.attempted",
  Delivery.extend({ attempt: z.number(), isMaybeDuplicate: z.boolean() }),
  {
    says: (of) =>
      `Sent to ${way(of)}${of.attempt > 1 ? `, attempt ${of.attempt}` : ""}${of.isMaybeDuplicate ? ", maybe for the second time" : ""}`,
  },
);
/** The far side took it. Not yet: it is there. */
export const accepted = event(
  "paging.accepted",
  Delivery.extend({
    attempt: z.number(),
    /** What the far side calls it. */
    ref: z.string().optional(),
  }),
  { says: (of) => `Taken for ${way(of)}` },
);
export const failed = event(
  "paging.failed",
  Delivery.extend({
    attempt: z.number(),
    why: z.string(),
    /** Null: it is not tried again. */
    retryAt: z.number().nullable(),
    /** Nobody answered, so it may be there all the same. */
    mayHaveArrived: z.boolean().optional(),
  }),
  { says: (of) => `${way(of)} was not reached: ${of.why}` },
);
/** The far side says that it is on the device. */
export const delivered = event("paging.delivered", Delivery, {
  says: (of) => `Arrived at ${way(of)}`,
});
/** Too much for one person at once: it goes into their digest. */
export const folded = event("paging.folded", Delivery, {
  says: (of) => `Goes into the digest of ${of.person}`,
});
/** Nobody needs it any more. */
export const dropped = event("paging.dropped", Delivery.extend({ why: z.string() }), {
  says: (of) => `Not sent to ${way(of)}: ${of.why}`,
});
