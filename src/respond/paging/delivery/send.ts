import { type Effects, type Event, perCastor } from "#kernel";
import { channelNamed, type ChannelTo } from "../adapters/all.ts";
import { maybe, never } from "../channel/ask.ts";
import type { Outcome } from "../channel/channel.ts";
import type { Message } from "../channel/message.ts";
import { configNow } from "../chosen/chosen.ts";
import { channelName, type Config } from "../config.ts";
import * as contract from "../contract.ts";
import { deliveryStream } from "../escalation/decide.ts";
import { turnsOf } from "../escalation/desk.ts";
import { pagesView } from "../escalation/pages.ts";
import { digestMessage, pageMessage, trialMessage } from "./compose.ts";
import { callsSince, type Delivery, deliveryNamed, firstRef } from "./deliveries.ts";
import { foldedFor } from "./digest.ts";
import { inLine } from "./line.ts";
import { judge, needless, retryAtOf, type Verdict } from "./judge.ts";

/** A page may not get lost because the disk was busy: what was sent is written down with patience. */
const recordTriesMax = 20;
const recordPauseMs = 500;

const underWay = perCastor(() => new Set<string>());

const nameOf = ({ delivery, page, person, channel }: Delivery): contract.DeliveryName => ({
  ...{ delivery, page, person, channel },
});

