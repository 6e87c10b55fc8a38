import { counter, event, order, problem } from "#kernel/contract";
import * as z from "zod";
import { Silence } from "./contract/silence.ts";

export { Anomaly, Before, whatChanged } from "./contract/before.ts";
export {
  groupChanged,
  groupClosed,
  groupOpened,
  GroupTold,
  severities,
  type Severity,
} from "./contract/group.ts";
export {
  judged,
  judgeOrder,
  noise,
  Page,
  type Time,
  times,
  unknownGroup,
  Verdict,
} from "./contract/noise.ts";
export {
  replayBusy,
  Replayed,
  ReplayedTurn,
  replayInvalid,
  replayOrder,
} from "./contract/replay.ts";
export { routed } from "./contract/routed.ts";
export { rulesNow } from "./contract/rules-now.ts";
export { diskFilling, diskRoomy, uplinkBack, uplinkLost } from "./contract/own.ts";
export { ruleEnded, ruleFired } from "./contract/rules.ts";
export { intakeOpened } from "./contract/opened.ts";
export { Matcher, Silence } from "./contract/silence.ts";

/** What matches pages nobody for a while. The same id again is a silence that was changed. */
export const silenced = event("alerts.silenced", Silence, {
  says: ({ createdBy, comment, endsAt }) =>
    `${createdBy || "Somebody"} silenced alerts until ${new Date(endsAt).toISOString().slice(0, 16).replace("T", " ")} UTC: ${comment}`,
});
export const silenceExpired = event(
  "alerts.silence-expired",
  z.object({ id: z.string(), at: z.number() }),
  { says: ({ id }) => `The silence ${id} was ended` },
);

/** What matches pages nobody for a while, by the word of another capability. */
export const silence = order<{ match: string[]; for?: string; reason: string }>("alerts.silence");

/** A sender says that somebody has seen to it, or somebody says so here. */
export const acknowledged = event(
  "alerts.acknowledged",
  z.object({
    group: z.string(),
    /** The sender, or who it was. */
    by: z.string(),
    isPerson: z.boolean().optional(),
  }),
  {
    says: ({ by, isPerson }) =>
      isPerson === true ? `${by} sees to it` : `Somebody acknowledged it at ${by}`,
  },
);
/** Somebody sees to it, by the word of another capability. */
export const acknowledgeOrder = order<{ group: string; by?: string }>("alerts.acknowledge");
/** What somebody changed, as their tools tell it: a deploy, a flag. */
export const changeReported = event(
  "alerts.change-reported",
  z.object({
    intake: z.string(),
    summary: z.string(),
    source: z.string().optional(),
    service: z.string().optional(),
    /** A deploy that did not work. */
    isFailed: z.boolean().optional(),
    at: z.number(),
  }),
  {
    isChange: true,
    says: ({ summary, source, service, isFailed }) =>
      isFailed === true
        ? `A deploy${service === undefined ? "" : ` of ${service}`} failed: ${summary}`
        : `${source ?? "Somebody"} changed something: ${summary}`,
  },
);

export const unknownSilence = problem("alerts.unknown-silence", 404, "There is no such silence");
export const intakeAway = problem(
  "alerts.intake-away",
  503,
  "The process that keeps alerts is not there",
);
export const silenceOutOfRange = problem(
  "alerts.silence-out-of-range",
  422,
  "The silence cannot be so",
);

/** What came in, by the intake it came through and by what became of it. */
export const received = counter("alerts.received", "sum", ["intake", "outcome"], "alerts");

/** Each look at the rules; where there are none, nobody looked. */
export const looks = counter("alerts.looks", "sum", [], "looks");

export { now } from "./contract/now.ts";
