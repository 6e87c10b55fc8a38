import type { Target } from "../../../cache/contract.ts";
import { answer, answerBody } from "../answer.ts";
import { Exchange } from "../exchange.ts";
import { badResponse, type Refusal, upstreamClosed } from "../refusal.ts";
import { RequestHead } from "../request-head.ts";
import type { ResponseHead } from "../response-head.ts";
import { fieldsOf } from "./asked.ts";
import { type Catcher, notCaught } from "./catcher.ts";
import { Collector, whyUnkeepable } from "./collector.ts";
import { type Answer, draftOf } from "./draft.ts";
import type { Fields } from "./fields.ts";
import { Followers } from "./followers.ts";
import { type Fetcher, Ghost } from "./ghost.ts";
import type { Stored } from "./stored.ts";
import { isShareable, storing } from "./storing.ts";
import { couldBeMeant } from "./purging.ts";
import type { Plan, Tower } from "./tower.ts";
import { validatorsOf } from "./validators.ts";

/** RFC 5861 §4: what counts as an origin that fails. */
const meansFailure = new Set([500, 502, 503, 504]);

/** One fetch for the store and all who wait for it. The origin is asked once; everybody else follows. */
export class Flight implements Catcher, Fetcher {
  readonly key: string;
  readonly flightKey: string;
  readonly isShared: boolean;
  readonly tower: Tower;
  /** Something was purged meanwhile: what comes may be older than that, so it is not kept. */
  #isSpoilt = false;
  readonly #prior: Stored | undefined;
  readonly #request: Fields;
  readonly #requestedAt: number;
  #ghost: Exchange | undefined = undefined;
  readonly isInBackground: boolean;
  readonly #followers: Followers;
  #draft: Stored | undefined = undefined;
  #collector: Collector | undefined = undefined;
  /** Who asked first gets the answer from the instance itself, and it is collected on the way. */
  #isPassedOn = false;
  #isOver = false;

  constructor(of: Plan) {
    this.tower = of.tower;
    this.key = of.key;
    this.flightKey = of.flightKey;
    this.isShared = of.isShared;
    this.#prior = of.prior;
    this.#request = of.request;
    this.#requestedAt = of.tower.now();
    this.isInBackground = of.initiator === undefined;
    this.#followers = new Followers(this, of.initiator);
  }

