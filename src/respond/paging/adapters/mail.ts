import { isRefusal } from "#kernel";
import * as z from "zod";
import { cancel, send } from "../../../platform/mail/contract.ts";
import { maybe, never } from "../channel/ask.ts";
import type { Channel } from "../channel/channel.ts";
import { cut, headlineOf, noiseLabel, plain, textOf } from "../channel/message.ts";
import { where } from "../channel/where.ts";

const To = where("email", {
  to: z.email().max(254).meta({ secret: true }).describe("Their address."),
});

const subjectCharsMax = 200;
const textCharsMax = 20_000;
export const mailPurpose = "paging.page";

/** A letter in one conversation for each problem. The mail server tells by facts what became of it. */
export const email: Channel<z.infer<typeof To>> = {
  kind: "email",
  config: To,
  updates: "reply",
  async send(message, { to }, { order }) {
    const links = [
      ...message.buttons.map(({ label, url }) => `${label}: ${url}`),
      ...(message.noiseUrl === undefined ? [] : [`${noiseLabel}: ${message.noiseUrl}`]),
      ...(message.url === undefined ? [] : [`Look at it: ${message.url}`]),
    ];
    const no = await order(send, {
      ...{
        id: message.id,
        to,
        purpose: mailPurpose,
        isUrgent: true,
        isImportant: !message.isQuiet,
        thread: message.thread,
      },
      subject: cut(plain(headlineOf(message)).replaceAll("\n", " "), subjectCharsMax),
      text: cut(`${textOf(message)}\n\n${links.join("\n")}`, textCharsMax),
    });
    if (!isRefusal(no)) return { isPending: true };
    return no.problem.type === "mail.not-configured" ? never(no.detail) : maybe(no.detail);
  },
  async cancel(id, { order }) {
    await order(cancel, { id });
  },
};
