import type { AccessRecord } from "./access-log/record.ts";
import type { Asker } from "./cache/asker.ts";
import { Exchange } from "./exchange.ts";
import type { Lane } from "./lanes.ts";
import * as refusals from "./refusal.ts";
import type { Refusal } from "./refusal.ts";
import type { RequestHead } from "./request-head.ts";
import { servesKept } from "./rules/rules.ts";
import type { Visitor } from "./visitor.ts";

/** Somebody whose request's head is whole. */
export type Arriving = Asker & {
  readonly visitor: Visitor;
  readonly isHttp2?: true;
  /** What the access log will say of the present request. */
  record: AccessRecord | undefined;
};

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
  const route = plane.laneFor(head, bytes);
  const lane = route?.split?.laneFor({ visitor, head, bytes }) ?? route;
  if (plane.accessLog !== undefined)
    asker.record = plane.accessLog.begin(asker, head, { bytes, lane });
  const refused = refusalFor(asker, { head, bytes, lane });
  if (lane === undefined || refused !== undefined) {
    const closes = head.hasBody || !asker.mayStayOpen(head);
    asker.refuse(refused ?? plane.whyNowhere(head, bytes), closes, bytes, lane?.route.id);
    return undefined;
  }
  if (servesKept({ client: asker, head, bytes, lane })) return undefined;
  const kept = borrowed ? Buffer.from(bytes.subarray(0, head.bodyStart)) : bytes;
  return new Exchange(asker, head, kept, lane);
}

/** What a request is answered with before any service is asked; most are not. */
function refusalFor(
  { plane, visitor }: Arriving,
  { head, bytes, lane }: { head: RequestHead; bytes: Buffer; lane: Lane | undefined },
): Refusal | undefined {
  const proof = plane.proofs?.answerTo(head, bytes);
  if (proof !== undefined || lane === undefined) return proof;
  const refused =
    lane.rules?.check(visitor, head, bytes) ?? lane.gate?.check({ visitor, head, bytes });
  if (refused !== undefined) return refused;
  return head.contentLength > lane.route.limits.bodyBytesMax ? refusals.bodyTooLarge : undefined;
}
