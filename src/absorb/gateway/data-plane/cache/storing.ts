import { directivesOf, millisOf, responseDirectives } from "./directives.ts";
import { countOf, type Fields, first, joined, listOf } from "./fields.ts";
import {
  type Arrival,
  freshForMs,
  heuristicStatuses,
  type Reading,
  type Response,
  type Terms,
  termsOf,
} from "./terms.ts";
import { variesOn } from "./vary.ts";

export type Request = { method: string; url: string; fields: Fields };

/** Why a response may not be stored; the words are counted and shown. */
export type Unstorable =
  | "method"
  | "no-store"
  | "request-no-store"
  | "private"
  | "authorization"
  | "status"
  | "must-understand"
  | "vary-star"
  | "cookie"
  | "no-freshness"
  | "partial"
  | "stream"
  | "no-length"
  | "too-large";

export type Storing = { may: true; terms: Terms } | { may: false; why: Unstorable };

const no = (why: Unstorable): Storing => ({ may: false, why });

/** What has no end, whatever its head says. */
const endless = /^\s*(text\/event-stream|multipart\/x-mixed-replace)/i;

/** Statuses whose meaning for caches is known here. */
const understood = new Set([
  ...heuristicStatuses,
  ...[302, 303, 307, 400, 403, 421, 451, 500, 502, 503, 504],
]);

/** RFC 9111 §3: may this response be stored, and on which terms? */
export function storing(
  request: Request,
  response: Response,
  arrival: Arrival,
  reading: Reading,
): Storing {
  const { status, fields } = response;
  const { said } = responseDirectives(fields);
  const unfit = unfitness(response);
  if (unfit !== undefined) return no(unfit);
  const terms = termsOf(response, arrival, reading);
  if (request.method !== "GET") return no("method");
  if (said.has("must-understand") && !understood.has(status)) return no("must-understand");
  if (said.has("no-store") && !said.has("must-understand")) return no("no-store");
  if (said.has("private")) return no("private");
  const asked = directivesOf(joined(request.fields, "cache-control"));
  if (asked.has("no-store")) return no("request-no-store");
  if (variesOn(fields) === "everything") return no("vary-star");
  const isForAll = said.has("public") || said.has("s-maxage");
  if (first(request.fields, "authorization") !== undefined) {
    if (!isForAll && !said.has("must-revalidate")) return no("authorization");
  }
  if (countOf(fields, "set-cookie") > 0 && !isForAll && !reading.sharesCookies) return no("cookie");
  return worthIt(response, terms, { isPublic: said.has("public"), asked: request.fields });
}

/** What is no whole representation. */
function unfitness({ status, fields }: Response): Unstorable | undefined {
  if (status < 200 || status === 304) return "status";
  if (status === 206) return "partial";
  // It ends one visitor's stay in a waiting room.
  if (first(fields, "castor-waiting-room") !== undefined) return "private";
  return endless.test(first(fields, "content-type") ?? "") ? "stream" : undefined;
}

/** Fresh for some time, or at least able to be validated. */
function worthIt(
  { status }: Response,
  terms: Terms,
  of: { isPublic: boolean; asked: Fields },
): Storing {
  const hasValidator = terms.etag !== undefined || terms.lastModified !== undefined;
  const isKnown = heuristicStatuses.has(status) || of.isPublic;
  if (!terms.isExplicit && !isKnown) return no("status");
  if (terms.lifetimeMs === 0 && !hasValidator) return no("no-freshness");
  // What the origin did not mark at all is not shared when the visitor could be known by a cookie.
  if (!terms.isExplicit && terms.lifetimeMs > 0 && first(of.asked, "cookie") !== undefined) {
    return no("cookie");
  }
  return { may: true, terms };
}

/** May those who wait for the same answer have this one? */
export const isShareable = (terms: Terms, now: number): boolean =>
  !terms.noCache && freshForMs(terms, now) > 0;

/** What a purge by tag finds it under: Surrogate-Key (by blanks) and Cache-Tag (by commas). */
export const tagsOf = (fields: Fields): string[] => [
  ...(joined(fields, "surrogate-key") ?? "").split(/[\s,]+/).filter((tag) => tag !== ""),
  ...listOf(joined(fields, "cache-tag") ?? ""),
];

/** The request's own wishes that are honoured: those that ask for less, never those that make the origin work. */
export function wishesOf(fields: Fields): { onlyIfCached: boolean; maxStaleMs: number } {
  const asked = directivesOf(joined(fields, "cache-control"));
  const maxStale = asked.get("max-stale");
  return {
    onlyIfCached: asked.has("only-if-cached"),
    maxStaleMs: maxStale === true ? Number.POSITIVE_INFINITY : (millisOf(asked, "max-stale") ?? 0),
  };
}

/** Fields that some origins take for another method, host or path: the URL does not say what comes back. */
const misleading = new Set([
  "x-http-method-override",
  "x-http-method",
  "x-method-override",
  "x-original-url",
  "x-rewrite-url",
  "x-original-host",
  "x-host",
  "x-forwarded-scheme",
  "x-forwarded-server",
]);

/** Could the answer to this request be another page than its URL says? Then it must not be kept under it. */
export const isMisleading = (fields: Fields): boolean =>
  fields.some(([name]) => misleading.has(name.toLowerCase()));
