import { orderFor, problem } from "#kernel/contract";
import * as z from "zod";
import { GroupTold, severities } from "./group.ts";

const Told = z.object({
  at: z.number(),
  title: z.string(),
  rule: z.string(),
  service: z.string().nullable(),
  severity: z.enum(severities),
});
const Was = Told.extend({
  group: z.string(),
  /** Judged useful or, where nobody judged, acknowledged or critical. */
  mattered: z.boolean(),
});

/** What other rules or routes would have made of the past. */
export const Replayed = z.object({
  from: z.number(),
  to: z.number(),
  /** Rules over counters are replayed from here on; before it they are taken as they fired. */
  rulesFrom: z.number(),
  /** In a sentence. */
  says: z.string(),
  was: z.number(),
  would: z.number(),
  rules: z.array(z.object({ rule: z.string(), was: z.number(), would: z.number() })),
  /** Pages that there were and would not have been; `byMs` where a hold was missed by so much. */
  missed: z.array(Was.extend({ byMs: z.number().nullable() })),
  /** Pages that would have come later. */
  later: z.array(Was.extend({ byMs: z.number() })),
  /** Pages that there were not. */
  extra: z.array(Told),
  pages: z.array(Told),
});
export type Replayed = z.infer<typeof Replayed>;

/** What would have been told of a group. */
export const ReplayedTurn = z.object({ at: z.number(), told: GroupTold, isClosed: z.boolean() });
export type ReplayedTurn = z.infer<typeof ReplayedTurn>;

/** The past as alerts would have told it: for whoever replays what follows from that. */
export const replayOrder = orderFor<
  { change: string; days: number; withTurns: true },
  Replayed & { turns: ReplayedTurn[] }
>("alerts.replay");

export const replayInvalid = problem("alerts.replay-invalid", 422, "The change cannot be read");
/** It takes some of control's time, so one at a time does it. */
export const replayBusy = problem(
  "alerts.replay-busy",
  409,
  "Somebody is replaying the past already",
);
