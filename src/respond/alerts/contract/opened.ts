import { event } from "#kernel/contract";
import * as z from "zod";

/** The process that keeps alerts is wanted from now on. */
export const intakeOpened = event("alerts.opened", z.object({ why: z.string() }), {
  says: ({ why }) => `Alerts are kept from now on: ${why}`,
});
