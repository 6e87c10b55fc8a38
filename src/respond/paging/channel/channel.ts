import type { Effects, Millis } from "#kernel";
import type * as z from "zod";
import type { Config } from "../config.ts";
import type { Message } from "./message.ts";

/** `isFinal`: sending the same again cannot help. `mayHaveArrived`: nobody answered, so nobody knows. `why` holds no secret. */
export type Failure = {
  accepted: false;
  why: string;
  isFinal: boolean;
  mayHaveArrived?: boolean;
  retryAfterMs?: Millis;
};
/** What became of one attempt. */
export type Outcome =
  | { accepted: true; ref?: string; isDelivered?: boolean }
  /** Handed to somebody who will tell by a fact what became of it. */
  | { isPending: true }
  | Failure;

/** What a channel may use of the world. */
export type Reach = Pick<
  Effects<Config>,
  "net" | "now" | "config" | "order" | "sleep" | "stores" | "log" | "signal" | "note"
>;

/**
 * A way to reach somebody. `send` resolves within `answerWithinMs` and does not throw for what a far side does; what it throws
 * counts as a failure that may pass. Every channel passes `conformance.testing.ts`.
 */
export type Channel<C = never> = {
  kind: string;
  /** Where a person is reached on it: a strict object whose `kind` is this one's. */
  config: z.ZodType<C> & z.core.$ZodTypeDiscriminable;
  /** What it can do with a thread that went on: change the first message, answer it, or only send another call. */
  updates: "edit" | "reply" | "none";
  send(message: Message, to: C, reach: Reach): Promise<Outcome>;
  /** Takes back what was handed over and has not gone yet, by the message's id. */
  cancel?(id: string, reach: Reach): Promise<void>;
};

/** A far side that says nothing for so long has failed. */
export const answerWithinMs = 10_000;
