import type { Target } from "../../../cache/contract.ts";
import { answer, answerBody } from "../answer.ts";
import { textOf } from "../bytes.ts";
import { Exchange } from "../exchange.ts";
import { badResponse, type Refusal, upstreamClosed } from "../refusal.ts";
import { RequestHead } from "../request-head.ts";
import { ResponseBody } from "../response-body.ts";
import type { ResponseHead } from "../response-head.ts";
import { fieldsOf } from "./asked.ts";
import { type Catcher, notCaught } from "./catcher.ts";
import type { Fields } from "./fields.ts";
import { type Fetcher, Ghost } from "./ghost.ts";
import { fieldsToStore, Stored } from "./stored.ts";
import { isShareable, storing, type Unstorable } from "./storing.ts";
import type { Arrival, Reading, Terms } from "./terms.ts";
import { couldBeMeant } from "./purging.ts";
import { validatorsOf } from "./validators.ts";
import { selectorsOf, variesOn } from "./vary.ts";

/** Those who wait for one fetch ask on their own after this time. */
export const waitMsMax = 5_000;

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
  unstorable(flight: Flight, why: Unstorable | "too-large"): void;
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
  #initiator: Exchange | undefined;
  #isBackground: boolean;
  #waiting: Exchange[] = [];
  #streaming: Exchange[] = [];
  #patience: Timer | undefined = undefined;
  #draft: Stored | undefined = undefined;
  #chunks: Buffer[] = [];
  #raw: Buffer[] = [];
  #length = 0;
  #isOver = false;

  constructor(of: {
    tower: Tower;
    key: string;
    flightKey: string;
    isShared: boolean;
    prior: Stored | undefined;
    request: Fields;
    initiator?: Exchange | undefined;
  }) {
    this.tower = of.tower;
    this.key = of.key;
    this.flightKey = of.flightKey;
    this.isShared = of.isShared;
    this.#prior = of.prior;
    this.#request = of.request;
    this.#requestedAt = of.tower.now();
    this.#initiator = of.initiator;
    this.#isBackground = of.initiator === undefined;
    if (of.initiator !== undefined) this.#add(of.initiator);
  }

  /** Asks an instance what this visitor asked. */
  depart(like: Pick<Exchange, "client" | "head" | "bytes" | "lane">): void {
    const { plane } = like.client;
    const head = new RequestHead(plane.requestLimits);
    head.reset(like.head.base, plane.requestLimits);
    head.parse(like.bytes, like.bytes.length);
    const ghost = new Exchange(new Ghost(like.client, this), head, like.bytes, like.lane);
    ghost.caught = { catcher: this, conditions: validatorsOf(this.#prior) };
    this.#ghost = ghost;
    ghost.dispatch();
  }

  /** One more who wants the same. */
  follow(exchange: Exchange): void {
    this.#add(exchange);
    this.#patience ??= setTimeout(() => this.#runOutOfPatience(), waitMsMax);
    if (this.#draft !== undefined) this.#letBegin(exchange, this.#draft);
  }

  #add(exchange: Exchange): void {
    exchange.caught = { flight: this };
    this.#waiting.push(exchange);
  }

  #take(exchange: Exchange): void {
    exchange.caught = notCaught;
    this.#waiting = this.#waiting.filter((each) => each !== exchange);
    this.#streaming = this.#streaming.filter((each) => each !== exchange);
    if (exchange === this.#initiator) this.#initiator = undefined;
  }

  /** Something was taken out meanwhile. */
  spoil(target: Target): void {
    if (couldBeMeant(target, this.key)) this.#isSpoilt = true;
  }

  /** A visitor left; when nobody is interested any more, the instance need not go on. */
  left(exchange: Exchange): void {
    this.#take(exchange);
    if (this.#isOver || this.#isBackground) return;
    if (this.#waiting.length > 0 || this.#streaming.length > 0) return;
    this.#land();
    this.#ghost?.abandoned();
  }

  #runOutOfPatience(): void {
    if (this.#draft !== undefined) return;
    for (const exchange of this.#waiting) {
      if (exchange !== this.#initiator) this.#sendAway(exchange);
    }
  }

  #sendAway(exchange: Exchange): void {
    this.#take(exchange);
    this.tower.again(exchange);
  }

  responded(exchange: Exchange, head: ResponseHead, bytes: Buffer): boolean {
    const { tower } = this;
    const prior = this.#prior;
    const fields = fieldsOf(head, bytes);
    const arrival = { requestedAt: this.#requestedAt, receivedAt: tower.now() };
    if (head.status === 304 && prior !== undefined) {
      prior.renew(fields, arrival, tower.reading);
      tower.renewed(prior);
      this.#settleWith(prior, "validated");
      this.#drop(exchange, head, bytes);
      return true;
    }
    if (head.status >= 500 && prior !== undefined && tower.maySave(prior)) {
      tower.saved(prior);
      this.#settleWith(prior, "stale");
      this.#drop(exchange, head, bytes);
      return true;
    }
    const request = { method: "GET", url: this.key, fields: this.#request };
    const may = storing(request, { status: head.status, fields }, arrival, tower.reading);
    if (!may.may || head.contentLength > tower.objectBytesMax) {
      tower.unstorable(this, may.may ? "too-large" : may.why);
      return this.#handOver(exchange);
    }
    this.#expect({ exchange, head, bytes, fields, arrival, terms: may.terms });
    return true;
  }

  /** It will be kept: whoever may have it now gets it as it comes. */
  #expect(of: {
    exchange: Exchange;
    head: ResponseHead;
    bytes: Buffer;
    fields: Fields;
    arrival: Arrival;
    terms: Terms;
  }): void {
    const { exchange, head, bytes, terms } = of;
    const names = variesOn(of.fields);
    this.#draft = new Stored({
      key: this.key,
      service: exchange.lane.service.id,
      status: head.status,
      reason: reasonOf(head, bytes),
      fields: fieldsToStore(of.fields, terms),
      selectors: names === "everything" ? [] : selectorsOf(names, this.#request),
      terms,
      body: Buffer.alloc(0),
    });
    this.#draft.expectedBytes = head.chunked ? -1 : head.contentLength;
    exchange.response = new ResponseBody(head, false, exchange.plane.config.limits);
    exchange.responseHead = head;
    exchange.hasAnswered = true;
    const isForAll = isShareable(terms, this.tower.now());
    for (const each of this.#waiting) {
      if (each === this.#initiator || isForAll) this.#letBegin(each, this.#draft);
      else this.#sendAway(each);
    }
    this.#raw.push(bytes);
    this.body(exchange, bytes, head.bodyStart, bytes.length);
  }

  #letBegin(exchange: Exchange, draft: Stored): void {
    if (exchange !== this.#initiator && !draft.fits(exchange)) {
      this.#sendAway(exchange);
    } else if (this.tower.begin(exchange, draft, this.#chunks)) {
      this.#waiting = this.#waiting.filter((each) => each !== exchange);
      this.#streaming.push(exchange);
    }
  }

  body(exchange: Exchange, bytes: Buffer, from: number, to: number): void {
    const { response, responseHead } = exchange;
    if (response === undefined || responseHead === undefined) return;
    if (this.#raw[0] !== bytes) this.#raw.push(bytes);
    let end = from;
    if (!response.isWhole) {
      if (responseHead.chunked) {
        end = response.measure(bytes, from, to, (start, stop) => this.#part(bytes, start, stop));
      } else {
        end = response.measure(bytes, from, to);
        if (end > from) this.#part(bytes, from, end);
      }
    }
    if (response.problem !== "") exchange.failed(badResponse(response.problem));
    else if (this.#length > this.tower.objectBytesMax) this.#tooLarge(exchange, responseHead);
    else if (response.isWhole) exchange.finished(end === to && responseHead.keepsAlive);
    else {
      const { upstream, plane, lane } = exchange;
      if (upstream !== undefined) upstream.deadline = plane.now + lane.route.timeouts.idleMs;
    }
  }

  #part(bytes: Buffer, from: number, to: number): void {
    const part = bytes.subarray(from, to);
    this.#chunks.push(part);
    this.#length += part.length;
    for (const each of this.#streaming) {
      each.client.write(part, 0, part.length, false);
      each.bytesOut += part.length;
    }
  }

  /** Without a length nobody knew: the one who asked gets all that came, and what comes, and it is not kept. */
  #tooLarge(exchange: Exchange, head: ResponseHead): void {
    const raw = this.#raw;
    this.tower.unstorable(this, "too-large");
    if (this.#handOver(exchange)) return;
    raw.forEach((bytes, i) => {
      if (i === 0) answer(exchange, head, bytes);
      else answerBody(exchange, bytes, 0, bytes.length);
    });
  }

  /** The answer is not to be shared: it goes to who asked, and all others ask for themselves. True when who asked has left. */
  #handOver(ghost: Exchange): boolean {
    const initiator = this.#initiator;
    const others = this.#waiting.filter((each) => each !== initiator);
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
    const waiting = this.#waiting;
    const initiator = this.#initiator;
    this.#land();
    const isForAll = how === "stale" || isShareable(stored.terms, tower.now());
    for (const each of waiting) {
      this.#take(each);
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
    if (this.#isOver || this.#draft === undefined) return;
    const stored = this.#draft.filled(Buffer.concat(this.#chunks, this.#length));
    const { tower } = this;
    const [streaming, waiting] = [this.#streaming, this.#waiting];
    const initiator = this.#initiator;
    if (!this.#isSpoilt) tower.keep(stored);
    this.#land();
    for (const exchange of streaming) {
      exchange.caught = notCaught;
      exchange.finished(false);
    }
    for (const exchange of waiting) {
      this.#take(exchange);
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
    const waiting = this.#waiting;
    this.#land();
    for (const exchange of waiting) {
      this.#take(exchange);
      exchange.refuse(refused);
    }
  }

  cutOff(): void {
    if (this.#isOver) return;
    const streaming = this.#streaming;
    this.#streaming = [];
    for (const exchange of streaming) {
      exchange.caught = notCaught;
      exchange.client.terminate();
    }
    this.failed(upstreamClosed);
  }

  #land(): void {
    if (this.#isOver) return;
    this.#isOver = true;
    clearTimeout(this.#patience);
    this.tower.landed(this);
  }
}

/** The reason phrase of a status line. */
function reasonOf(head: ResponseHead, bytes: Buffer): string {
  const end = bytes.indexOf("\r\n", head.base);
  return textOf(bytes, Math.min(head.base + 13, end), end);
}
