import type * as z from "zod";
import type { Actor, Event, Millis, Query, Refusal, Role } from "../contract.ts";
import type { Effects, Read } from "./effects.ts";
import type { Destroys } from "./guard.ts";

/** What a decision may know besides its input and state. `id()` gives new ids; they come from the clock's chance. */
export type Facts<C = unknown> = { now: Millis; actor: Actor; config: C; id(): string };

/** Events to record (`[]` means "already so"), or a refusal. */
export type Decision<E extends Event = Event> = readonly E[] | Refusal;

/** A rule: pure, synchronous, no ports. */
export type Decide<I, S, E extends Event, C = unknown> = (
  input: I,
  state: S,
  facts: Facts<C>,
) => Decision<E>;

/** What a stream's events add up to. `evolve` must not throw on any event it ever accepted. */
export type Model<S, E extends Event> = { initial: S; evolve(state: S, event: E): S };

export type Verb = { name: string; allow: Role; about: string; destroys?: Destroys<unknown> };

export type Command = Verb & {
  kind: "command";
  input: z.ZodType;
  model: Model<unknown, Event>;
  key(input: unknown): string;
  needs?(input: unknown, read: Read): Refusal | undefined;
  decide: Decide<unknown, unknown, Event>;
};

/**
 * Declares `POST /api/<name>`: a decision over the stream `<capability>/<key>`. Operators may run it unless told otherwise.
 * Retried on conflict; the same `Idempotency-Key` runs once.
 */
export function command<I, S, E extends Event, C = unknown>(
  name: string,
  of: {
    about: string;
    input: z.ZodType<I>;
    model: Model<S, E>;
    key(input: I): string;
    /** What has to be so elsewhere, as views say it now: whatever else the input names is there. The log guards its own stream alone. */
    needs?(input: I, read: Read<C>): Refusal | undefined;
    decide: Decide<I, S, E, C>;
    allow?: Role;
    destroys?: Destroys<I, C>;
  },
): Command {
  return { kind: "command", name, ...of, allow: of.allow ?? "operator" } as unknown as Command;
}

export type Action = Verb & {
  kind: "action";
  input: z.ZodType;
  output: z.ZodType;
  act(input: unknown, fx: Effects): Promise<unknown>;
};

/**
 * Declares `POST /api/<name>` for what no pure decision can do (it waits on the world, or returns a secret once).
 * Gives its output or a refusal.
 */
export function action<I, O, C = unknown>(
  name: string,
  of: {
    about: string;
    input: z.ZodType<I>;
    output: z.ZodType<O>;
    act(input: I, fx: Effects<C>): Promise<O | Refusal>;
    allow?: Role;
    destroys?: Destroys<I, C>;
  },
): Action {
  return { kind: "action", name, ...of, allow: of.allow ?? "operator" } as unknown as Action;
}

export type Answer = {
  query: Query;
  reply(read: Read, input: unknown): unknown;
};

/** Answers a query from views, tables, counters and the log: `answer(open, (read, input) => read.view(started)…)`; or says why there is no answer. */
export function answer<I, O, C = unknown>(
  to: Query<I, O>,
  reply: (read: Read<C>, input: I) => O | Refusal | Promise<O | Refusal>,
): Answer {
  return { query: to, reply } as unknown as Answer;
}
