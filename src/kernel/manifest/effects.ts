import type {
  Actor,
  CounterDef,
  Event,
  EventDef,
  EventLike,
  EventOf,
  Millis,
  Order,
  Query,
  Refusal,
  Role,
  Topic,
} from "../contract.ts";
import type { Bus } from "../bus/bus.ts";
import type { Counters } from "../counters/counters.ts";
import type { Hello, HelloTo } from "../hello.ts";
import type { Log, Position, Recorded } from "../log/log.ts";
import type { RecordsOf } from "../name-server.ts";
import type { Registry } from "../registry/registry.ts";
import type { Outposts } from "../outposts/outpost.ts";
import type { Snapshots } from "../snapshots/snapshots.ts";
import type { Stores } from "../stores/stores.ts";
import type { Command, Decision } from "./decisions.ts";
import type { Release } from "./guard.ts";
import type { Tables, TableView, View } from "./views.ts";

/** What an answer may read. All of it is local: it answers when cut off. */
export type Read<C = unknown> = {
  now: Millis;
  config: C;
  view<V>(of: View<V>): V;
  tables(of: TableView): Tables;
  counters: Omit<Counters, "add" | "merge" | "flush" | "close">;
  log: Pick<Log, "head" | "page" | "read" | "at" | "version" | "epoch" | "verify">;
  /** Facts that change how something runs (`isChange`), within a stretch of time, newest first; the newest 2,000 are looked through. */
  changes(of: { from: Millis; to: Millis }): Recorded[];
  /** The words for a fact, from its definition. */
  says(event: Event): string;
  /** A fact as anybody may see it: what is sensitive in it is not told. */
  hiding(event: Event): Event;
  ask<I, O>(query: Query<I, O>, input: I): Promise<O>;
  bus: Pick<Bus, "request" | "gather">;
  registry: Pick<Registry, "get" | "list">;
  /** Whatever the process was started with under this name (`castor({ equipment })`): adapters of one capability. */
  equipment<T>(name: string): T;
};

/** What the asynchronous edge of a capability may do. */
export type Effects<C = unknown> = Read<C> & {
  /** On whose behalf: the caller of an action; the system in a reaction. */
  actor: Actor;
  /** Runs one of the capability's own commands. */
  run(own: Command, input: unknown): Promise<Decision>;
  /** Gives a verb of another capability that the manifest names among its `orders`; undefined once it is so, or its output where that is wanted. */
  order<I, O>(to: Order<I, O>, input: I): Promise<Refusal | O>;
  /** Does what the guard held up; for the capability that guards, and nobody else. Gives the decision or the output. */
  release(held: Release): Promise<unknown>;
  /** Records facts that no rule guards, on the stream `<capability>/<key>`; `cause` is the fact that led to them, where the kernel cannot know; the same `id` records once. */
  record(
    key: string,
    events: readonly Event[],
    of?: { cause?: Position; id?: string },
  ): Promise<Position>;
  count<L extends string>(
    what: CounterDef<L>,
    labels: Readonly<Record<L, string>>,
    value?: number | string,
  ): void;
  merge: Counters["merge"];
  /** Heard now or never. */
  publish<M>(to: Topic<M>, message: M): void;
  bus: Bus;
  registry: Registry;
  snapshots: Snapshots;
  /** Durable data of one's own that is neither fact nor counter. */
  stores: Stores;
  /** Processes of capabilities beside control. */
  outposts: Outposts;
  /** The network, through the port that tests and simulation replace. */
  net: Net;
  id(): string;
  random(): number;
  secret(bytes: number): Uint8Array;
  sleep(ms: Millis): Promise<void>;
  /** For operators of Castor itself, to standard error; no secrets. */
  note(message: string, more?: Record<string, unknown>): void;
  signal: AbortSignal;
};

/** The network port. `resolve` gives the addresses of a name, and throws when it has none. `connect` resolves once a TCP connection stands (and closes it); it throws why not. */
export interface Net {
  fetch(url: string, init?: RequestInit): Promise<Response>;
  resolve(host: string): Promise<string[]>;
  connect(to: { host: string; port: number; timeoutMs: Millis }): Promise<void>;
  /** Opens a connection, with TLS where asked, and tells who is there and what they say first. */
  hello(to: HelloTo): Promise<Hello>;
  /** Asks a name server for the records of a name. */
  records(of: RecordsOf): Promise<string[]>;
  /** A TCP port on loopback that nobody listens on now. */
  freePort(): Promise<number>;
}

