import type { Refusal } from "../refusal.ts";
import type { Desk } from "./desk.ts";
import { type Estimate, estimateFor } from "./estimate.ts";
import { plainPage, type WaitingPage } from "./page.ts";
import { type Language, waitIn, words } from "./words.ts";

const minuteMs = 60_000;

/** What an answer is made of: the desk's word, and how the visitor wants to read it. */
export type Asking = {
  desk: Desk;
  page: WaitingPage;
  language: Language;
  wantsJson: boolean;
  requestId: string;
  now: number;
  /** Between 0 and 1; spreads out those who came together. */
  chance: number;
  path: string;
};

/** Somebody waits: the page, or the same as JSON. */
export function waitingAnswer(of: Asking, since: number): Refusal {
  const { desk, page, language } = of;
  const estimate = estimateFor(desk, since, of.now);
  const isBefore = desk.mode === "before-event";
  const reason = isBefore ? "room.before-event" : "room.waiting";
  const said = words[language];
  const refreshSeconds = refreshSecondsOf(of);
  const note = desk.isLinked ? "" : said.away;
  const refusal = {
    ...{ status: desk.picture.status, reason, says: said.waits },
    ...(desk.picture.status >= 400 ? { retryAfterSeconds: refreshSeconds } : {}),
  };
  if (of.wantsJson) {
    const told = statusJson(of, estimate, { refreshSeconds, note });
    return { ...refusal, ...jsonBody(told), line: vary };
  }
  const html = page.filledFor({
    ...{ language, refreshSeconds, reason, requestId: of.requestId, note },
    ...{ title: said.title, text: isBefore ? said.beforeEvent : said.waits },
    ...{ more: said.keepOpen, waitLabel: said.estimate, wait: waitIn(said, estimate) },
  });
  const lines = [
    vary,
    `Content-Language: ${language}`,
    ...(page.policy === undefined ? [] : [`Content-Security-Policy: ${page.policy}`]),
    ...(page.refreshesItself ? [] : [`Refresh: ${refreshSeconds}`]),
  ];
  return { ...refusal, ...htmlBody(html), line: lines.join("\r\n") };
}
const vary = "Vary: Cookie, Accept, Accept-Language";

/** Everyone asks again at another moment, so that those who came together do not come back together. */
const refreshSecondsOf = ({ desk, chance }: Asking): number =>
  Math.max(1, Math.round((desk.picture.refreshMs * (0.9 + 0.2 * chance)) / 1_000));

/** The fields of Cloudflare's JSON answer, in minutes as there; `note` says more where there is more. */
function statusJson(
  { desk, language, now }: Asking,
  estimate: Estimate,
  of: { refreshSeconds: number; note: string },
): Record<string, unknown> {
  const minutes = (ms: number): number => Math.ceil(ms / minuteMs);
  const { isKnown } = estimate;
  const [low, high] = isKnown ? [estimate.lowMs, estimate.highMs] : [0, 0];
  const isRandom = desk.picture.rules.order === "random";
  const part = (share: number): number => (isRandom ? minutes(low + (high - low) * share) : 0);
  const status = {
    inWaitingRoom: true,
    waitTimeKnown: isKnown,
    waitTime: isRandom ? part(0.5) : minutes(high),
    waitTime25Percentile: part(0.25),
    waitTime50Percentile: part(0.5),
    waitTime75Percentile: part(0.75),
    waitTimeFormatted: waitIn(words[language], estimate),
    queueIsFull: desk.orders?.isFull === true,
    queueAll: desk.mode === "everyone" || desk.mode === "before-event",
    lastUpdated: new Date(now).toISOString(),
    refreshIntervalSeconds: of.refreshSeconds,
    ...(of.note === "" ? {} : { note: of.note }),
  };
  // Programs that were written for Cloudflare look under its name.
  return { ...status, cfWaitingRoom: status };
}

/** The page's script asked whether it is the visitor's turn, and it is, or there is nothing to wait for. */
export const turnAnswer = (): Refusal => ({
  ...{ status: 200, reason: "room.turn", says: "It is your turn." },
  ...jsonBody({ inWaitingRoom: false }),
});

/** What someone who waits sent cannot be passed on, and must not look as if it was. */
export function unsafeAnswer(of: Asking): Refusal {
  const said = words[of.language];
  const refusal = { status: 503, reason: "room.unsafe", says: said.notSent };
  return plainAnswer(of, refusal, { title: said.notSentTitle, link: of.path });
}
export const upgradeAnswer = (of: Asking): Refusal => ({
  ...{ status: 503, reason: "room.upgrade", says: words[of.language].upgrade },
  retryAfterSeconds: refreshSecondsOf(of),
});
export function fullAnswer(of: Asking): Refusal {
  const said = words[of.language];
  const refusal = { status: 503, reason: "room.full", says: said.full };
  return { ...plainAnswer(of, refusal, { title: said.fullTitle }), retryAfterSeconds: 600 };
}

function plainAnswer(
  of: Asking,
  refusal: Refusal,
  { title, link }: { title: string; link?: string },
): Refusal {
  const retryAfterSeconds = refreshSecondsOf(of);
  // As a problem document (RFC 9457), like every other refusal.
  if (of.wantsJson) return { ...refusal, retryAfterSeconds };
  const { html, policy } = plainPage({
    ...{ words: words[of.language], language: of.language, title, text: refusal.says },
    ...{ code: `${refusal.reason} · ${of.requestId}` },
    ...(link === undefined ? {} : { link }),
  });
  const line = `${vary}\r\nContent-Language: ${of.language}\r\nContent-Security-Policy: ${policy}`;
  return { ...refusal, ...htmlBody(html), retryAfterSeconds, line };
}

const htmlBody = (html: string): Pick<Refusal, "body"> => ({
  body: { type: "text/html; charset=utf-8", bytes: Buffer.from(html) },
});
const jsonBody = (value: unknown): Pick<Refusal, "body"> => ({
  body: { type: "application/json", bytes: Buffer.from(`${JSON.stringify(value)}\n`) },
});
