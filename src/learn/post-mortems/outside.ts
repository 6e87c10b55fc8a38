import { action, type Effects, type EventOf, isRefusal, on, type Reaction } from "#kernel";
import * as z from "zod";
import { fileTicketOrder, ticketFiled } from "../../observe/errors/contract.ts";
import { postOrder } from "../../respond/status-page/contract.ts";
import type { Config } from "./config.ts";
import * as contract from "./contract.ts";
import { docOf } from "./shelf.ts";

type Fx = Effects<Config>;
const refOf = (postMortem: string, name: string): string => `post-mortems/${postMortem}/${name}`;

export const tellOutside = action("post-mortems.tell-outside", {
  about: "Posts the section for people outside on the status page, where the incident was posted.",
  allow: "responder",
  input: z.object({ postMortem: contract.PostMortemId }),
  output: z.object({ postMortem: z.string() }),
  act: async ({ postMortem }, fx: Fx) => {
    const doc = docOf(fx, postMortem);
    if (!doc) return contract.unknownPostMortem();
    if (doc.state !== "published" && doc.state !== "reviewed")
      return contract.wrongState(`It is ${doc.state}; people outside read it once it is reviewed.`);
    const text = doc.sections.find(({ id }) => id === "outside")?.text.trim() ?? "";
    if (text === "")
      return contract.unknownItem("There is nothing in the section for people outside.");
    const no = await fx.order(postOrder, {
      ...{ incident: doc.incident, stage: "postmortem", text: { en: text } },
    });
    return no ?? { postMortem };
  },
});

export const fileAction = action("post-mortems.file-action", {
  about: "Makes an issue of an action in GitHub, GitLab, Forgejo or by webhook (errors.trackers).",
  allow: "responder",
  input: z.object({
    postMortem: contract.PostMortemId,
    action: z.string().pipe(contract.ActionId),
    tracker: z.string().max(60).optional().describe("By its name in errors.trackers."),
  }),
  output: z.object({ link: z.string() }),
  act: async ({ postMortem, action: name, tracker }, fx: Fx) => {
    const doc = docOf(fx, postMortem);
    const item = doc?.actions.find((each) => each.action === name);
    if (!doc || !item) return doc ? contract.unknownItem() : contract.unknownPostMortem();
    if (doc.state === "imported") return contract.wrongState("It came from another Castor.");
    if (item.link !== undefined) return { link: item.link };
    const ref = refOf(postMortem, name);
    const no = await fx.order(fileTicketOrder, {
      ...{ ref, title: item.says, body: ticketBody(doc.postMortem, doc.title, item) },
      ...(tracker === undefined ? {} : { tracker }),
      ...(doc.services[0] === undefined ? {} : { service: doc.services[0] }),
    });
    if (isRefusal(no)) return no;
    const filed = fx.log
      .page({ after: 0, limit: 20, types: [ticketFiled.type], backwards: true })
      .map(({ event }) => event.data as EventOf<typeof ticketFiled>["data"])
      .find((each) => each.ref === ref);
    return { link: filed?.link ?? "" };
  },
});

const ticketBody = (postMortem: string, title: string, item: contract.ActionItem): string =>
  [
    item.says,
    `To ${item.kind}; from the post-mortem ${postMortem}: ${title}.`,
    `A deploy whose name or commits carry this line closes it:\n\n    castor-action: ${postMortem}/${item.action}`,
  ].join("\n\n");

export const filedReaction: Reaction = on(
  "post-mortems.filed",
  ticketFiled,
  async ({ event: { data } }, fx: Fx) => {
    const [, postMortem = "", name = ""] =
      /^post-mortems\/(pm-[a-z0-9]+)\/(a\d+)$/.exec(data.ref) ?? [];
    if (docOf(fx, postMortem)?.actions.some((each) => each.action === name) !== true) return;
    await fx.record(postMortem, [
      contract.actionFiled({ postMortem, action: name, link: data.link }),
    ]);
  },
);
