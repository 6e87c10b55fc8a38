import { type Effects, webhookHeaders } from "#kernel";
import { cancel, send } from "../../../platform/mail/contract.ts";
import { tell } from "../../../platform/push/contract.ts";
import { board } from "../board.ts";
import type { Config } from "../config.ts";
import { hookPaused, messages, signUps, toldSubscribers } from "../contract.ts";
import { askHook } from "./ask-hook.ts";
import { slackBody, webhookBody } from "./hooks.ts";
import { linkTo, tokenOf } from "./links.ts";
import { type Kind, ofThread } from "./roster.ts";
import { letterText, messageOf } from "./message.ts";
import type { News } from "./news.ts";
import { tellEach } from "./each.ts";
import type { Due, Fate } from "./sendings.ts";
import { rosterOf, sendingsOf } from "./store.ts";

/** One turn of letters: so many share a transaction here and one in the outbox. */
const lettersTogetherMax = 500;
const hooksTogetherMax = 20;
const againMsMin = 30_000;
const againMsMax = 3_600_000;
const hookTriesMax = 12;
/** What was away for a night is told again in the morning; what was away for longer is gone. */
const pauseAfterFailures = 12;
const pauseAfterMs = 86_400_000;
const letterKeptMs = 86_400_000;

export const letterId = (post: string, subscriber: string): string =>
  `status-page/${post}/${subscriber}`;
/** The subscriber of a letter of ours. */
export const subscriberOf = (letter: string): string | undefined =>
  /^status-page\/[^/]+\/([^/]+)$/.exec(letter)?.[1];

type Context = { news: News; key: string; address: string };

async function tellByMail(fx: Effects<Config>, due: Due, of: Context): Promise<Fate> {
  const { id, address: to, language } = due.subscriber;
  const mine = tokenOf(of.key, "mine", id);
  const message = messageOf(of.news, fx.config, language);
  const stop = linkTo(of.address, "stop", mine);
  const refusal = await fx.order(send, {
    ...{ id: letterId(due.post, id), to, subject: message.headline },
    text: letterText(message, { language, mine: linkTo(of.address, "mine", mine), stop }),
    ...{ purpose: "status-page.update", thread: `status-page/${of.news.thread}` },
    ...{ unsubscribe: stop, until: fx.now + letterKeptMs },
  });
  return refusal === undefined
    ? { state: "told" }
    : { state: "waiting", due: fx.now + againMsMin, why: refusal.detail };
}

async function tellByHook(fx: Effects<Config>, due: Due, of: Context): Promise<Fate> {
  const { kind, address, secret, language, id } = due.subscriber;
  const message = messageOf(of.news, fx.config, language);
  const body = kind === "slack" ? slackBody(message) : webhookBody(of.news, message);
  const headers =
    kind === "slack"
      ? { "content-type": "application/json" }
      : webhookHeaders(body, { id: due.post, at: fx.now, secret: secret ?? "" });
  const asked = await askHook(fx, address, { body, headers });
  if (asked.ok) return { state: "told" };
  if (asked.isGone) await rosterOf(fx).remove(id);
  if (asked.isFinal || due.tries + 1 >= hookTriesMax) return { state: "failed", why: asked.why };
  const pause = Math.min(againMsMax, againMsMin * 2 ** due.tries);
  return { state: "waiting", due: Math.round(fx.now + pause), why: asked.why };
}

const pushTtlSeconds = 6 * 3_600;
async function tellByPush(fx: Effects<Config>, due: Due, of: Context): Promise<Fate> {
  const { id, address: subscription, language } = due.subscriber;
  const { headline, body, url } = messageOf(of.news, fx.config, language);
  const refusal = await fx.order(tell, {
    ...{ id: due.post, subscription, title: headline, body, url: url.slice(0, 400) },
    ...{ thread: of.news.thread, ttlSeconds: pushTtlSeconds },
  });
  if (refusal === undefined) return { state: "told" };
  const { isGone, isFinal } = refusal.more;
  if (isGone === true) await rosterOf(fx).remove(id);
  return isFinal === false && due.tries + 1 < hookTriesMax
    ? {
        state: "waiting",
        due: fx.now + againMsMin * 2 ** Math.min(due.tries, 7),
        why: refusal.detail,
      }
    : { state: "failed", why: refusal.detail };
}

