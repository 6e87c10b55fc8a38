import { type Fault, touched } from "../../../faults/contract.ts";
import { latin1, sameText } from "../bytes.ts";
import type { Exchange } from "../exchange.ts";
import { field } from "../field.ts";
import { allValues } from "../forwarding.ts";
import type { Refusal } from "../refusal.ts";
import type { RequestHead } from "../request-head.ts";
import type { Sum, Tally } from "../tallies.ts";
import { TrustedProxies } from "../trusted.ts";

type Fits = (exchange: Exchange) => boolean;

/** One fault at one worker: whom it touches, and how many it has touched. */
export class ActiveFault {
  readonly fault: Fault;
  /** What touched answers carry. */
  readonly reason: string;
  #left: number;
  #room: number;
  readonly #fits: readonly Fits[];
  readonly #fitsVisitor: readonly Fits[];
  readonly #tally: Tally;
  readonly #counts = new Map<string, Sum>();

  constructor(fault: Fault, of: { workers: number; tally: Tally }) {
    this.fault = fault;
    this.reason = `fault.${fault.kind}`;
    this.#left = partOf(fault.requestsMax, of.workers);
    this.#room = partOf(fault.activeMax, of.workers);
    this.#fitsVisitor = visitorConditionsOf(fault);
    this.#fits = [...placeConditionsOf(fault), ...this.#fitsVisitor];
    this.#tally = of.tally;
  }

  /** Is this request to be touched now? Milliseconds since the epoch. */
  wants(exchange: Exchange, now: number): boolean {
    if (now >= this.fault.endsAt || this.#left === 0) return false;
    if (this.#room === 0 && exchange.fault !== this) return false;
    for (const fits of this.#fits) if (!fits(exchange)) return false;
    return this.fault.share >= 1 || exchange.plane.chance() < this.fault.share;
  }

  /** Is it meant for some visitors only, and for this one? */
  singlesOut(exchange: Exchange): boolean {
    if (this.#fitsVisitor.length === 0 || Date.now() >= this.fault.endsAt) return false;
    return this.#fitsVisitor.every((fits) => fits(exchange));
  }

  /** From now on the request is this fault's, until it is over. */
  touch(exchange: Exchange): void {
    if (exchange.fault === this) return; // Its second try.
    exchange.fault?.leave();
    exchange.fault = this;
    exchange.reason = this.reason;
    this.#left--;
    this.#room--;
    const route = exchange.lane.route.id;
    const { id, kind } = this.fault;
    let count = this.#counts.get(route);
    if (count === undefined)
      this.#counts.set(route, (count = this.#tally.sum(touched, { fault: id, kind, route })));
    count.add();
  }
  /** Whoever is refused because of it hears that. */
  told(refused: Refusal): Refusal {
    return { ...refused, reason: this.reason };
  }
  leave(): void {
    this.#room++;
  }
}

const partOf = (max: number, workers: number): number => Math.max(1, Math.floor(max / workers));

function placeConditionsOf({ where: { route, service, instance } }: Fault): Fits[] {
  const found: Fits[] = [];
  if (route !== undefined) found.push(({ lane }) => lane.route.id === route);
  if (service !== undefined) found.push(({ lane }) => lane.service.id === service);
  if (instance !== undefined) found.push((exchange) => exchange.instance?.id === instance);
  return found;
}

function visitorConditionsOf({ where: { header, cookie, address } }: Fault): Fits[] {
  const found: Fits[] = [];
  if (header !== undefined) found.push(hasHeader(header));
  if (cookie !== undefined) found.push(hasCookie(cookie));
  if (address !== undefined) {
    const addresses = new TrustedProxies([address]);
    found.push(({ client, head, bytes }) => addresses.has(client.visitor.addressOf(head, bytes)));
  }
  return found;
}

function hasHeader(said: string): Fits {
  const [name = "", ...rest] = said.split(":");
  const lower = latin1(name.toLowerCase());
  const value = rest.length === 0 ? undefined : rest.join(":").trim();
  const hasValue = (head: RequestHead, bytes: Buffer, index: number): boolean =>
    value === undefined ||
    bytes.toString("latin1", head.valueStart(index), head.valueEnd(index)) === value;
  return ({ head, bytes }) => {
    for (let index = 0; index < head.count; index++) {
      if (!sameText(bytes, head.lineStart(index), head.nameEnd(index), lower)) continue;
      if (hasValue(head, bytes, index)) return true;
    }
    return false;
  };
}

function hasCookie(said: string): Fits {
  const [name = "", ...rest] = said.split("=");
  const value = rest.length === 0 ? undefined : rest.join("=");
  return ({ head, bytes }) =>
    allValues(head, bytes, field.cookie)
      .flatMap((line) => line.split(";"))
      .some((pair) => {
        const [itsName = "", ...itsRest] = pair.trim().split("=");
        return itsName === name && (value === undefined || itsRest.join("=") === value);
      });
}
