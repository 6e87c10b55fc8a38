import { answer, answerBody, answerEnded } from "./answer.ts";
import type { Asker } from "./cache/asker.ts";
import { answerBy, isWorthAnotherTry, mayTryElsewhere } from "./care/second-try.ts";
import { isAtRest, noteHungUp } from "./care/seen.ts";
import { type Caught, notCaught } from "./cache/catcher.ts";
import { fallsBack, isReplaced } from "./fallback/fallback.ts";
import type { ActiveFault } from "./faults/fault.ts";
import type { Pace } from "./faults/pace.ts";
import type { Squeeze } from "./compression/squeeze.ts";
import type { Instance } from "./instance.ts";
import type { Lane } from "./lanes.ts";
import { answerBegun, answerGoesOn } from "./origin/answer-begun.ts";
import { findPlace } from "./origin/intake.ts";
import { isOutOfTime, startClock } from "./origin/patience.ts";
import { type Places, takePlace } from "./origin/places.ts";
import type { Plane } from "./plane.ts";
import * as refusals from "./refusal.ts";
import type { Refusal } from "./refusal.ts";
import { RequestBody } from "./request-body.ts";
import type { RequestHead } from "./request-head.ts";
import { sendRequest } from "./request-sending.ts";
import type { ResponseBody } from "./response-body.ts";
import { isWholeAnswer, type ResponseHead } from "./response-head.ts";
import { noTries, type Tries, tryElsewhere, upstreamLost } from "./tries.ts";
import { Upstream } from "./upstream.ts";

/** One request and its response: who asked, who answers, and how far both are. */
export class Exchange {
  readonly plane: Plane;
  client: Asker;
  readonly head: RequestHead;
  /** The buffer that `head` points into; kept so that the request can be sent again. */
  readonly bytes: Buffer;
  lane: Lane;
  readonly body: RequestBody;
  startedAt: number;
  instance: Instance | undefined = undefined;
  upstream: Upstream | undefined = undefined;
  response: ResponseBody | undefined = undefined;
  responseHead: ResponseHead | undefined = undefined;
  /** Compresses the answer on its way. */
  squeeze: Squeeze | undefined = undefined;
  hasAnswered = false;
  closesAfter = false;
  isTunnel = false;
  caught: Caught = notCaught;
  /** Told when more of the body came, by whoever waits for it in an instance's place. */
  onBody: (() => void) | undefined = undefined;
  /** The place it takes at an instance, or where it waits for one. */
  place: Places | undefined = undefined;
  waiting: { gaveUp(): void } | undefined = undefined;
  /** When all of the request was handed to the instance; 0 where that takes as long as the visitor sends. */
  handedAt = 0;
  /** The fault that is injected into it, and how slowly the answer passes. */
  fault: ActiveFault | undefined = undefined;
  pace: Pace | undefined = undefined;
  /** Told by the answer: why it is not simply the origin's. */
  reason: string | undefined = undefined;
  connectProblem = "";
  /** Nobody waits for the head of the answer longer than this. */
  dueAt: number = Infinity;
  bytesIn = 0;
  bytesOut = 0;
  /** When it was first sent to an instance; 0 before. */
  sentAt = 0;
  /** For the access log: when a connection was there, when the answer began, and whose it is. */
  connectedAt = 0;
  respondedAt = 0;
  answeredBy: string | null = null;
  tries: Tries = noTries();
  /** The instance has the head, so that the body may follow. */
  isReady = false;
  isOver = false;

  constructor(client: Asker, head: RequestHead, bytes: Buffer, lane: Lane) {
    this.plane = client.plane;
    this.client = client;
    this.head = head;
    this.bytes = bytes;
    this.lane = lane;
    this.body = new RequestBody(head, client.plane.config.limits);
    this.startedAt = performance.now();
    if (this.body.isWhole) startClock(this);
    lane.service.inFlight++;
    lane.service.budget.earn();
  }

