import type { Exchange } from "../exchange.ts";
import type { ResponseHead } from "../response-head.ts";
import { fieldsOf } from "./asked.ts";
import { type Catcher, notCaught } from "./catcher.ts";
import { invalidatedBy } from "./invalidation.ts";

/** Watches the answer to a request that changes something, and takes out what it made untrue. */
export class Invalidation implements Catcher {
  readonly #forget: (key: string) => void;
  readonly #url: string;

  constructor(forget: (key: string) => void, url: string) {
    this.#forget = forget;
    this.#url = url;
  }

  responded(exchange: Exchange, head: ResponseHead, bytes: Buffer): boolean {
    exchange.caught = notCaught;
    const of = { method: exchange.head.method, url: this.#url, status: head.status };
    for (const url of invalidatedBy({ ...of, fields: fieldsOf(head, bytes) })) this.#forget(url);
    return false;
  }

  body(): void {}
}
