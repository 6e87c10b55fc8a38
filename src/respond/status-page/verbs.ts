import { action, command, type Effects } from "#kernel";
import * as z from "zod";
import type { Config } from "./config.ts";
import { notPublished, noTarget, Published } from "./contract.ts";
import { publishNow } from "./publish/round.ts";
import * as rules from "./thread.ts";

const of = { model: rules.threads, key: () => "page", allow: "responder" } as const;

export const moveCommand = command("status-page.move-maintenance", {
  ...of,
  about:
    "Says that maintenance began, is being verified, or is over; it begins and ends by itself otherwise.",
  input: rules.Move,
  decide: rules.move,
});
export const commands = [
  command("status-page.post", {
    ...of,
    about: "Posts an update to the status page; the first one opens a public incident.",
    input: rules.Post,
    decide: rules.post,
  }),
  command("status-page.plan-maintenance", {
    ...of,
    about: "Announces maintenance; the page shows it, and it begins and ends by itself.",
    input: rules.Plan,
    decide: rules.plan,
  }),
  moveCommand,
  command("status-page.withdraw", {
    ...of,
    about: "Takes a public incident or maintenance off the page; the log keeps it.",
    input: rules.Withdraw,
    decide: rules.withdraw,
  }),
];

export const actions = [
  action("status-page.publish", {
    about: "Publishes the page now to every target, and says what it sent.",
    allow: "responder",
    input: z.object({}).strict(),
    output: z.object({ targets: z.array(Published) }),
    async act(_, fx: Effects<Config>) {
      const targets = await publishNow(fx);
      if (targets.length === 0) return noTarget("Set status-page.publish.targets in castor.yaml.");
      const failed = targets.filter(({ failing }) => failing !== null);
      return failed.length === 0
        ? { targets }
        : notPublished(failed.map((each) => `${each.target}: ${each.failing?.why}`).join("; "));
    },
  }),
];