  /** Nothing more of the body can be held: the visitor must wait until the instance takes some. */
  get isFull(): boolean {
    if (this.isReady) return (this.upstream?.out.bytes ?? 0) > 0;
    return this.body.keptBytes >= this.plane.config.limits.replayBytesMax;
  }

  /** Finds someone to answer, or waits until somebody can. */
  dispatch(except?: Instance, fresh = false): void {
    if (isOutOfTime(this) || isAtRest(this)) return;
    const found = findPlace({ exchange: this, except, fresh });
    if (found === "none") this.refuse(refusals.noInstance);
    else if (found !== "waits") this.send(found, fresh);
  }

  /** Goes to this instance, over a pooled connection where there is one. */
  send(instance: Instance, fresh: boolean): void {
    const { route } = this.lane;
    this.instance = instance;
    if (this.tries.attempts++ === 0) {
      this.sentAt = performance.now();
      this.lane.mirror?.copy(this);
      this.lane.hedge?.watch(this);
    }
    if (!route.longPoll) this.place = takePlace(instance);
    instance.inFlight++;
    instance.counts.requests.add();
    if (this.plane.faults?.takes(this) !== true) this.connect(instance, fresh);
  }

  connect(instance: Instance, fresh: boolean): void {
    const pooled = fresh ? undefined : instance.takeIdle(this.head.isIdempotent, this.plane.now);
    if (pooled === undefined) {
      const upstream = new Upstream(this.plane, instance);
      this.upstream = upstream;
      const { connectMs } = this.lane.route.timeouts;
      upstream.connect(this, Math.min(connectMs, this.dueAt - this.plane.now));
      return;
    }
    this.upstream = pooled;
    pooled.deadline = 0;
    pooled.begin(this);
    this.connected(pooled);
  }

  connected(upstream: Upstream): void {
    const { plane, body } = this;
    sendRequest(this, upstream);
    this.isReady = true;
    if (this.place !== undefined && body.isWhole) this.handedAt = performance.now();
    if (body.keptBytes > plane.config.limits.replayBytesMax) body.giveUpKeeping();
    this.expectAnswer(upstream);
    if (!body.isWhole) this.client.goOn();
  }

  /** Waits for the answer as long as the route allows, once the request is out. */
  expectAnswer(upstream: Upstream): void {
    if (upstream.out.bytes > 0)
      upstream.deadline = this.plane.now + this.lane.route.timeouts.idleMs;
    else upstream.deadline = this.body.isWhole ? answerBy(this) : 0;
  }

  /** The instance took bytes that were waiting. */
  upstreamTook(): void {
    const { upstream } = this;
    if (upstream === undefined) return;
    if (!this.hasAnswered) this.expectAnswer(upstream);
    if (upstream.out.bytes === 0) this.client.goOn();
  }

  /** The visitor took all that was waiting: the instance may go on. */
  visitorTook(): void {
    const { upstream } = this;
    upstream?.resume();
    this.squeeze?.goOn();
    if (upstream !== undefined && this.hasAnswered)
      upstream.deadline = this.plane.now + this.lane.route.timeouts.idleMs;
  }

  responded(head: ResponseHead, bytes: Buffer): void {
    this.tries.hedged?.answered();
    if (this.instance !== undefined) answerBegun(this, this.instance, head.status);
    if (isWorthAnotherTry(this, head.status) && mayTryElsewhere(this, "bad-answer")) {
      tryElsewhere(this, "bad-answer", isWholeAnswer(head, bytes));
      return;
    }
    if (this.caught.catcher?.responded(this, head, bytes) !== true) {
      if (isReplaced(this, head)) return;
      answer(this, head, bytes);
    }
    if (this.place !== undefined) answerGoesOn(this, head, bytes);
  }
  responseBody(bytes: Buffer, from: number, to: number): void {
    const { catcher } = this.caught;
    if (catcher === undefined) answerBody(this, bytes, from, to);
    else catcher.body(this, bytes, from, to);
  }
  upstreamEnded(upstream: Upstream): void {
    if (!answerEnded(this)) {
      upstream.close();
      upstreamLost(this, upstream);
    }
  }
  /** No answer, or no sensible one: the visitor gets a refusal, or a reset where an answer had begun. */
  failed(refused: Refusal, byVisitor = false): void {
    if (this.isOver) return;
    if (this.hasAnswered) this.#cutOff();
    else {
      if (!byVisitor && this.instance !== undefined && refused.status === 504) {
        noteHungUp(this, this.instance);
      }
      this.refuse(refused);
    }
  }

