import { action, capability } from "#kernel";
import * as z from "zod";
import { erased, nothingToErase } from "./contract.ts";
import { Config, erase } from "./erasure.ts";

export const privacy = capability({
  id: "privacy",
  about: "Forgets people on demand, in a log that never forgets.",
  config: Config,
  emits: [erased],
  refuses: [nothingToErase],
  actions: [
    action("privacy.erase", {
      about: "Makes everything personal that the log has about a subject unreadable, for good.",
      allow: "admin",
      destroys: {
        what: "Everything personal that the log has about somebody, and their account.",
        name: ({ subject }) => subject,
      },
      input: z.object({ subject: z.string().min(1).max(200) }),
      output: z.object({ subject: z.string() }),
      act: erase,
    }),
  ],
});
