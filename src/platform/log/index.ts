import { action, answer, capability } from "#kernel";
import * as z from "zod";
import { search, types, whole } from "./contract.ts";
import { chain, Config, countTypes, entries, find } from "./entries.ts";

export const log = capability({
  id: "log",
  about: "Everything that happened, in words, with who and why.",
  config: Config,
  views: [entries],
  answers: [
    answer(search, find),
    answer(whole, (read, { position }) => chain(read, position)),
    answer(types, countTypes),
  ],
  actions: [
    action("log.verify", {
      about:
        "Recomputes the hash chain over the whole log and names the first record that does not fit.",
      allow: "viewer",
      input: z.object({}),
      output: z.object({
        checked: z.number(),
        brokenAt: z.number().optional(),
        why: z.string().optional(),
        headHash: z.string(),
      }),
      act: (_, fx) => fx.log.verify(),
    }),
  ],
});
