import * as z from "zod";

/** What a plan finds to run out first, as people say it. */
export const planResourceWords: Readonly<Record<string, string>> = {
  "cpu-answers": "answering",
  "cpu-connecting": "connecting",
  "cpu-fan-out": "telling all",
  memory: "memory",
  network: "network",
};

/** What can be full while a show is on. */
export const strainResources = [
  "cpu",
  "disk",
  "space",
  "memory",
  "connections",
  "network",
  "participants",
] as const;

/** How full one of them is. */
export const Saturation = z.object({
  resource: z.enum(strainResources),
  /** Of the fullest node; null where its machine does not tell. */
  share: z.number().nullable(),
  /** When it is full, if it goes on as in the last seconds; null where it does not fill up. */
  fullInMs: z.number().nullable(),
});
export type Saturation = z.infer<typeof Saturation>;

/** How near a node and its machine are to what they can bear; absent is what the machine does not tell. */
export const Strain = z.object({
  /** In the last second: syncs of the log, and the part of the time in which one went on. */
  syncsPerSecond: z.number(),
  syncShare: z.number(),
  syncMsAtStart: z.number(),
  connectionsMax: z.number(),
  /** Of the machine, or of the container that the node is in. */
  memory: z.object({ usedBytes: z.number(), totalBytes: z.number() }).optional(),
  /** Of the disk that its log is on. */
  space: z.object({ usedBytes: z.number(), totalBytes: z.number() }).optional(),
  /** Bytes on its busiest network card, the busier of both ways. */
  network: z.object({ perSecond: z.number(), perSecondMax: z.number() }).optional(),
  /** How long before the last reveal the last client had its key; less than nothing where it came too late. */
  keySpareMs: z.number().optional(),
  /** By how much the clocks of 99 of 100 clients may be wrong at most, from their round trips. */
  clockWithinMs: z.number().optional(),
});
