import type { Target } from "../../../cache/contract.ts";
import { answer, answerBody } from "../answer.ts";
import { Exchange } from "../exchange.ts";
import { badResponse, type Refusal, upstreamClosed } from "../refusal.ts";
import { RequestHead } from "../request-head.ts";
import { ResponseBody } from "../response-body.ts";
import type { ResponseHead } from "../response-head.ts";
import { fieldsOf, reasonPhraseOf } from "./asked.ts";
import { type Catcher, notCaught } from "./catcher.ts";
import type { Fields } from "./fields.ts";
import { Followers } from "./followers.ts";
import { type Fetcher, Ghost } from "./ghost.ts";
import { fieldsToStore, Stored } from "./stored.ts";
import { isShareable, storing } from "./storing.ts";
import type { Arrival, Terms } from "./terms.ts";
import { couldBeMeant } from "./purging.ts";
import type { Tower } from "./tower.ts";
import { validatorsOf } from "./validators.ts";
import { selectorsOf, variesOn } from "./vary.ts";

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
  readonly #isBackground: boolean;
  readonly #followers: Followers;
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
    this.#isBackground = of.initiator === undefined;
    this.#followers = new Followers(this, of.initiator);
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
    this.#followers.join(exchange, (each) => this.#sendAway(each));
    if (this.#draft !== undefined) this.#letBegin(exchange, this.#draft);
  }

  /** Something was taken out meanwhile. */
  spoil(target: Target): void {
    if (couldBeMeant(target, this.key)) this.#isSpoilt = true;
  }

  /** A visitor left; when nobody is interested any more, the instance need not go on. */
  left(exchange: Exchange): void {
    this.#followers.take(exchange);
    if (this.#isOver || this.#isBackground || !this.#followers.isEmpty) return;
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
      tower.renewed(prior);
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
      reason: reasonPhraseOf(head, bytes),
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
    this.#followers.loseNoPatience();
    for (const each of this.#followers.waiting) {
      if (this.#followers.isInitiator(each) || isForAll) this.#letBegin(each, this.#draft);
      else this.#sendAway(each);
    }
    this.#raw.push(bytes);
    this.body(exchange, bytes, head.bodyStart, bytes.length);
  }

  #letBegin(exchange: Exchange, draft: Stored): void {
    if (!this.#followers.isInitiator(exchange) && !draft.fits(exchange)) this.#sendAway(exchange);
    else if (this.tower.begin(exchange, draft, this.#chunks)) this.#followers.begun(exchange);
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
    for (const each of this.#followers.streaming) {
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
    if (this.#isOver || this.#draft === undefined) return;
    const stored = this.#draft.filled(Buffer.concat(this.#chunks, this.#length));
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
