import { event } from "#kernel/contract";
import * as z from "zod";

const Gap = z.object({ team: z.string(), from: z.number(), to: z.number() });
const minute = (at: number): string =>
  `${new Date(at).toISOString().slice(0, 16).replace("T", " ")} UTC`;

/** Nobody is on call in hours that somebody should have, soon or already. */
export const gapAhead = event("on-call.gap-ahead", Gap, {
  says: ({ team, from, to }) =>
    `Nobody is on call for ${team} from ${minute(from)} to ${minute(to)}`,
});
/** A gap that was warned of is over: somebody has those hours now, or they have passed. */
export const gapClosed = event(
  "on-call.gap-closed",
  Gap.extend({ how: z.enum(["covered", "passed"]) }),
  {
    says: ({ team, from, how }) =>
      how === "covered"
        ? `Somebody is on call for ${team} from ${minute(from)} after all`
        : `The hours of ${team} from ${minute(from)} have passed without anybody on call`,
  },
);
