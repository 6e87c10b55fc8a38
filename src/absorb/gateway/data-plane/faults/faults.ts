import type { Picture } from "../../../faults/contract.ts";
import type { Exchange } from "../exchange.ts";
import type { Instance } from "../instance.ts";
import type { Tally } from "../tallies.ts";
import { Upstream } from "../upstream.ts";
import { ActiveFault } from "./fault.ts";
import { Pace } from "./pace.ts";

/** The faults that are injected at this worker. */
export class Faults {
  readonly #tally: Tally;
  #active: ActiveFault[] = [];

  constructor(tally: Tally) {
    this.#tally = tally;
  }

  /** Takes over a picture; a fault that goes on keeps its count. */
  become({ faults, workers }: Picture): void {
    this.#active = faults.map(
      (fault) =>
        this.#active.find((each) => each.fault.id === fault.id) ??
        new ActiveFault(fault, { workers, tally: this.#tally }),
    );
  }

  /** None is left whose time is not over. */
  isOver(now: number): boolean {
    return this.#active.every(({ fault }) => fault.endsAt <= now);
  }

  /** Is something to go wrong for this visitor that others must not share? */
  singlesOut(exchange: Exchange): boolean {
    return this.#active.some((each) => each.singlesOut(exchange));
  }

  /** The first one that wants this request; true when it acts in the place of the instance. */
  takes(exchange: Exchange): boolean {
    const { instance } = exchange;
    if (instance === undefined) return false;
    const now = Date.now();
    const active = this.#active.find((each) => each.wants(exchange, now));
    if (active === undefined) return false;
    active.touch(exchange);
    const { kind, delayMs = 0, status = 500, bytesPerSecond = 1 } = active.fault;
    if (kind === "slow-body") {
      exchange.pace = new Pace(bytesPerSecond);
      return false;
    }
    const instead = new Upstream(exchange.plane, instance);
    instead.pretend(exchange);
    if (kind === "delay") delay(instead, { exchange, instance, ms: delayMs });
    else {
      exchange.isReady = true;
      exchange.expectAnswer(instead);
      if (kind === "abort") later(instead, 0, () => instead.received(errorAnswer(status)));
      else if (kind === "reset") later(instead, 0, () => instead.closed());
    }
    return true;
  }
}

/** Happens unless the exchange has gone elsewhere meanwhile. */
function later(instead: Upstream, ms: number, act: () => void): void {
  const { exchange } = instead;
  setTimeout(() => {
    if (exchange !== undefined && instead.exchange === exchange) act();
  }, ms);
}

/** As if the instance took its time: whoever loses patience meanwhile goes elsewhere. */
function delay(
  instead: Upstream,
  { exchange, instance, ms }: { exchange: Exchange; instance: Instance; ms: number },
): void {
  // A body that still comes is kept until there is somebody to take it.
  if (exchange.body.isWhole) {
    exchange.isReady = true;
    exchange.expectAnswer(instead);
  }
  later(instead, ms, () => {
    instead.exchange = undefined;
    instead.close();
    exchange.isReady = false;
    exchange.connect(instance, false);
  });
}

function errorAnswer(status: number): Buffer {
  const body = "This error was injected on purpose.\n";
  return Buffer.from(
    `HTTP/1.1 ${status} Injected\r\nContent-Type: text/plain\r\nContent-Length: ${body.length}\r\nCache-Control: no-store\r\nConnection: close\r\n\r\n${body}`,
  );
}