export type Reaction =
  | {
      kind: "on";
      name: string;
      def: EventDef;
      react(recorded: Recorded, fx: Effects): Promise<void>;
    }
  | {
      kind: "due";
      name: string;
      def: EventDef;
      at(recorded: Recorded): Millis | undefined;
      react(recorded: Recorded, fx: Effects): Promise<void>;
    }
  | { kind: "heard"; topic: Topic; hear(message: unknown, fx: Effects): Promise<void> | void }
  | {
      kind: "serve";
      cluster: Topic;
      serve(message: unknown, fx: Effects): Promise<unknown>;
    }
  | { kind: "every"; name: string; ms: Millis; act(fx: Effects): Promise<void> | void }
  | { kind: "reconcile"; name: string; defs: readonly EventDef[]; act(fx: Effects): Promise<void> }
  | { kind: "started"; act(fx: Effects): Promise<void> | void };

/**
 * Reacts to each such fact, in order, at least once, surviving restarts. After repeated failure the fact is parked
 * (`castor.reaction-parked`) and the next one is taken. `name` is its durable identity: never change it lightly.
 */
export const on = <D extends EventLike, C = unknown>(
  name: string,
  def: D,
  react: (recorded: Recorded<EventOf<D>>, fx: Effects<C>) => Promise<void>,
): Reaction => ({ kind: "on", name, def, react }) as unknown as Reaction;

/** Reacts once the time that `at` derives from a fact has come, at least once, also when it came while Castor was down. */
export const due = <D extends EventLike, C = unknown>(
  name: string,
  def: D,
  at: (recorded: Recorded<EventOf<D>>) => Millis | undefined,
  react: (recorded: Recorded<EventOf<D>>, fx: Effects<C>) => Promise<void>,
): Reaction => ({ kind: "due", name, def, at, react }) as unknown as Reaction;

/**
 * Keeps something outside in step with what is true now: acts once at start and again after any of these facts (many at once
 * count as one), and after a failure again with a growing pause. `act` looks at the whole state, not at the fact.
 */
export const reconcile = <C = unknown>(
  name: string,
  defs: readonly EventLike[],
  act: (fx: Effects<C>) => Promise<void>,
): Reaction => ({ kind: "reconcile", name, defs, act }) as unknown as Reaction;

/** Hears a topic of the bus: now or never. Messages that do not fit its schema are noted and dropped. */
export const heard = <M, C = unknown>(
  topic: Topic<M>,
  hear: (message: M, fx: Effects<C>) => Promise<void> | void,
): Reaction => ({ kind: "heard", topic, hear }) as unknown as Reaction;

/**
 * Answers requests of other processes over the bus, under the cluster's name. Once it has answered, the asker knows that it
 * was done; an asker that got no answer asks again, so doing it twice must be as doing it once.
 */
export const serve = <M, C = unknown>(
  cluster: Topic<M>,
  answer: (message: M, fx: Effects<C>) => Promise<unknown>,
): Reaction => ({ kind: "serve", cluster, serve: answer }) as unknown as Reaction;

/** Acts again and again, never twice at once; the next turn begins `ms` after the last one ended. */
export const every = <C = unknown>(
  name: string,
  ms: Millis,
  act: (fx: Effects<C>) => Promise<void> | void,
): Reaction => ({ kind: "every", name, ms, act }) as unknown as Reaction;

/** Acts once when Castor has started: views are folded, reactions run. */
export const started = <C = unknown>(act: (fx: Effects<C>) => Promise<void> | void): Reaction =>
  ({ kind: "started", act }) as unknown as Reaction;

export type Caller = { actor: Actor; role: Role; scopes?: readonly string[] };
export type Route = {
  method: "GET" | "POST" | "PUT" | "DELETE" | "ALL";
  path: string;
  allow: Role | "public";
  about: string;
  /** `address` is where the request comes from, believing the proxies that the configuration trusts. */
  serve(
    request: Request,
    fx: Effects,
    caller: Caller | undefined,
    address: string,
  ): Promise<Response | Refusal>;
};
/** A surface that is neither command nor query: foreign formats under `/in/…`, downloads. Public ones say so. */
export const route = <C = unknown>(
  method: Route["method"],
  path: string,
  of: {
    about: string;
    allow: Role | "public";
    serve(
      request: Request,
      fx: Effects<C>,
      caller: Caller | undefined,
      address: string,
    ): Promise<Response | Refusal>;
  },
): Route => ({ method, path, ...of }) as unknown as Route;