/** Records facts about one delivery; the same id records once. */
export const note = async (
  fx: Effects<Config>,
  delivery: string,
  event: Event,
  id: string,
): Promise<void> => {
  const key = deliveryStream(delivery).replace(/^paging\//, "");
  for (let tries = 1; ; tries++)
    try {
      await fx.record(key, [event], { id: `paging.${delivery}.${id}` });
      return;
    } catch (error) {
      if (tries >= recordTriesMax || fx.signal.aborted) throw error;
      await fx.sleep(recordPauseMs);
    }
};

/** Does what is due about a delivery: at least once, the attempt written before the far side hears of it. */
export async function send(fx: Effects<Config>, name: string): Promise<void> {
  const found = deliveryNamed(fx, name);
  if (found) await inLine(fx, found.person, () => sendNext(fx, found));
}

async function sendNext(fx: Effects<Config>, { delivery: name, person }: Delivery): Promise<void> {
  const decided = await turnsOf(fx).take(`person ${person}`, () => settle(fx, name));
  if (!decided) return;
  const { delivery, attempt, isMaybeDuplicate } = decided;
  try {
    const outcome = await tryOnce(fx, delivery, isMaybeDuplicate);
    if ("needless" in outcome) await noteDropped(fx, delivery, outcome.needless);
    else await noteOutcome(fx, { delivery, attempt, outcome });
  } finally {
    underWay(fx).delete(name);
  }
}

const noteDropped = (fx: Effects<Config>, delivery: Delivery, why: string): Promise<void> =>
  note(fx, delivery.delivery, contract.dropped({ ...nameOf(delivery), why }), "dropped");

function whyNeedless(fx: Effects<Config>, delivery: Delivery): string | undefined {
  const { page, kind } = delivery;
  if (kind !== "call" || page === null) return undefined;
  return needless(delivery, fx.view(pagesView).pages[page]);
}

type Decided = { delivery: Delivery; attempt: number; isMaybeDuplicate: boolean };

/** One at a time for each person, so that the fuse counts what is true. */
async function settle(fx: Effects<Config>, name: string): Promise<Decided | undefined> {
  const delivery = deliveryNamed(fx, name);
  if (!delivery) return undefined;
  const verdict = verdictOn(fx, delivery);
  const of = nameOf(delivery);
  if (verdict.do === "fold") await note(fx, name, contract.folded(of), "folded");
  if (verdict.do === "drop") await noteDropped(fx, delivery, verdict.why);
  if (verdict.do !== "send") return undefined;
  const { attempt, isMaybeDuplicate } = verdict;
  underWay(fx).add(name);
  try {
    await note(
      fx,
      name,
      contract.attempted({ ...of, attempt, isMaybeDuplicate }),
      `attempted.${attempt}`,
    );
  } catch (error) {
    underWay(fx).delete(name);
    throw error;
  }
  return { delivery, attempt, isMaybeDuplicate };
}

function verdictOn(fx: Effects<Config>, delivery: Delivery): Verdict {
  const { page, person, call, kind } = delivery;
  const { calls, within } = fx.config.fuse;
  if (kind === "digest" && delivery.state === "intended" && foldedFor(fx, person).length === 0)
    return { do: "drop", why: "all of it is seen to" };
  return judge(delivery, {
    page: page === null ? undefined : fx.view(pagesView).pages[page],
    disturbed: callsSince(fx, person, { since: fx.now - within, page, call }),
    callsMax: calls,
    hasThread: page !== null && firstRef(fx, page, delivery) !== undefined,
    isBeingSent: underWay(fx).has(delivery.delivery),
  });
}

async function tryOnce(
  fx: Effects<Config>,
  delivery: Delivery,
  isMaybeDuplicate: boolean,
): Promise<Outcome | { needless: string }> {
  const { person, channel } = delivery;
  const to = configNow(fx).people[person]?.channels.find((each) => channelName(each) === channel);
  if (!to) return never(`${person} has no channel ${channel} any more`);
  try {
    const message = await messageOf(fx, delivery, isMaybeDuplicate);
    if (!message) return never("there is nothing left to tell");
    // Somebody may have acknowledged while the attempt was being written down.
    const why = whyNeedless(fx, delivery);
    return why === undefined ? await sendOver(fx, message, to) : { needless: why };
  } catch (error) {
    return maybe(error instanceof Error ? error.name : "it broke");
  }
}

export const sendOver = (fx: Effects<Config>, message: Message, to: ChannelTo): Promise<Outcome> =>
  channelNamed(to.kind).send(message, to, fx);

async function messageOf(
  fx: Effects<Config>,
  delivery: Delivery,
  isMaybeDuplicate: boolean,
): Promise<Message | undefined> {
  const { delivery: id, person, kind, page } = delivery;
  const made = { id, person, isMaybeDuplicate, first: undefined };
  if (kind === "test" || kind === "canary") return trialMessage({ ...made, kind, now: fx.now });
  if (kind === "digest") {
    const pages = foldedFor(fx, person);
    return pages.length === 0 ? undefined : await digestMessage(fx, pages, made);
  }
  const known = page === null ? undefined : fx.view(pagesView).pages[page];
  if (!known) return undefined;
  const first = firstRef(fx, known.page, delivery)?.ref;
  return await pageMessage(fx, known, { ...made, kind, first });
}

/** Writes down what became of an attempt; a failure also says when it is tried again. */
export async function noteOutcome(
  fx: Effects<Config>,
  of: { delivery: Delivery; attempt: number; outcome: Outcome },
): Promise<void> {
  const { delivery, attempt, outcome } = of;
  const name = nameOf(delivery);
  const write = (event: Event, what: string): Promise<void> =>
    note(fx, delivery.delivery, event, `${what}.${attempt}`);
  if ("isPending" in outcome) return;
  if (outcome.accepted) {
    const { ref, isDelivered } = outcome;
    await write(
      contract.accepted({ ...name, attempt, ...(ref === undefined ? {} : { ref }) }),
      "accepted",
    );
    if (isDelivered === true) await write(contract.delivered(name), "delivered");
    return;
  }
  const { retryAfterMs, why, isFinal, mayHaveArrived } = outcome;
  const at = { now: fx.now, retryAfterMs, chance: fx.random() };
  const retryAt = isFinal ? null : retryAtOf(delivery.kind, attempt, at);
  const unsure = mayHaveArrived === true ? { mayHaveArrived } : {};
  await write(contract.failed({ ...name, attempt, why, retryAt, ...unsure }), "failed");
}
