import type { Millis } from "../contract.ts";

export type Message = { topic: string; body: unknown; from: string };
/** What bounds a listener: messages beyond it are dropped, and `onDrop` says how many. */
export type Limits = { concurrency?: number; queuedMax?: number; onDrop?: (count: number) => void };

/** Definite: nobody serves that name. */
export class NobodyServes extends Error {}
/** Indefinite: no answer in time. */
export class NoAnswer extends Error {}
/** The other side answered with an error. */
export class RemoteError extends Error {}

/**
 * Messages heard now or never (at most once), by names, never by addresses. Bodies are JSON values.
 * `subscribe` takes an exact topic or a prefix ending in `*`. Every engine passes `bus/conformance.ts`.
 */
export interface Bus {
  /** To everyone who listens to the topic now. */
  publish(topic: string, body: unknown): void;
  subscribe(
    pattern: string,
    hear: (message: Message) => void | Promise<void>,
    limits?: Limits,
  ): () => void;
  /** Joins the cluster `name`: requests go to one member, broadcasts to all, tunnels are opened with one. */
  serve(
    name: string,
    by: {
      request?: (message: Message) => Promise<unknown>;
      broadcast?: (message: Message) => void;
      tunnel?: (tunnel: Tunnel) => void;
    },
    limits?: Limits,
  ): () => void;
  broadcast(name: string, body: unknown): void;
  /** One member's answer. Throws NobodyServes, NoAnswer or RemoteError. */
  request(
    name: string,
    body: unknown,
    of: { timeoutMs: Millis; signal?: AbortSignal },
  ): Promise<unknown>;
  /** Every member's answer, as they come, until time is up or `max` came. */
  gather(
    name: string,
    body: unknown,
    of: { timeoutMs: Millis; max?: number },
  ): AsyncIterable<{ from: string; body: unknown }>;
  /** An ordered, throttled conversation with one member. */
  open(name: string, of: { timeoutMs: Millis }): Promise<Tunnel>;
  close(): Promise<void>;
}

/** Ordered, with byte credits: `send` waits while the other side is full; a gap closes it with a reason. */
export interface Tunnel extends AsyncIterable<Uint8Array> {
  send(chunk: Uint8Array): Promise<void>;
  close(why?: string): void;
  /** Resolves with the reason, if one was given, when either side closed. */
  closed: Promise<string | undefined>;
}
