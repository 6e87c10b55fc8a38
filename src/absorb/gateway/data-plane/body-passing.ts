import { latin1 } from "./bytes.ts";
import type { Exchange } from "./exchange.ts";
import { badRequest, bodyTooLarge } from "./refusal.ts";

const lineEnd = latin1("\r\n");

/** Takes what belongs to the request's body and passes it on, or keeps it until it can be; returns where it ends. */
export function takeRequestBody(
  exchange: Exchange,
  bytes: Buffer,
  from: number,
  to: number,
): number {
  const { body } = exchange;
  const end = body.measure(bytes, from, to);
  exchange.bytesIn += end - from;
  if (body.problem !== "") {
    exchange.failed(badRequest(body.problem), true);
    return end;
  }
  if (body.chunkedBytes > exchange.lane.route.limits.bodyBytesMax) {
    exchange.failed(bodyTooLarge, true);
    return end;
  }
  pass(exchange, bytes, from, body.passedTo);
  if (body.endsAnew) pass(exchange, lineEnd, 0, lineEnd.length);
  exchange.onBody?.();
  return end;
}

function pass(exchange: Exchange, bytes: Buffer, from: number, to: number): void {
  const { body, upstream, isReady } = exchange;
  if (!isReady || body.keptBytes + to - from <= exchange.plane.config.limits.replayBytesMax) {
    body.keep(bytes, from, to);
  } else body.giveUpKeeping();
  if (!isReady || upstream === undefined) return;
  upstream.write(bytes, from, to, false);
  if (!exchange.hasAnswered) exchange.expectAnswer(upstream);
}

/** Until when the visitor must have sent more of the body. */
export function moreBy({ body, plane, lane }: Exchange): number {
  const { bodyIdleMs } = lane.route.timeouts;
  return body.patience?.until(plane.now, bodyIdleMs) ?? plane.now + bodyIdleMs;
}
