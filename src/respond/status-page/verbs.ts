import { action, command, type Effects } from "#kernel";
import * as z from "zod";
import type { Config } from "./config.ts";
import { notPublished, noTarget, Published, unknownSubscriber } from "./contract.ts";
import { subscriberKinds } from "./subscribers/config.ts";
import { massMove, massPlan, massPost } from "./subscribers/mass.ts";
import { forget } from "./subscribers/routes.ts";
import { rosterOf } from "./subscribers/store.ts";
import { publishNow } from "./publish/round.ts";
import * as rules from "./thread.ts";

const of = { model: rules.threads, key: () => "page", allow: "responder" } as const;

export const moveCommand = command("status-page.move-maintenance", {
  ...of,
  about:
    "Says that maintenance began, is being verified, or is over; it begins and ends by itself otherwise.",
  input: rules.Move,
  destroys: massMove,
  decide: rules.move,
});
export const commands = [
  command("status-page.post", {
    ...of,
    about: "Posts an update to the status page; the first one opens a public incident.",
    input: rules.Post,
    destroys: massPost,
    decide: rules.post,
  }),
  command("status-page.plan-maintenance", {
    ...of,
    about: "Announces maintenance; the page shows it, and it begins and ends by itself.",
    input: rules.Plan,
    destroys: massPlan,
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

const Address = z
  .object({
    address: z.string().trim().min(3).max(1_000).describe("An e-mail address or a webhook's URL."),
  })
  .strict();
const found = (fx: Effects<Config>, address: string) =>
  subscriberKinds
    .map((kind) => rosterOf(fx).find(kind, address))
    .find((each) => each !== undefined);

export const actions = [
  action("status-page.find-subscriber", {
    about: "Whether an address is told, since it confirmed, and of what.",
    allow: "admin",
    input: Address,
    output: z.object({ kind: z.string(), state: z.string(), wants: z.array(z.string()) }),
    async act({ address }, fx: Effects<Config>) {
      const one = found(fx, address);
      if (!one) return unknownSubscriber();
      return { kind: one.kind, state: one.state, wants: rosterOf(fx).wants(one.id) };
    },
  }),
  action("status-page.forget-subscriber", {
    about: "Forgets an address: it is told nothing any more, and nothing of it is left.",
    destroys: { nothing: "Whoever subscribed ends it by a link just so, and may subscribe again." },
    allow: "admin",
    input: Address,
    output: z.object({ done: z.literal(true) }),
    async act({ address }, fx: Effects<Config>) {
      const one = found(fx, address);
      if (!one || !(await forget(fx, one))) return unknownSubscriber();
      return { done: true as const };
    },
  }),
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
