import { event } from "#kernel/contract";
import * as z from "zod";

/** The console and the API answer at this address. */
export const consoleOpened = event("console.opened", z.object({ url: z.string() }), {
  says: ({ url }) => `The console and the API are at ${url}`,
});
