import type { Picture, Purge, WorkerFigures } from "../../../cache/contract.ts";
import type { Exchange } from "../exchange.ts";
import type { Plane } from "../plane.ts";
import {
  type Asked,
  fieldsOf,
  forOrigin,
  hasAuthorization,
  hasRange,
  Keys,
  kindsOf,
  particular,
} from "./asked.ts";
import type { Fields } from "./fields.ts";
import { Flight } from "./flight.ts";
import { Invalidation } from "./invalidating.ts";
import { isUnsafe } from "./invalidation.ts";
import { Marks } from "./marks.ts";
import { Modes } from "./modes.ts";
import { type Leniency, maySaveFromError, type Reuse, reuseOf } from "./reuse.ts";
import { type Ruled, Rules } from "./rules.ts";
import { notStored, type Reason, send, type Sending } from "./sending.ts";
import { type Shelf, Shelves } from "./shelves.ts";
import type { Stored } from "./stored.ts";
import { isMisleading, wishesOf } from "./storing.ts";
import { towerFor } from "./tower.ts";

/** Behind visitors' backs a page is not asked for more often than this. */
const refreshMs = 1_000;

/** A request as the cache sees it. */
export type Visit = { asked: Asked; ruled: Ruled; key: string; kinds: number };

/** The cache of one worker: what it answers by itself, and what it fetches once for many. */
export class Cache {
  readonly plane: Plane;
  readonly shelves: Shelves;
  readonly marks = new Marks();
  readonly flights = new Map<string, Flight>();
  /** Every fetch under way, also those that nobody may join. */
  readonly airborne = new Set<Flight>();
  picture: Picture;
  rules: Rules;
  /** Told when a visitor's request made a stored URL untrue: other workers hold copies too. */
  onForgotten: ((url: string) => void) | undefined = undefined;
  readonly #keys = new Keys();
  /** The last URL that was not found. */
  #missed = "";
  modes: Modes;

  constructor(plane: Plane, picture: Picture, shelf?: Shelf) {
    this.plane = plane;
    this.picture = picture;
    this.rules = new Rules(picture.rules, plane.tallies.tally);
    this.modes = new Modes(picture);
    this.shelves = new Shelves({ bytesMax: picture.memoryBytesMax, hash: plane.hash, shelf });
    this.apply(picture);
  }

  now(): number {
    return Date.now();
  }

  /** Takes over a new picture; what is stored stays. */
  apply(picture: Picture): void {
    this.picture = picture;
    this.rules = new Rules(picture.rules, this.plane.tallies.tally);
    this.modes = new Modes(picture);
    this.shelves.resize(picture);
    for (const purge of this.shelves.unseen(picture.purges)) this.purge(purge);
  }

  /** Takes out, or expires, what is meant; says how many. */
  purge(purge: Purge): number {
    for (const flight of this.airborne) flight.spoil(purge.target);
    return this.shelves.purge(purge, this.now());
  }

  /** What is stored under this URL is no longer true. */
  forget(key: string): void {
    for (const flight of this.airborne) flight.spoil({ url: key });
    this.shelves.remove(key);
  }

