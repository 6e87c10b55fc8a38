import { type Effects, type Millis, perCastor } from "#kernel";
import type { GroupTold } from "../../alerts/contract.ts";
import { configNow } from "../chosen/chosen.ts";
import { type Config, policyOf, urgencyOf } from "../config.ts";
import { overlooked } from "../contract.ts";
import { lateDeliveries } from "../delivery/deliveries.ts";
import { pageMessage } from "../delivery/compose.ts";
import { send, sendOver } from "../delivery/send.ts";
import { overdue } from "../escalation/decide.ts";
import { decideOn, pageStream } from "../escalation/desk.ts";
import type { Page } from "../escalation/page.ts";
import { openPages, pagesView } from "../escalation/pages.ts";
import { follow } from "../escalation/follow.ts";
import { openGroups } from "../escalation/groups.ts";

/** What is late by so much was overlooked; after a start everything gets as long to catch up. */
const graceMs: Millis = 60_000;

/** Since when one running Castor looks, and what it has told. */
const seatOf = perCastor(({ now }: Pick<Effects, "log" | "now">) => ({
  startedAt: now,
  told: new Set<string>(),
}));
const toldMax = 10_000;

/** Looks whether all that should have gone out did, puts right what did not, and says so loudly. */
export async function audit(fx: Effects<Config>): Promise<void> {
  if (Object.keys(fx.config.people).length === 0) return;
  if (fx.now - seatOf(fx).startedAt < graceMs) return;
  const late = fx.now - graceMs;
  const { pages } = fx.view(pagesView);
  for (const [group, { at, isLoud, ...last }] of Object.entries(fx.view(openGroups)))
    if (isLoud && at < late && !pages[group] && callsSomebody(fx.config, last.told)) {
      await follow(fx, { ...last, isClosed: false });
      await tell(fx, group, "an alert had no page");
    }
  for (const page of openPages(fx.view(pagesView))) await lookAtPage(fx, page, late);
  await lookAtDeliveries(fx, late);
}

const callsSomebody = (config: Config, { receiver, severity }: GroupTold): boolean =>
  urgencyOf(policyOf(config, receiver), severity) !== "none";

async function lookAtPage(fx: Effects<Config>, page: Page, late: Millis): Promise<void> {
  const { nextAt } = page;
  if (nextAt !== null && nextAt < late) {
    await decideOn(fx, page.page, (known, facts) => (known ? overdue(known, nextAt, facts) : []));
    await tell(fx, page.page, `its step ${page.step + 1} was late`, `${nextAt}`);
  }
}

/** What should have been tried by now. */
async function lookAtDeliveries(fx: Effects<Config>, late: Millis): Promise<void> {
  for (const { delivery, page, person, channel, attempts } of lateDeliveries(fx, late)) {
    const what = `${person} (${channel}) was not tried in time`;
    if (page !== null) await tell(fx, page, what, `${delivery}.${attempts}`);
    // Not waited for: one far side that hangs must not hide what else is late.
    void send(fx, delivery).catch((error: unknown) =>
      fx.note(`${delivery} cannot be sent`, { error: String(error) }),
    );
  }
}

/** Once for each thing that was overlooked, over a way that the rest does not take. */
async function tell(fx: Effects<Config>, id: string, what: string, key = what): Promise<void> {
  const { told } = seatOf(fx);
  const mark = `${id} ${key}`;
  if (told.has(mark)) return;
  if (told.size >= toldMax) told.clear();
  told.add(mark);
  const page = fx.view(pagesView).pages[id];
  const fallback = page ? await fallBack(fx, page, mark) : "nobody to tell";
  await fx.record(pageStream(id), [overlooked({ page: id, what, fallback })]);
}

async function fallBack(fx: Effects<Config>, page: Page, mark: string): Promise<string> {
  const { fallback, people } = configNow(fx);
  const person = fallback === undefined ? undefined : people[fallback];
  if (fallback === undefined || !person) return "no fallback is configured";
  const made = { id: `fallback.${page.page}.${Bun.hash(mark).toString(36)}`, first: undefined };
  const message = await pageMessage(fx, page, {
    ...{ ...made, person: fallback, kind: "call", isMaybeDuplicate: true },
  });
  for (const to of person.channels) {
    const outcome = await sendOver(fx, message, to).catch(() => undefined);
    if (outcome && !("accepted" in outcome && !outcome.accepted))
      return `${fallback} was told over ${to.kind}`;
  }
  return `${fallback} could not be told either`;
}