  refuse(refused: Refusal): void {
    if (fallsBack(this, refused)) return;
    const closes = !this.body.isWhole || !this.client.mayStayOpen(this.head);
    this.lane.classes[Math.floor(refused.status / 100)]?.add();
    this.#settle();
    this.upstream?.terminate();
    this.client.refuse(this.fault === undefined ? refused : this.fault.told(refused), closes);
  }

  #cutOff(): void {
    this.lane.service.counts.abortsByInstance.add();
    this.#settle();
    this.upstream?.terminate();
    this.client.terminate();
  }

  /** The visitor left: the instance need not go on. */
  abandoned(byVisitor = true): void {
    if (this.isOver) return;
    if (byVisitor && !this.isTunnel) this.lane.service.counts.abortsByVisitor.add();
    this.#settle();
    this.upstream?.terminate();
  }

  /** All anew, on another lane: what was tried is over, and nobody has heard of it. */
  startOver(lane: Lane): void {
    this.waiting?.gaveUp();
    this.waiting = undefined;
    if (this.instance !== undefined) this.leaveInstance(this.instance);
    const { upstream } = this;
    this.upstream = undefined;
    if (upstream !== undefined) upstream.exchange = undefined;
    upstream?.terminate();
    this.isReady = false;
    this.fault?.leave();
    this.fault = undefined;
    this.pace = undefined;
    this.lane.service.inFlight--;
    lane.service.inFlight++;
    this.lane = lane;
    this.tries = noTries();
    this.dispatch();
  }

  /** Goes on in the place of an exchange that only waited. */
  takeOver(waiting: Exchange): void {
    this.client = waiting.client;
    this.startedAt = waiting.startedAt;
    this.client.exchange = this;
    waiting.#settle();
  }

  /** The response is whole and on its way. */
  finished(mayReuse: boolean): void {
    if (this.isOver) return;
    const { counts } = this.lane.service;
    if (!this.isTunnel) counts.latency.record(performance.now() - this.startedAt);
    counts.visitors.note(this.client.visitor.hashOf(this.head, this.bytes));
    this.#settle();
    this.upstream?.release(mayReuse && this.body.isWhole);
    this.client.answered(this.closesAfter || !this.body.isWhole);
  }

  leaveInstance(instance: Instance): void {
    instance.inFlight--;
    this.instance = undefined;
    this.leavePlace();
  }

  /** Somebody else may go in. */
  leavePlace(): void {
    if (this.place === undefined) return;
    this.place.taken--;
    this.place = undefined;
    this.lane.service.intake?.left(this);
  }

  #settle(): void {
    this.isOver = true;
    this.tries.hedged?.over();
    this.squeeze?.drop();
    this.caught.flight?.left(this);
    this.fault?.leave();
    const { service } = this.lane;
    service.inFlight--;
    if (this.sentAt > 0 && !this.isTunnel) {
      this.lane.cost.ms.add(performance.now() - this.sentAt);
      this.lane.cost.answers.add();
    }
    if (this.bytesIn > 0) service.counts.bytesIn.add(this.bytesIn);
    if (this.bytesOut > 0) service.counts.bytesOut.add(this.bytesOut);
    this.waiting?.gaveUp();
    if (this.instance !== undefined) this.leaveInstance(this.instance);
    if (this.upstream !== undefined) this.upstream.exchange = undefined;
  }
}