  /** Asks an instance what this visitor asked. */
  depart(like: Pick<Exchange, "client" | "head" | "bytes" | "lane">): void {
    const { requestLimits } = like.client.plane;
    const head = new RequestHead(requestLimits);
    head.reset(like.head.base, requestLimits);
    head.parse(like.bytes, like.bytes.length);
    head.patienceMs = 0; // Who asked first may be the only one in a hurry.
    const ghost = new Exchange(new Ghost(like.client, this), head, like.bytes, like.lane);
    ghost.caught = { catcher: this, conditions: validatorsOf(this.#prior) };
    this.#ghost = ghost;
    ghost.dispatch();
  }

  /** One more who wants the same. */
  follow(exchange: Exchange): void {
    this.#followers.join(exchange, () => this.#tooSlow());
    if (this.#draft !== undefined) this.#letBegin(exchange, this.#draft);
  }

  /** Something was taken out meanwhile. */
  spoil(target: Target): void {
    if (couldBeMeant(target, this.key)) this.#isSpoilt = true;
  }

  /** Nobody waits longer than a while; for a body that does not end, nobody begins to wait any more. */
  #tooSlow(): void {
    if (this.#draft !== undefined) this.tower.slow(this);
    for (const each of this.#followers.waiting) {
      if (!this.#followers.isInitiator(each)) this.#sendAway(each);
    }
  }

  /** A visitor left; when nobody is interested any more, the instance need not go on. */
  left(exchange: Exchange): void {
    if (exchange === this.#ghost) {
      if (!this.#isOver) this.#giveUp();
      return;
    }
    this.#followers.take(exchange);
    if (this.#isOver || this.isInBackground || !this.#followers.isEmpty) return;
    this.#land();
    this.#ghost?.abandoned();
  }

  #sendAway(exchange: Exchange): void {
    this.#followers.take(exchange);
    this.tower.again(exchange);
  }

  responded(exchange: Exchange, head: ResponseHead, bytes: Buffer): boolean {
    const { tower } = this;
    const prior = this.#prior;
    const fields = fieldsOf(head, bytes);
    const arrival = { requestedAt: this.#requestedAt, receivedAt: tower.now() };
    if (head.status === 304 && prior !== undefined) {
      prior.renew(fields, arrival, tower.reading);
      if (!this.#isSpoilt) tower.renewed(prior);
      this.#settleWith(prior, "validated");
      this.#drop(exchange, head, bytes);
      return true;
    }
    if (meansFailure.has(head.status) && prior !== undefined && tower.maySave(prior)) {
      tower.saved(prior);
      this.#settleWith(prior, "stale");
      this.#drop(exchange, head, bytes);
      return true;
    }
    const request = { method: "GET", url: this.key, fields: this.#request };
    const may = storing(request, { status: head.status, fields }, arrival, tower.reading);
    const collector = new Collector(head, exchange.plane.config.limits);
    const why = may.may ? whyUnkeepable(head, collector, tower.objectBytesMax) : may.why;
    if (!may.may || why !== undefined) {
      tower.unstorable(this, why ?? "no-length");
      return this.#handOver(exchange);
    }
    this.#collector = collector;
    const { terms } = may;
    this.#expect(exchange, { key: this.key, request: this.#request, head, bytes, fields, terms });
    return true;
  }

  /** It will be kept: whoever may have it now gets it as it comes. */
  #expect(exchange: Exchange, of: Answer): void {
    const { head, bytes, terms } = of;
    this.#draft = draftOf(of, exchange.lane);
    exchange.hasAnswered = true;
    exchange.responseHead = head;
    const isForAll = isShareable(terms, this.tower.now());
    const { initiator } = this.#followers;
    if (head.chunked && initiator !== undefined) this.#passOn(exchange, initiator);
    else {
      exchange.response = this.#collector?.body;
      this.#followers.loseNoPatience();
    }
    for (const each of this.#followers.waiting) {
      if (this.#followers.isInitiator(each) || isForAll) this.#letBegin(each, this.#draft);
      else this.#sendAway(each);
    }
    if (this.#isPassedOn) {
      this.#collect(bytes, head.bodyStart, bytes.length);
      answer(exchange, head, bytes);
    } else this.body(exchange, bytes, head.bodyStart, bytes.length);
  }

  /** Nobody knows how long it will be: who asked first gets it as it comes, and what they get is collected. */
  #passOn(ghost: Exchange, initiator: Exchange): void {
    this.#isPassedOn = true;
    this.#followers.take(initiator);
    this.tower.passedOn();
    ghost.caught = { catcher: this, flight: this };
    ghost.takeOver(initiator);
  }

  #letBegin(exchange: Exchange, draft: Stored): void {
    if (!this.#followers.isInitiator(exchange) && !draft.fits(exchange)) this.#sendAway(exchange);
    else if (this.tower.begin(exchange, draft, this.#collector?.parts ?? []))
      this.#followers.begun(exchange);
  }

  body(exchange: Exchange, bytes: Buffer, from: number, to: number): void {
    const end = this.#collect(bytes, from, to);
    if (this.#isPassedOn) {
      answerBody(exchange, bytes, from, to);
      return;
    }
    const collector = this.#collector;
    const { responseHead, upstream, plane, lane } = exchange;
    if (collector === undefined || this.#isOver) exchange.abandoned();
    else if (collector.problem !== "") exchange.failed(badResponse(collector.problem));
    else if (collector.isWhole) exchange.finished(end === to && responseHead?.keepsAlive === true);
    else if (upstream !== undefined) upstream.deadline = plane.now + lane.route.timeouts.idleMs;
  }

  /** Takes what belongs to the body; returns where that ends. */
  #collect(bytes: Buffer, from: number, to: number): number {
    const collector = this.#collector;
    if (collector === undefined || this.#isOver) return from;
    const end = collector.take(bytes, from, to, (part) => {
      for (const each of this.#followers.streaming) {
        each.client.write(part, 0, part.length, false);
        each.bytesOut += part.length;
      }
    });
    if (collector.length > this.tower.objectBytesMax) this.#tooLarge();
    else if (collector.isWhole && this.#isPassedOn) this.fetched();
    return end;
  }

  /** It is not kept after all; who gets it goes on getting it. */
  #tooLarge(): void {
    this.tower.unstorable(this, "too-large");
    this.#giveUp();
  }

  /** Whoever still waits asks on their own. */
  #giveUp(): void {
    this.#land();
    this.#collector?.drop();
    for (const each of this.#followers.waiting) this.#sendAway(each);
  }

  /** The answer is not to be shared: it goes to who asked, and all others ask for themselves. True when who asked has left. */
  #handOver(ghost: Exchange): boolean {
    const { initiator, waiting } = this.#followers;
    const others = [...waiting].filter((each) => each !== initiator);
    this.#land();
    if (initiator === undefined) ghost.abandoned();
    else {
      ghost.caught = notCaught;
      ghost.takeOver(initiator);
    }
    for (const each of others) this.#sendAway(each);
    return initiator === undefined;
  }

  /** Everybody gets this stored response, as far as they may. */
  #settleWith(stored: Stored, how: "validated" | "stale"): void {
    const { tower } = this;
    const { initiator, waiting } = this.#followers;
    this.#land();
    const isForAll = how === "stale" || isShareable(stored.terms, tower.now());
    for (const each of waiting) {
      this.#followers.take(each);
      if (each === initiator) tower.answer(each, stored, how);
      else if (isForAll && stored.fits(each)) {
        tower.answer(each, stored, how === "stale" ? how : "coalesced");
      } else tower.again(each);
    }
  }

  /** The rest of this answer is of no interest. */
  #drop(exchange: Exchange, head: ResponseHead, bytes: Buffer): void {
    exchange.hasAnswered = true;
    const isAll = head.status === 304 && head.bodyStart === bytes.length;
    exchange.finished(isAll && head.keepsAlive);
  }

  fetched(): void {
    if (this.#isOver || this.#draft === undefined || this.#collector === undefined) return;
    const stored = this.#draft.filled(this.#collector.whole());
    const { tower } = this;
    const { initiator, streaming, waiting } = this.#followers;
    if (!this.#isSpoilt) tower.keep(stored);
    this.#land();
    for (const exchange of streaming) {
      exchange.caught = notCaught;
      exchange.finished(false);
    }
    for (const exchange of waiting) {
      this.#followers.take(exchange);
      tower.answer(exchange, stored, exchange === initiator ? "miss" : "coalesced");
    }
  }

  failed(refused: Refusal): void {
    if (this.#isOver) return;
    const prior = this.#prior;
    if (prior !== undefined && this.tower.maySave(prior)) {
      this.tower.saved(prior);
      this.#settleWith(prior, "stale");
      return;
    }
    const { waiting } = this.#followers;
    this.#land();
    for (const exchange of waiting) {
      this.#followers.take(exchange);
      exchange.refuse(refused);
    }
  }

  cutOff(): void {
    if (this.#isOver) return;
    for (const exchange of this.#followers.streaming) {
      this.#followers.take(exchange);
      exchange.client.terminate();
    }
    this.failed(upstreamClosed);
  }

  #land(): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#followers.loseNoPatience();
    this.tower.landed(this);
  }
}
