import type { Arriving } from "./arrival.ts";
import { field } from "./field.ts";
import type { Refusal } from "./refusal.ts";
import { refusalBytes, retryAfterOf, titleOf } from "./refusal-bytes.ts";
import type { RequestHead } from "./request-head.ts";
import type { Filling } from "./pages/page-folder.ts";
import { languageOf } from "./room/words.ts";
import { valueNamed } from "./value-named.ts";

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
  // Whatever could be read is in the access log already, or was not sampled.
  if (readable === undefined) asker.record ??= asker.plane.accessLog?.unreadable(asker.visitor);
  const route = of.route ?? asker.exchange?.lane.route.id;
  asker.plane.tallies.refused(refused.reason, route);
  const { pages } = asker.plane;
  const { requestId } = asker.visitor;
  return refusalBytes(refused, {
    requestId,
    accept: readable && head?.valueOf(field.accept, readable),
    language: languageOf(head && readable && valueNamed(head, readable, "accept-language")),
    ownPage: pages && ((said) => pages.pageFor(route, said, fillingFor(said, requestId))),
    isHead: readable !== undefined && head?.method === "HEAD",
    closes: of.closes,
    lines: asker.visitor.stay?.lines,
  });
}

const fillingFor = (refused: Refusal, requestId: string): Filling => ({
  reason: refused.reason,
  "request-id": requestId,
  "retry-after": String(retryAfterOf(refused) ?? ""),
  status: String(refused.status),
  title: titleOf(refused),
  says: refused.says,
});
