import { action, answer, capability } from "#kernel";
import * as z from "zod";
import {
  created,
  list,
  NewToken,
  notForTokens,
  revoked,
  tooPowerful,
  unknownToken,
} from "./contract.ts";
import { all, Config, Create, create, endedForOther, revoke } from "./token.ts";

export const tokens = capability({
  id: "tokens",
  about: "Keys for machines: shown once, kept as hashes, limited by role, scope and time.",
  config: Config,
  emits: [created, revoked],
  refuses: [unknownToken, tooPowerful, notForTokens],
  answers: [answer(list, (read) => ({ tokens: all(read) }))],
  actions: [
    action("tokens.create", {
      about: "Makes a token that may at most what you may; its secret is shown this once.",
      allow: "viewer",
      input: Create,
      output: NewToken,
      act: create,
    }),
    action("tokens.revoke", {
      about: "Ends a token at once: one's own, or anybody's for an admin.",
      destroys: {
        what: "Somebody else's token: what works with it stops.",
        name: endedForOther,
        allow: "admin",
      },
      allow: "viewer",
      input: z.object({ token: z.string() }),
      output: z.object({ done: z.literal(true) }),
      act: revoke,
    }),
  ],
});
