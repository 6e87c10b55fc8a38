import { event } from "#kernel/contract";
import * as z from "zod";

const OfRule = z.object({
  /** The rule's or the objective's name in the configuration. */
  rule: z.string(),
  /** Of the alert: what tells it from others of the same rule is among them. */
  labels: z.record(z.string(), z.string()),
  value: z.number(),
  /** Since when it was bad. */
  since: z.number(),
});

/** The numbers were bad for as long as the rule says. */
export const ruleFired = event(
  "alerts.rule-fired",
  OfRule.extend({ annotations: z.record(z.string(), z.string()) }),
  {
    says: ({ rule, annotations }) => `${rule}: ${annotations["summary"] ?? "its numbers are bad"}`,
  },
);
export const ruleEnded = event(
  "alerts.rule-ended",
  OfRule.extend({ why: z.enum(["over", "rule-gone"]) }),
  {
    says: ({ rule, why }) =>
      why === "over" ? `${rule}: over` : `${rule}: over, since nobody looks at it any more`,
  },
);
