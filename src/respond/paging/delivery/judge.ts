import type { Millis } from "#kernel";
import type { Page } from "../escalation/page.ts";
import type { Delivery } from "./deliveries.ts";

/** What becomes of a delivery whose time has come. */
export type Verdict =
  | { do: "nothing" }
  | { do: "send"; attempt: number; isMaybeDuplicate: boolean }
  | { do: "fold" }
  | { do: "drop"; why: string };

export type Circumstances = {
  page: Page | undefined;
  /** Calls of others within the fuse's time, and whether this call has already disturbed the person. */
  disturbed: { others: number; isKnown: boolean };
  callsMax: number;
  /** For updates: whether a call of the thread was taken on this channel. */
  hasThread: boolean;
  isBeingSent: boolean;
};

const criticalFactor = 3;

const isUnsettled = ({ state, retry_at }: Delivery): boolean =>
  state === "intended" || state === "sending" || (state === "failed" && retry_at !== null);

/** Pure: whether to send it, put it into the digest, or leave it. */
export function judge(delivery: Delivery, of: Circumstances): Verdict {
  const { state, kind, attempts } = delivery;
  if (of.isBeingSent || !isUnsettled(delivery)) return { do: "nothing" };
  const isMaybeDuplicate = state === "sending" || delivery.is_uncertain === 1;
  const send: Verdict = { do: "send", attempt: attempts + 1, isMaybeDuplicate };
  if (kind === "test" || kind === "canary" || kind === "digest") return send;
  if (kind === "update")
    return of.hasThread ? send : { do: "drop", why: "nothing was sent before" };
  const why = needless(delivery, of.page);
  if (why !== undefined) return { do: "drop", why };
  // What may have been sent already is not taken back into a digest.
  if (isMaybeDuplicate || of.disturbed.isKnown) return send;
  const isCritical = of.page?.about.severity === "critical";
  const callsMax = isCritical ? of.callsMax * criticalFactor : of.callsMax;
  return of.disturbed.others >= callsMax ? { do: "fold" } : send;
}

/** Why nobody has to be called any more. */
export function needless(
  { call }: Pick<Delivery, "call">,
  page: Page | undefined,
): string | undefined {
  if (!page) return "the page is gone";
  if (page.phase === "resolved") return "it is over";
  if (page.phase === "acknowledged") return `${page.acknowledgedBy ?? "somebody"} sees to it`;
  return call < page.firstCall ? "a newer call took its place" : undefined;
}

const firstRetryMs: Millis = 10_000;
const retryMsMax: Millis = 5 * 60_000;
const attemptsMax: Readonly<Record<Delivery["kind"], number>> = {
  ...{ call: 6, digest: 6, update: 4, test: 1, canary: 2 },
};

/** When to try again what failed and may pass; null for never. */
export function retryAtOf(
  kind: Delivery["kind"],
  attempt: number,
  of: { now: Millis; retryAfterMs?: Millis | undefined; chance: number },
): Millis | null {
  if (attempt >= attemptsMax[kind]) return null;
  const pauseMs = Math.min(retryMsMax, firstRetryMs * 2 ** (attempt - 1));
  return Math.round(of.now + Math.max(of.retryAfterMs ?? 0, pauseMs * (0.75 + of.chance / 2)));
}
