import type { Asker } from "./cache/asker.ts";
import { Exchange } from "./exchange.ts";
import * as refusals from "./refusal.ts";
import type { RequestHead } from "./request-head.ts";
import { servesKept } from "./rules/rules.ts";
import type { Visitor } from "./visitor.ts";

/** Somebody whose request's head is whole. */
export type Arriving = Asker & { readonly visitor: Visitor };

/**
 * The way of every request up to its exchange, over whichever protocol it came. Undefined: it has its answer already.
 * `borrowed` bytes belong to a buffer that will be overwritten.
 */
export function arrive(
  asker: Arriving,
  head: RequestHead,
  bytes: Buffer,
  borrowed = false,
): Exchange | undefined {
  const { plane, visitor } = asker;
  visitor.identify(head, bytes);
  const proof = plane.proofs?.answerTo(head, bytes);
  if (proof !== undefined) {
    asker.refuse(proof, !asker.mayStayOpen(head), bytes);
    return undefined;
  }
  const route = plane.laneFor(head, bytes);
  const lane = route?.split?.laneFor({ visitor, head, bytes }) ?? route;
  const refused =
    lane?.rules?.check(visitor, head, bytes) ?? lane?.gate?.check({ visitor, head, bytes });
  if (lane === undefined || refused !== undefined) {
    const closes = head.hasBody || !asker.mayStayOpen(head);
    asker.refuse(refused ?? plane.whyNowhere(head, bytes), closes, bytes, lane?.route.id);
    return undefined;
  }
  if (head.contentLength > lane.route.limits.bodyBytesMax) {
    asker.refuse(refusals.bodyTooLarge, true, bytes, lane.route.id);
    return undefined;
  }
  if (servesKept({ client: asker, head, bytes, lane })) return undefined;
  const kept = borrowed ? Buffer.from(bytes.subarray(0, head.bodyStart)) : bytes;
  return new Exchange(asker, head, kept, lane);
}