async function tellBatch(
  fx: Effects<Config>,
  batch: readonly Due[],
  tellOne: (fx: Effects<Config>, due: Due, of: Context) => Promise<Fate>,
): Promise<void> {
  const { address } = fx.config.subscribe;
  if (address === undefined) return;
  const sendings = sendingsOf(fx);
  const key = await rosterOf(fx).key(() => fx.secret(32));
  const news = new Map(batch.map(({ post }) => [post, sendings.news(post)]));
  const fates = await Promise.all(
    batch.map(async (due): Promise<[Due, Fate]> => {
      const about = news.get(due.post);
      if (!about) return [due, { state: "failed", why: "what it was about is gone" }];
      return [due, await tellOne(fx, due, { news: about, key, address })];
    }),
  );
  const stopped = new Set(await sendings.settle(fates));
  // Ordered after their cancel, their letters would go.
  await takeBack(
    fx,
    [...stopped]
      .filter(({ subscriber }) => subscriber.kind === "email")
      .map(({ post, subscriber }) => ({ post, subscriber: subscriber.id })),
  );
  for (const [due, { state }] of fates) {
    const { kind } = due.subscriber;
    const isTakenBack = kind === "email" && stopped.has(due);
    if (state !== "waiting" && !isTakenBack) fx.count(messages, { kind, outcome: state });
  }
}

/** Letters go to the outbox, hundreds at once. */
async function tellLetters(fx: Effects<Config>): Promise<void> {
  const letters = sendingsOf(fx).due(fx.now, { kind: "email", limit: lettersTogetherMax });
  if (letters.length > 0) await tellBatch(fx, letters, tellByMail);
}

const byItself =
  (tellOne: typeof tellByHook) =>
  async (fx: Effects<Config>, due: Due): Promise<void> => {
    let fate: Fate | undefined;
    await tellBatch(fx, [due], async (...of) => (fate = await tellOne(...of)));
    if (fate) await remember(fx, due, fate);
  };

/** Said once of a row of failures. */
export const pausedId = (subscriber: string, since: number): string =>
  `status-page.hook-paused/${subscriber}/${since}`;

/** Whoever failed so often in a row, for so long, is told nothing more until somebody there says yes again. */
async function remember(fx: Effects<Config>, due: Due, fate: Fate): Promise<void> {
  const { id, kind } = due.subscriber;
  const roster = rosterOf(fx);
  if (fate.state === "told") return due.failures > 0 ? await roster.went(id, undefined) : undefined;
  await roster.went(id, fx.now);
  const failures = due.failures + 1;
  const since = due.failingSince ?? fx.now;
  if (failures < pauseAfterFailures || fx.now - since < pauseAfterMs) return;
  if (roster.get(id)?.state !== "confirmed") return;
  // First: after a crash in between it is paused at its next failure, and nobody is ever paused without a word.
  await fx.record("page", [hookPaused({ subscriber: id, kind, failures, since, why: fate.why })], {
    id: pausedId(id, since),
  });
  if (await roster.pause(id, { why: fate.why, now: fx.now }))
    fx.count(signUps, { kind, outcome: "paused" });
}

const room = { togetherMax: hooksTogetherMax, failingMax: hooksTogetherMax / 2 };
const lane =
  (kind: Kind, tellOne: typeof tellByHook) =>
  (fx: Effects<Config>): Promise<void> =>
    tellEach(fx, { kind, ...room, tell: byItself(tellOne) });

/** Each turns by itself: who is told over one way waits for nobody on another. */
export const lanes = [
  ["letters", tellLetters],
  ["webhooks", lane("webhook", tellByHook)],
  ["slack", lane("slack", tellByHook)],
  ["browsers", lane("push", tellByPush)],
  ["over", closeOver],
] as const;

/** Letters of what was withdrawn that have not gone yet are taken back. */
export const stopTelling = async (fx: Effects<Config>, thread: string): Promise<void> =>
  await takeBack(fx, await sendingsOf(fx).stop(thread));

type Letters = readonly { post: string; subscriber: string }[];
async function takeBack(fx: Effects<Config>, letters: Letters): Promise<void> {
  for (let at = 0; at < letters.length; at += lettersTogetherMax)
    await Promise.all(
      letters
        .slice(at, at + lettersTogetherMax)
        .map(({ post, subscriber }) => fx.order(cancel, { id: letterId(post, subscriber) })),
    );
}

const overKeptMs = 30 * 86_400_000;
/** What is open, or was lately: its post-mortem may still come. */
function threadsAlive(fx: Effects<Config>): string[] {
  const { incidents, maintenances } = fx.view(board);
  return [...incidents, ...maintenances]
    .filter(({ resolvedAt }) => resolvedAt === null || resolvedAt > fx.now - overKeptMs)
    .map(({ thread }) => ofThread(thread));
}

/** Says once when a sending is over. */
async function closeOver(fx: Effects<Config>): Promise<void> {
  const sendings = sendingsOf(fx);
  for (const { post, thread, total, told: reached, failed } of sendings.over()) {
    if (total > 0)
      await fx.record("page", [toldSubscribers({ post, thread, total, told: reached, failed })], {
        id: `status-page.told/${post}`,
      });
    await sendings.end(post, fx.now);
    await rosterOf(fx).forgetOver(threadsAlive(fx));
  }
}
