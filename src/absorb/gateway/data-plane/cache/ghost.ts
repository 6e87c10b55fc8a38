import type { Exchange } from "../exchange.ts";
import type { Plane } from "../plane.ts";
import type { Refusal } from "../refusal.ts";
import type { Visitor } from "../visitor.ts";
import type { Asker } from "./asker.ts";

/** Hears how a fetch ended. */
export type Fetcher = {
  /** The whole answer came. */
  fetched(): void;
  /** No answer came, or none that makes sense. */
  failed(refused: Refusal): void;
  /** The answer broke off. */
  cutOff(): void;
};

/** Asks an instance for the cache's sake: what is written to it goes nowhere. */
export class Ghost implements Asker {
  readonly plane: Plane;
  readonly visitor: Visitor;
  exchange: Exchange | undefined = undefined;
  readonly #fetcher: Fetcher;

  /** It speaks for this visitor: their address and request id go to the instance. */
  constructor(like: Asker, fetcher: Fetcher) {
    this.plane = like.plane;
    this.visitor = like.visitor.copy();
    this.#fetcher = fetcher;
  }

  write(): boolean {
    return true;
  }
  goOn(): void {}
  mayStayOpen(): boolean {
    return true;
  }
  answered(): void {
    this.#fetcher.fetched();
  }
  refuse(refused: Refusal): void {
    this.#fetcher.failed(refused);
  }
  terminate(): void {
    this.#fetcher.cutOff();
  }
}
