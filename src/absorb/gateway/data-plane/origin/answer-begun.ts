import { noteAnswer } from "../care/seen.ts";
import type { Exchange } from "../exchange.ts";
import type { Instance } from "../instance.ts";
import type { ResponseHead } from "../response-head.ts";

/** The head of an answer is there: how long that took says how the instance fares. Errors may be quicker than work. */
export function answerBegun(exchange: Exchange, instance: Instance, status: number): void {
  const { place, handedAt } = exchange;
  noteAnswer(exchange, instance, status);
  if (exchange.plane.accessLog !== undefined) {
    exchange.respondedAt = performance.now();
    exchange.answeredBy = instance.id;
  }
  if (place === undefined || handedAt === 0 || status >= 500) return;
  const now = performance.now();
  place.level.sample(now - handedAt, now, place.taken);
}

/** The answer is not whole yet. What may go on for hours holds no place; the rest holds it for a while. */
export function answerGoesOn(exchange: Exchange, head: ResponseHead, bytes: Buffer): void {
  if (exchange.isTunnel || isEventStream(head, bytes)) exchange.leavePlace();
  else exchange.lane.service.intake?.answering(exchange, exchange.plane.now);
}

const isEventStream = (head: ResponseHead, bytes: Buffer): boolean =>
  head.contentLength < 0 && bytes.includes("text/event-stream", head.base, "latin1");
