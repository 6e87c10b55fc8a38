import type { Arriving } from "./arrival.ts";
import { field } from "./field.ts";
import { type Refusal, refusalBytes } from "./refusal.ts";
import type { RequestHead } from "./request-head.ts";

/** Counts a "no" and makes it an answer. `readable` is what the request's head points into, when that could be read. */
export function answerFor(
  asker: Pick<Arriving, "plane" | "visitor" | "exchange" | "record">,
  refused: Refusal,
  of: {
    head: RequestHead | undefined;
    readable: Buffer | undefined;
    closes: boolean;
    route: string | undefined;
  },
): Buffer {
  const { head, readable } = of;
  asker.record ??= asker.plane.accessLog?.unreadable(asker.visitor);
  asker.plane.tallies.refused(refused.reason, of.route ?? asker.exchange?.lane.route.id);
  return refusalBytes(refused, {
    requestId: asker.visitor.requestId,
    accept: readable && head?.valueOf(field.accept, readable),
    isHead: readable !== undefined && head?.method === "HEAD",
    closes: of.closes,
    lines: asker.visitor.stay?.lines,
  });
}
