import { type Effects, every, type Reaction } from "#kernel";
import { send } from "../../platform/mail/contract.ts";
import { list as peopleList } from "../../platform/people/contract.ts";
import type { Config } from "./config.ts";
import * as contract from "./contract.ts";
import { type Doc, type Due, duesOf } from "./doc.ts";
import { consoleAt } from "./place.ts";
import { dueBefore } from "./shelf.ts";
import { day, span } from "./words.ts";

type Fx = Effects<Config>;
const lookMs = 300_000;
/** Nobody reads the sixth. */
const timesMax = 5;

/** What is to be said now: once before each date, then again and again while it is past. A date that was moved begins anew. */
export function remindersOf(
  doc: Doc,
  now: number,
  { remindBefore, remindEvery }: Pick<Config, "remindBefore" | "remindEvery">,
): (Due & { times: number })[] {
  return duesOf(doc).flatMap((due) => {
    const told = doc.reminded[due.action];
    const before = told?.dueAt === due.dueAt ? told : undefined;
    if (now < due.dueAt - remindBefore || (before?.times ?? 0) >= timesMax) return [];
    // After the first, which comes before the date, the next one is at the date itself.
    const next = before === undefined ? 0 : Math.max(due.dueAt, before.at + remindEvery);
    return now < next ? [] : [{ ...due, times: (before?.times ?? 0) + 1 }];
  });
}

async function tell(fx: Fx, doc: Doc, due: Due & { times: number }): Promise<"mail" | "nobody"> {
  const { people } = await fx.ask(peopleList, {});
  const to = people.find(({ id }) => id === due.owner)?.email;
  if (to === undefined || to === "") return "nobody";
  const name = due.action === "" ? doc.postMortem : `${doc.postMortem}/${due.action}`;
  const late = fx.now - due.dueAt;
  const when = late > 0 ? `has been due for ${span(late)}` : `is due on ${day(due.dueAt)}`;
  const url = consoleAt(fx);
  const no = await fx.order(send, {
    id: `${name}/${due.dueAt}/${due.times}`,
    ...{ to, purpose: "post-mortems.reminder", thread: `post-mortems/${name}` },
    subject: `${name} ${when}: ${due.says}`.replaceAll(/\s+/g, " ").slice(0, 300),
    text: [
      `${due.action === "" ? `The post-mortem of ${doc.incident}` : `An action of ${doc.postMortem}`} ${when}:`,
      due.says,
      ...(url === undefined ? [] : [`${url}/post-mortems?id=${doc.postMortem}`]),
      due.action === ""
        ? "It is done when it is published; another date or owner can be set on its page."
        : `It closes itself when a deploy names it: castor-action: ${name}`,
    ].join("\n\n"),
  });
  return no === undefined ? "mail" : "nobody";
}

export const remindReactions: readonly Reaction[] = [
  every("post-mortems.remind", lookMs, async (fx: Fx) => {
    for (const doc of dueBefore(fx, fx.now + fx.config.remindBefore))
      for (const due of remindersOf(doc, fx.now, fx.config)) {
        const told = await tell(fx, doc, due);
        const { action, dueAt, times } = due;
        const { postMortem } = doc;
        await fx.record(postMortem, [
          contract.reminded({
            ...{ postMortem, dueAt, times, told },
            ...(action === "" ? {} : { action }),
          }),
        ]);
      }
  }),
];
