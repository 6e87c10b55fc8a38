import { event } from "#kernel/contract";
import * as z from "zod";

/** From then on somebody else is on call for a team, or nobody is. */
export const handedOver = event(
  "on-call.handed-over",
  z.object({
    team: z.string(),
    member: z.string().nullable(),
    before: z.string().nullable(),
  }),
  {
    says: ({ team, member, before }) =>
      member === null
        ? `Nobody is on call for ${team} from now on${before === null ? "" : `, after ${before}`}`
        : `${member} is on call for ${team} from now on${before === null ? "" : `, after ${before}`}`,
  },
);
