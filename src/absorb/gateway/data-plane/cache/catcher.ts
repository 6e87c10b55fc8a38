import type { Exchange } from "../exchange.ts";
import type { ResponseHead } from "../response-head.ts";

/** Takes an instance's answer before the visitor gets it. */
export type Catcher = {
  /** False: it is not interested any more, and the answer goes on as it is. */
  responded(exchange: Exchange, head: ResponseHead, bytes: Buffer): boolean;
  body(exchange: Exchange, bytes: Buffer, from: number, to: number): void;
};

/** What the cache has to do with an exchange; most have nothing to do with it. */
export type Caught = {
  catcher?: Catcher;
  /** Lines that go to the instance in the place of the visitor's own conditions. */
  conditions?: Buffer;
  /** Whose answer is waited for. */
  flight?: { left(exchange: Exchange): void };
};
export const notCaught: Caught = Object.freeze({});
