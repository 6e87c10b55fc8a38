import { type Action, action, type Effects, isRefusal, type Refusal } from "#kernel";
import * as z from "zod";
import { severities } from "../alerts/contract.ts";
import { configNow } from "./chosen/chosen.ts";
import { channelName, type Config, policyOf, urgencyOf } from "./config.ts";
import { intended, nobodyThere, pageOver, unknownPage, unknownPerson } from "./contract.ts";
import {
  acknowledge,
  begin,
  close,
  deliveryStream,
  escalate,
  type Known,
  reassign,
} from "./escalation/decide.ts";
import { decideOn } from "./escalation/desk.ts";
import type { Page } from "./escalation/page.ts";
import { callerName } from "./people.ts";
import type { Event } from "#kernel";

const PageId = z.string().min(1).max(100).describe("Which one, as `castor paging now` shows it.");
const Done = z.object({ done: z.boolean() });
type Done = z.infer<typeof Done>;

/** Decides about a page that is there and not over; `done` is false where it was so already. */
export async function onOpenPage(
  fx: Effects<Config>,
  id: string,
  decide: (page: Page, known: Known) => readonly Event[] | Refusal,
): Promise<Done | Refusal> {
  const decided = await decideOn(fx, id, (page, known) => {
    if (!page) return unknownPage(`There is no page ${id} that is open or ended lately.`);
    if (page.phase === "resolved") return pageOver(`${page.about.title} is over.`);
    return decide(page, known);
  });
  return isRefusal(decided) ? decided : { done: decided.length > 0 };
}

const allow = "responder";

const acknowledgeAction = action("paging.acknowledge", {
  about: "You see to it: nobody else is called, unless it takes too long.",
  allow,
  input: z.object({ page: PageId }).strict(),
  output: Done,
  act: async ({ page: id }, fx: Effects<Config>) => {
    const by = await callerName(fx);
    return onOpenPage(fx, id, (page, known) => acknowledge(page, { by, via: "console" }, known));
  },
});

const escalateAction = action("paging.escalate", {
  about: "Calls the next step now.",
  allow,
  input: z.object({ page: PageId }).strict(),
  output: Done,
  act: ({ page: id }, fx: Effects<Config>) => onOpenPage(fx, id, escalate),
});

const reassignAction = action("paging.reassign", {
  about: "Gives a page to somebody: they are called now, and the policy stands behind them.",
  allow,
  input: z
    .object({ page: PageId, to: z.string().min(1).max(60).describe("Who takes it.") })
    .strict(),
  output: Done,
  act: async ({ page: id, to }, fx: Effects<Config>) => {
    if (!fx.config.people[to])
      return unknownPerson(`There are: ${Object.keys(fx.config.people).join(", ") || "none"}.`);
    const by = await callerName(fx);
    return onOpenPage(fx, id, (page, known) => reassign(page, { to, by }, known));
  },
});

const resolveAction = action("paging.resolve", {
  about: "Closes a page by hand; if its alert goes on or comes back, so does the page.",
  allow,
  input: z.object({ page: PageId }).strict(),
  output: Done,
  act: async ({ page: id }, fx: Effects<Config>) => {
    const by = await callerName(fx);
    return onOpenPage(fx, id, (page, { now }) => close(page, "by-hand", { now, by }));
  },
});

const raiseAction = action("paging.raise", {
  about: "Calls people for something that no alert told of.",
  allow,
  input: z
    .object({
      title: z.string().trim().min(3).max(300).describe("What is wrong, in one line."),
      receiver: z.string().min(1).max(100).default("default").describe("Whose policy calls."),
      service: z.string().min(1).max(200).optional().describe("What it is about."),
      severity: z.enum(severities).default("critical").describe("How bad it is."),
    })
    .strict(),
  output: z.object({ page: z.string() }),
  act: async ({ title, receiver, service, severity }, fx: Effects<Config>) => {
    if (Object.keys(fx.config.people).length === 0)
      return nobodyThere("Name people and their channels under `paging.people`.");
    const page = fx.id();
    const about = {
      ...{ title, severity, service: service ?? null, since: fx.now },
      ...{ labels: {}, annotations: {}, firing: 1, impact: [] },
    };
    // Whoever raises something wants somebody to be called, however mild it is.
    const loudness = urgencyOf(policyOf(fx.config, receiver), severity);
    const urgency = loudness === "none" ? "low" : loudness;
    await decideOn(fx, page, (known, facts) =>
      begin(known, { page, receiver, urgency, about }, facts),
    );
    return { page };
  },
});

const testAction = action("paging.test", {
  about: "Sends a message that says what it is, to see that a channel works.",
  allow,
  input: z
    .object({
      person: z.string().min(1).max(60).describe("To whom."),
      channel: z
        .string()
        .min(1)
        .max(60)
        .optional()
        .describe("Over which channel; all when absent."),
    })
    .strict(),
  output: z.object({ deliveries: z.array(z.string()) }),
  act: async ({ person, channel }, fx: Effects<Config>) => {
    const ways = (configNow(fx).people[person]?.channels ?? [])
      .map(channelName)
      .filter((each) => channel === undefined || each === channel);
    if (ways.length === 0) return unknownPerson(`${person} has no such channel.`);
    const id = fx.id();
    const tests = ways.map((way) => ({
      ...{ delivery: `test.${id}.${person}.${way}`, page: null, person, channel: way },
      ...{ kind: "test" as const, call: 0, at: fx.now },
    }));
    await fx.record(
      `tests/${person}`,
      tests.map((of) => intended(of, { stream: deliveryStream(of.delivery) })),
    );
    return { deliveries: tests.map(({ delivery }) => delivery) };
  },
});

export const verbs: readonly Action[] = [
  ...[acknowledgeAction, escalateAction, reassignAction],
  ...[resolveAction, raiseAction, testAction],
];
