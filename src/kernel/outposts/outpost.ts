import type { Bus } from "../bus/bus.ts";
import type { Clock } from "../clock/clock.ts";
import type { SnapshotDef } from "../contract.ts";
import type { Crew, Trade } from "./crew.ts";
import type { Stores } from "../stores/stores.ts";

/**
 * A process of one capability beside control: for work that would hold up everything else there, on data that only it writes.
 * The keeper runs it; it works from the last good snapshot, and goes on while control is away. These are its ports.
 */
export type Outpost = {
  name: string;
  clock: Clock;
  bus: Bus;
  stores: Stores;
  /** Its own, for what is no SQL store; it makes it when it needs it. */
  folder: string;
  /** Hears the snapshot as it is now and each later one. */
  follow<S>(of: SnapshotDef<S>, hear: (value: S) => void): void;
  /** A thread for what is only computing, where there is a core for it. */
  crew<I, O>(trade: Trade<I, O>): Crew<I, O>;
  /** Answers the HTTP requests that control passes on. */
  serve(answer: (request: Request) => Promise<Response> | Response): void;
  /** To standard error; no secrets. */
  note(message: string): void;
};

export type PassedOn = {
  method: string;
  headers: Record<string, string>;
  body?: Uint8Array<ArrayBuffer>;
};

/** How control reaches its outposts. */
export interface Outposts {
  /** Passes a request on, `path` with its query; 503 when the outpost is not there. */
  pass(name: string, path: string, request: PassedOn): Promise<Response>;
}

export const outpostSocket = (name: string): string => `${name}.sock`;
