import { isRefusal } from "#kernel";
import * as z from "zod";
import { send } from "../../../platform/push/contract.ts";
import { maybe, never } from "../channel/ask.ts";
import type { Channel } from "../channel/channel.ts";
import { cut, headlineOf, plain } from "../channel/message.ts";
import { where } from "../channel/where.ts";

const To = where("push", {
  account: z
    .string()
    .min(1)
    .max(254)
    .optional()
    .meta({ secret: true })
    .describe("Whose devices, by the e-mail of the account; the person's `account` when absent."),
});

const titleCharsMax = 200;
const bodyCharsMax = 1_500;
/** What somebody finds on a phone that was off for longer is old news; the ladder has climbed by then. */
const ttlSeconds = 3_600;

/** Castor's own notification on every device where the person said yes. */
export const push: Channel<z.infer<typeof To>> = {
  kind: "push",
  config: To,
  updates: "edit",
  async send(message, to, { order, config }) {
    const { id, thread, person, isQuiet, kind, url, buttons } = message;
    const account = to.account ?? config.people[person]?.account;
    if (account === undefined) return never(`${person} has no account`);
    const no = await order(send, {
      ...{ id, account, thread, ttlSeconds, isSilent: isQuiet, isCanary: kind === "canary" },
      title: cut(plain(headlineOf(message)).replaceAll("\n", " "), titleCharsMax),
      body: cut(plain(message.lines.join("\n")), bodyCharsMax),
      urgency: isQuiet ? "normal" : "high",
      ...(url === undefined ? {} : { url }),
      actions: buttons.map(({ label, url: does }) => ({ title: label, url: does })),
    });
    if (!isRefusal(no)) return { accepted: true };
    return no.problem.type === "push.not-delivered" ? maybe(no.detail) : never(no.detail);
  },
};