  #visitOf(asked: Asked): Visit | undefined {
    const ruled = this.rules.of(asked.head, asked.bytes);
    if (ruled === undefined) return undefined;
    const key = this.#keys.of(asked, ruled.rule.dropQuery);
    return { asked, ruled, key, kinds: kindsOf(asked.head) };
  }

  /** Answers a request from the store, if that may be. */
  serves(asked: Asked): boolean {
    const { client, head, bytes } = asked;
    if (this.rules.isEmpty || head.hasBody) return false;
    if (head.method !== "GET" && head.method !== "HEAD") return false;
    const visit = this.#visitOf(asked);
    if (visit === undefined || (visit.kinds & forOrigin) !== 0) return false;
    const startedAt = performance.now();
    const stored = this.#find(visit);
    const wishes = (visit.kinds & particular) === 0 ? undefined : wishesOf(fieldsOf(head, bytes));
    if (stored === undefined) {
      if (wishes?.onlyIfCached !== true) return false;
      client.refuse(notStored, !client.mayStayOpen(head), bytes, asked.lane.route.id);
      return true;
    }
    const now = this.now();
    const reuse = stored.isFresh(now)
      ? "fresh"
      : this.#reuse(stored, visit.ruled, wishes?.maxStaleMs ?? 0);
    if (reuse === "validate") return false;
    if (reuse !== "fresh" && reuse !== "stale-by-visitor" && reuse !== "kept-longer")
      this.#refresh(visit, stored, now);
    this.#answered(visit, stored, { now, reuse, startedAt });
    return true;
  }

  #answered(
    { asked, ruled }: Visit,
    stored: Stored,
    of: { now: number; reuse: Exclude<Reuse, "validate"> | "stale-on-error"; startedAt: number },
  ): void {
    const { client, head, bytes, lane } = asked;
    this.shelves.memory.used(stored, of.now);
    ruled.counts[of.reuse === "fresh" ? "hit" : "stale"].add();
    ruled.fromCache.add(stored.body.length);
    const { counts } = lane.service;
    counts.visitors.note(client.visitor.hashOf(head, bytes));
    const closes = send(asked, stored, of.now, this.howOf(stored, of.reuse, of.now));
    counts.latency.record(performance.now() - of.startedAt);
    client.answered(closes);
  }

  /** What the answer says about itself. */
  howOf(
    stored: Stored,
    reuse: Exclude<Reuse, "validate"> | "stale-on-error",
    now: number,
  ): Sending {
    if (reuse === "fresh") return { how: "hit" };
    const mode =
      reuse === "stale-by-operator"
        ? this.modes.stale(stored, now)
        : reuse === "kept-longer"
          ? this.modes.harder(stored, now)
          : undefined;
    return { how: "hit", reason: `cache.${reuse}`, ...(mode ? { detail: mode.reason } : {}) };
  }

  lenience(ruled: Ruled, stored: Stored, now: number, visitorMs = 0): Leniency {
    const operatorMs = this.modes.stale(stored, now) === undefined ? 0 : Number.POSITIVE_INFINITY;
    const freshMs = this.modes.harder(stored, now)?.freshMs ?? 0;
    return { onErrorMs: ruled.rule.onErrorMs, operatorMs, visitorMs, freshMs };
  }

  #reuse(stored: Stored, ruled: Ruled, visitorMs: number): Reuse | "stale-on-error" {
    const now = this.now();
    const lenient = this.lenience(ruled, stored, now, visitorMs);
    const reuse = reuseOf(stored.terms, now, lenient);
    const isCovering = reuse === "validate" && stored.covers;
    return isCovering && maySaveFromError(stored.terms, now, lenient) ? "stale-on-error" : reuse;
  }

  /** The stored response that a request would get, fresh or not. */
  #find({ key, asked }: Visit): Stored | undefined {
    // The disk is not asked for what it was just asked for, nor for what could not be kept.
    const isKnownMiss = key === this.#missed || this.marks.has(key, this.now());
    const slot = isKnownMiss ? this.shelves.memory.peek(key) : this.shelves.find(key);
    this.#missed = slot === undefined ? key : "";
    if (slot === undefined) return undefined;
    const { id } = asked.lane.service;
    return slot.variants.find((each) => each.service === id && each.fits(asked));
  }

  /** Takes an exchange that cannot be answered from the store alone, if it is the cache's business at all. */
  takes(exchange: Exchange): boolean {
    if (this.rules.isEmpty) return false;
    const visit = this.#visitOf(exchange);
    if (visit === undefined) return false;
    const { head } = exchange;
    if (isUnsafe(head.method)) {
      const forget = (url: string): void => {
        this.forget(url);
        this.onForgotten?.(url);
      };
      exchange.caught = { catcher: new Invalidation(forget, visit.key) };
      return false;
    }
    const prior = head.method === "GET" ? this.#find(visit) : undefined;
    this.#missed = "";
    const isForOrigin = (visit.kinds & forOrigin) !== 0 || head.hasBody || head.method !== "GET";
    const request = fieldsOf(head, exchange.bytes);
    const isPartial = prior === undefined && (visit.kinds & hasRange) !== 0;
    if (isForOrigin || isPartial || isMisleading(request)) {
      visit.ruled.counts.bypass.add();
      return false;
    }
    // Who had to say first who they are comes here with what is fresh, too.
    if (prior?.isFresh(this.now()) === true) {
      visit.ruled.counts.hit.add();
      this.answer(exchange, prior, { ruled: visit.ruled, sending: { how: "hit" } });
    } else this.#board(exchange, visit, { prior, request });
    return true;
  }

  #board(
    exchange: Exchange,
    visit: Visit,
    { prior, request }: { prior: Stored | undefined; request: Fields },
  ): void {
    const isAlone =
      (visit.kinds & hasAuthorization) !== 0 ||
      this.marks.has(visit.key, this.now()) ||
      prior?.isForOneOnly === true ||
      this.plane.faults?.singlesOut(exchange) === true;
    if (isAlone) {
      this.#launch(visit, { prior, request, initiator: exchange, isShared: false });
      return;
    }
    const flight = this.flights.get(this.#flightKey(visit.key, request));
    if (flight === undefined) {
      this.#launch(visit, { prior, request, initiator: exchange, isShared: true });
    } else flight.follow(exchange);
  }

  /** Those who would get different variants need not wait for each other. */
  #flightKey(key: string, request: Fields): string {
    const newest = this.shelves.memory.peek(key)?.variants[0];
    if (newest === undefined || newest.selectors.length === 0) return key;
    return `${key} ${newest.variantOf(request)}`;
  }

  #launch(
    visit: Visit,
    of: { prior: Stored | undefined; request: Fields; initiator?: Exchange; isShared: boolean },
  ): void {
    const flight = new Flight({
      ...of,
      tower: towerFor(this, visit),
      key: visit.key,
      flightKey: this.#flightKey(visit.key, of.request),
    });
    this.airborne.add(flight);
    if (of.isShared) this.flights.set(flight.flightKey, flight);
    flight.depart(visit.asked);
  }

  /** Validates behind the visitor's back. */
  #refresh(visit: Visit, stored: Stored, now: number): void {
    if (now < stored.askAgainAt || visit.asked.lane.service.barrier?.sparesService === true) return;
    const request = fieldsOf(visit.asked.head, visit.asked.bytes);
    if (this.flights.has(this.#flightKey(visit.key, request))) return;
    stored.askAgainAt = now + refreshMs;
    this.#launch(visit, { prior: stored, request, isShared: true });
  }

  /** Somebody waited for what they may not have: the store is asked once more, then the origin for them alone. */
  again(exchange: Exchange): void {
    const visit = this.#visitOf(exchange);
    if (visit === undefined) {
      exchange.dispatch();
      return;
    }
    const stored = this.#find(visit);
    const reuse = stored === undefined ? "validate" : this.#reuse(stored, visit.ruled, 0);
    if (stored !== undefined && reuse !== "validate") {
      visit.ruled.counts[reuse === "fresh" ? "coalesced" : "stale"].add();
      const sending = this.howOf(stored, reuse, this.now());
      this.answer(exchange, stored, { ruled: visit.ruled, sending });
      return;
    }
    const request = fieldsOf(exchange.head, exchange.bytes);
    this.#launch(visit, { prior: stored, request, initiator: exchange, isShared: false });
  }

  /** Ends an exchange with a stored response. */
  answer(exchange: Exchange, stored: Stored, of: { ruled: Ruled; sending: Sending }): void {
    const now = this.now();
    this.shelves.memory.used(stored, now);
    of.ruled.fromCache.add(stored.body.length);
    exchange.closesAfter = send(exchange, stored, now, of.sending);
    exchange.hasAnswered = true;
    exchange.finished(false);
  }

  /** While the origin is not to be asked, an old copy is better than none. */
  answersAtAnyAge(exchange: Exchange, reason: Reason): boolean {
    const visit = this.#visitOf(exchange);
    const stored = visit && this.#find(visit);
    if (visit === undefined || stored?.status !== 200) return false;
    this.answer(exchange, stored, { ruled: visit.ruled, sending: { how: "hit", reason } });
    return true;
  }

  figures(worker: string): WorkerFigures {
    return { worker, ...this.shelves.figures() };
  }
}
