import { type Directives, millisOf, namesIn, responseDirectives } from "./directives.ts";
import { countOf, type Fields, first } from "./fields.ts";
import { httpDate } from "./http-date.ts";

/** How the operator wants what responses leave open to be read. Everything at zero is RFC 9111 to the letter. */
export type Reading = {
  /** RFC 9111 §4.2.2: the share of the time since Last-Modified that a response without expiry stays fresh. */
  heuristicShare: number;
  heuristicMsMax: number;
  /** How long a response stays fresh that says nothing at all. */
  unmarkedMs: number;
  /** May a response that sets a cookie be shared when only `max-age` or `Expires` say so? */
  sharesCookies: boolean;
};

export type Arrival = { requestedAt: number; receivedAt: number };
export type Response = { status: number; fields: Fields };

/** What a response allows a cache to do with it, worked out once when it arrives. */
export type Terms = Arrival & {
  lifetimeMs: number;
  /** Was the lifetime given by the origin, and not guessed? */
  isExplicit: boolean;
  /** Its age when it arrived (`corrected_initial_age`). */
  ageAtReceiptMs: number;
  /** Must be validated each time. */
  noCache: boolean;
  /** Must not be used stale, whatever happens. */
  mustRevalidate: boolean;
  staleWhileRevalidateMs: number;
  /** undefined when the origin did not say. */
  staleIfErrorMs: number | undefined;
  etag: string | undefined;
  lastModified: string | undefined;
  /** Fields that `no-cache="…"` names: they may not be used without validation, so they are not stored. */
  unstored: readonly string[];
};

/** RFC 9110 §15.1. */
export const heuristicStatuses = new Set([
  200, 203, 204, 206, 300, 301, 308, 404, 405, 410, 414, 501,
]);

/** Works out the terms of a response. */
export function termsOf(response: Response, arrival: Arrival, reading: Reading): Terms {
  const { fields } = response;
  const { said, isTargeted } = responseDirectives(fields);
  const unstored = namesIn(said, "no-cache");
  const explicit = explicitLifetime(fields, { said, isTargeted, at: arrival.receivedAt });
  return {
    ...arrival,
    lifetimeMs: explicit ?? guessedLifetime(response, { said, at: arrival.receivedAt, reading }),
    isExplicit: explicit !== undefined,
    ageAtReceiptMs: ageOnArrival(fields, arrival),
    noCache: said.has("no-cache") && unstored.length === 0,
    mustRevalidate:
      said.has("must-revalidate") || said.has("proxy-revalidate") || said.has("s-maxage"),
    staleWhileRevalidateMs: millisOf(said, "stale-while-revalidate") ?? 0,
    staleIfErrorMs: millisOf(said, "stale-if-error"),
    etag: first(fields, "etag"),
    lastModified: first(fields, "last-modified"),
    unstored,
  };
}

type Said = { said: Directives; isTargeted: boolean; at: number };

/** RFC 9111 §4.2.1, for a shared cache. */
function explicitLifetime(fields: Fields, { said, isTargeted, at }: Said): number | undefined {
  const given = millisOf(said, "s-maxage") ?? millisOf(said, "max-age");
  if (given !== undefined || isTargeted) return given;
  const expires = first(fields, "expires");
  if (expires === undefined) return undefined;
  const until = countOf(fields, "expires") === 1 ? httpDate(expires, at) : undefined;
  if (until === undefined) return 0;
  return Math.max(0, until - (httpDate(first(fields, "date"), at) ?? at));
}

type Guess = { said: Directives; at: number; reading: Reading };

function guessedLifetime({ status, fields }: Response, { said, at, reading }: Guess): number {
  if (!heuristicStatuses.has(status) && !said.has("public")) return 0;
  if (first(fields, "set-cookie") !== undefined) return 0;
  const modified = httpDate(first(fields, "last-modified"), at);
  if (modified !== undefined && reading.heuristicShare > 0) {
    const since = (httpDate(first(fields, "date"), at) ?? at) - modified;
    return Math.max(0, Math.min(since * reading.heuristicShare, reading.heuristicMsMax));
  }
  return said.size === 0 || said.has("public") ? reading.unmarkedMs : 0;
}

/** RFC 9111 §4.2.3. An age that cannot be read counts as for ever: what is not understood is not trusted. */
function ageOnArrival(fields: Fields, { requestedAt, receivedAt }: Arrival): number {
  const age = first(fields, "age");
  if (age !== undefined && (!/^\d+$/.test(age) || countOf(fields, "age") > 1)) {
    return Number.POSITIVE_INFINITY;
  }
  const date = httpDate(first(fields, "date"), receivedAt);
  // Date has whole seconds, so the time of receipt is read in whole seconds too.
  const received = Math.floor(receivedAt / 1_000) * 1_000;
  const apparent = date === undefined ? 0 : Math.max(0, received - date);
  // Without Age nobody held it on the way, and the time that the origin took to make it is no age.
  const corrected = age === undefined ? 0 : Number(age) * 1_000 + (receivedAt - requestedAt);
  return Math.max(apparent, corrected);
}

export const ageAt = (terms: Terms, now: number): number =>
  terms.ageAtReceiptMs + Math.max(0, now - terms.receivedAt);

/** How much longer it is fresh; zero or less when it is stale. */
export const freshForMs = (terms: Terms, now: number): number =>
  terms.lifetimeMs - ageAt(terms, now);
