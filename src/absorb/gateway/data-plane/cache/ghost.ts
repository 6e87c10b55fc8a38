import type { Exchange } from "../exchange.ts";
import type { Plane } from "../plane.ts";
import type { Refusal } from "../refusal.ts";
import type { Asker } from "./asker.ts";

/** Hears how a fetch ended. */
export type Fetcher = {
  /** Nobody waits for it. */
  readonly isInBackground: boolean;
  /** The whole answer came. */
  fetched(): void;
  /** No answer came, or none that makes sense. */
  failed(refused: Refusal): void;
  /** The answer broke off. */
  cutOff(): void;
  /** Others may wait for the same answer, whoever asked first. */
  readonly isShared?: boolean;
};

/** Asks an instance for the cache's sake: what is written to it goes nowhere. */
export class Ghost implements Asker {
  readonly plane: Plane;
  readonly visitor: Asker["visitor"];
  exchange: Exchange | undefined = undefined;
  readonly #fetcher: Fetcher;

  /** It speaks for this visitor: their address and request id go to the instance. */
  constructor(like: Asker, fetcher: Fetcher) {
    this.plane = like.plane;
    const { visitor } = like;
    this.visitor = {
      origin: visitor.origin,
      stay: undefined,
      // The visitor's own is written anew for their next request.
      idLine: Buffer.from(visitor.idLine),
      hashOf: (head, bytes) => visitor.hashOf(head, bytes),
      addressOf: (head, bytes) => visitor.addressOf(head, bytes),
    };
    this.#fetcher = fetcher;
  }

  get isInBackground(): boolean {
    return this.#fetcher.isInBackground;
  }
  get isForMany(): boolean {
    return this.#fetcher.isShared === true;
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
