import type { Actor, Event, Millis } from "../contract.ts";

/** A place in the log: 1 is the first event. Compare only within one epoch; a restore starts a new one. */
export type Position = number;

/** What an append demands of a stream: an exact version, or that it is new, there, or anything. */
export type Expect = number | "none" | "exists" | "any";

/** One atomic append: all of its events or none, over as many streams as it names. */
export type Envelope = {
  /** The idempotency id: appending it again returns the first acknowledgement. */
  id: string;
  by: Actor;
  /** The position of the event that led to this one, if one did. */
  cause?: Position;
  expect?: Readonly<Record<string, Expect>>;
  events: readonly (Event & { stream: string })[];
};

export type Recorded<E extends Event = Event> = {
  position: Position;
  stream: string;
  /** The event's place in its stream; the first is 1. */
  version: number;
  event: E;
  at: Millis;
  by: Actor;
  cause?: Position;
  /** The id of the envelope it came in. */
  envelope: string;
  /** SHA-256 chain over everything above, hex. */
  hash: string;
};

/** What a fold of the past gets to see: a record without its proof. */
export type Replayed<E extends Event = Event> = Omit<Recorded<E>, "envelope" | "hash">;

export type Ack = {
  position: Position;
  versions: Readonly<Record<string, number>>;
  duplicate: boolean;
};

/** Definite: nothing was written, because a stream was not at the version the writer believed. */
export class WrongVersion extends Error {
  readonly stream: string;
  readonly actual: number;
  constructor(stream: string, expected: Expect, actual: number) {
    super(`Stream ${stream} is at version ${actual}, expected ${expected}.`);
    this.stream = stream;
    this.actual = actual;
  }
}
/** Definite: nothing was written, because the envelope is larger than the log takes. */
export class TooLarge extends Error {}
/** Definite: nothing was written, because the log takes no writes now (closed, disk full, failed fsync). */
export class Unavailable extends Error {}
/** Indefinite: it may or may not be written; append the same envelope again. */
export class Unknown extends Error {
  readonly id: string;
  constructor(id: string) {
    super(`It is not known whether ${id} was written; append it again with the same id.`);
    this.id = id;
  }
}

export const envelopeBytesMax = 1_048_576;

/**
 * Facts, forever, in one order. An append resolves once its events are durable and folded here.
 * Every engine passes `log/conformance.ts`.
 */
export interface Log {
  readonly epoch: string;
  /** The position of the newest event; 0 when empty. */
  head(): Position;
  append(envelope: Envelope): Promise<Ack>;
  /** The version of a stream; 0 when it has no events. */
  version(stream: string): number;
  /** One stream in order, or newest first. `from` is a version, inclusive. */
  read(stream: string, of?: { from?: number; limit?: number; backwards?: boolean }): Recorded[];
  /** Events after a position, at most `limit` (default 1000), in order or newest first; optionally of these types or this stream prefix only, or before a position. */
  page(of: {
    after: Position;
    limit?: number;
    types?: readonly string[];
    streamPrefix?: string;
    backwards?: boolean;
    before?: Position;
  }): Recorded[];
  at(position: Position): Recorded | undefined;
  /** Everything after a position as it comes, in batches, until the signal aborts. Batches are never empty. */
  tail(of: {
    after: Position;
    types?: readonly string[];
    signal: AbortSignal;
  }): AsyncIterable<Recorded[]>;
  /** Folds everything after a position up to the head, letting others run now and then; returns where it got to. */
  replay(
    of: { after: Position; types?: readonly string[] },
    fold: (past: Replayed) => void,
  ): Promise<Position>;
  /** Calls back, synchronously after each commit, with the new head. Returns how to stop. */
  onCommit(hear: (head: Position) => void): () => void;
  /** Recomputes the hash chain: the position of the first broken record, or none. */
  verify(of?: {
    onProgress?: (position: Position) => void;
  }): Promise<{ checked: number; brokenAt?: Position; why?: string; headHash: string }>;
  /** Durable places that consumers keep (reaction cursors): not facts, never in the chain. What is set reads back at once and is durable with the turn's commit. */
  bookmarks: Bookmarks;
  close(): Promise<void>;
}

export interface Bookmarks {
  get(name: string): string | undefined;
  set(name: string, value: string): void;
  delete(name: string): void;
  list(prefix: string): [name: string, value: string][];
}
