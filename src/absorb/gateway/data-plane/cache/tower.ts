import type { Cache, Visit } from "./cache.ts";
import { kindsOf, particular } from "./asked.ts";
import type { Exchange } from "../exchange.ts";
import type { Fields } from "./fields.ts";
import type { Flight } from "./flight.ts";
import { maySaveFromError } from "./reuse.ts";
import { begin } from "./sending.ts";
import type { Stored } from "./stored.ts";
import type { Unstorable } from "./storing.ts";
import type { Reading } from "./terms.ts";

/** What a flight tells the cache that it flies for. */
export type Tower = {
  now(): number;
  reading: Reading;
  objectBytesMax: number;
  /** May it stand in for an origin that fails? */
  maySave(stored: Stored): boolean;
  keep(stored: Stored): void;
  renewed(stored: Stored): void;
  saved(stored: Stored): void;
  unstorable(flight: Flight, why: Unstorable): void;
  /** Who asked first gets the instance's own answer. */
  passedOn(): void;
  /** Its body takes too long to wait for. */
  slow(flight: Flight): void;
  landed(flight: Flight): void;
  /** Answers one who waited from the store, or asks on their behalf alone. */
  again(exchange: Exchange): void;
  answer(
    exchange: Exchange,
    stored: Stored,
    how: "miss" | "validated" | "coalesced" | "stale",
  ): void;
  /** Begins the answer to one who waited: head and what came of the body. */
  begin(exchange: Exchange, draft: Stored, chunks: readonly Buffer[]): boolean;
};

/** What a flight sets out with. Without an initiator it is for the store alone. */
export type Plan = Pick<Flight, "tower" | "key" | "flightKey" | "isShared"> & {
  prior: Stored | undefined;
  request: Fields;
  initiator?: Exchange | undefined;
};

/** How long a failed origin is left alone while stored copies stand in for it. */
export const askAgainMs = 5_000;

/** Refusals to store that lie in the one request, not in the page: they say nothing about the next visitor. */
const ofRequest = new Set<Unstorable>(["authorization", "request-no-store"]);

const sendingOf = {
  miss: "fwd=uri-miss; stored",
  coalesced: "fwd=uri-miss; collapsed",
  validated: "fwd=stale; fwd-status=304",
} as const;

/** What the flights of one rule need of the cache. */
export const towerFor = (cache: Cache, { asked, ruled, key }: Visit): Tower => ({
  now: () => cache.now(),
  reading: cache.modes.reading(ruled, { key, service: asked.lane.service.id }, cache.now()),
  objectBytesMax: cache.picture.objectBytesMax,
  maySave: (stored) => {
    const now = cache.now();
    return maySaveFromError(stored.terms, now, cache.lenience(ruled, stored, now));
  },
  keep: (stored) => {
    cache.marks.drop(stored.key);
    ruled.fromOrigin.add(stored.body.length);
    cache.shelves.keep(stored);
  },
  renewed: (stored) => cache.shelves.renewed(stored),
  saved: (stored) => {
    stored.covers = true;
    stored.askAgainAt = cache.now() + askAgainMs;
  },
  unstorable: ({ key, isShared }, why) => {
    ruled.counts.miss.add();
    ruled.unstored(why).add();
    if (isShared && !ofRequest.has(why)) cache.marks.add(key, cache.now());
  },
  passedOn: () => ruled.counts.miss.add(),
  slow: (flight) => {
    cache.marks.add(flight.key, cache.now());
    if (cache.flights.get(flight.flightKey) === flight) cache.flights.delete(flight.flightKey);
  },
  landed: (flight) => {
    cache.airborne.delete(flight);
    if (cache.flights.get(flight.flightKey) === flight) cache.flights.delete(flight.flightKey);
  },
  again: (exchange) => cache.again(exchange),
  answer: (exchange, stored, how) => {
    ruled.counts[how].add();
    const sending =
      how === "stale"
        ? cache.howOf(stored, "stale-on-error", cache.now())
        : { how: sendingOf[how] };
    cache.answer(exchange, stored, { ruled, sending });
  },
  begin: (exchange, draft, chunks) => {
    const isPlain = (kindsOf(exchange.head) & particular) === 0;
    if (!isPlain || (draft.expectedBytes ?? -1) < 0) return false;
    ruled.counts[chunks.length === 0 ? "miss" : "coalesced"].add();
    begin(exchange, draft, { now: cache.now(), chunks });
    return true;
  },
});
