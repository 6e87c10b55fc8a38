import type { Exchange } from "../exchange.ts";
import { field } from "../field.ts";
import type { Lane } from "../lanes.ts";
import { originError, type Refusal } from "../refusal.ts";
import type { ResponseHead } from "../response-head.ts";
import type { Cause, FallbackTarget } from "./settings.ts";

/** Where requests of a route go that its own service could not answer. */
export type Fallback = { lane: Lane; on: ReadonlySet<Cause> };

export const fallbackTo = ({ on }: FallbackTarget, lane: Lane): Fallback => ({
  lane,
  on: new Set(on),
});

/** What a refusal means for the service that it speaks of; nothing where it is about the visitor. */
const causeOf: Readonly<Record<string, Cause>> = {
  "gateway.connect-failed": "connect-failed",
  "gateway.connect-timeout": "connect-failed",
  "gateway.no-instance": "connect-failed",
  "gateway.upstream-closed": "no-answer",
  "gateway.response-timeout": "no-answer",
  "breaker.open": "breaker",
  "queue.full": "queue",
  "queue.timeout": "queue",
};

/** Sends a request to the fallback in the place of this refusal; false where there is none for it. */
export function fallsBack(exchange: Exchange, refused: Refusal): boolean {
  const cause = exchange.lane.fallback === undefined ? undefined : causeOf[refused.reason];
  return cause !== undefined && goesTo(exchange, cause);
}

/** Puts something better in the place of the service's own error: the fallback, or a page. False where neither is wanted. */
export function isReplaced(exchange: Exchange, { status }: ResponseHead): boolean {
  if (status < 500) return false;
  const { lane, head, bytes, plane } = exchange;
  if (lane.fallback !== undefined && goesTo(exchange, "5xx")) return true;
  const replaces = plane.pages?.replaces(lane.route.id) === true;
  if (!replaces || head.valueOf(field.accept, bytes)?.includes("text/html") !== true) return false;
  exchange.refuse(originError(status));
  return true;
}

function goesTo(exchange: Exchange, cause: Cause): boolean {
  const { lane, head, body, caught } = exchange;
  const { fallback } = lane;
  if (fallback?.on.has(cause) !== true || exchange.hasAnswered || !head.isIdempotent) return false;
  // The cache asks for everybody: whoever waited for it asks the fallback themselves, and nothing of it is stored.
  if (caught.catcher !== undefined) return false;
  if (head.hasBody && (!body.isWhole || body.kept === undefined)) return false;
  exchange.reason = `gateway.fallback.${cause}`;
  exchange.startOver(fallback.lane);
  return true;
}
