import type * as z from "zod";
import type { CounterDef, EventDef, Order, Problem, Query, SnapshotDef } from "../contract.ts";
import type { Action, Answer, Command } from "./decisions.ts";
import type { Read, Reaction, Route } from "./effects.ts";
import type { Guard } from "./guard.ts";
import type { TableView, View } from "./views.ts";

/** A number as it is at this moment, for what draws graphs elsewhere (`GET /metrics`); labels are few. */
export type Gauge = {
  name: string;
  labels: readonly string[];
  about: string;
  read(read: Read): { labels: Readonly<Record<string, string>>; value: number }[];
};

/** A capability as one value. From it come HTTP, OpenAPI, CLI, permissions, audit and documentation. */
export type Capability = {
  id: string;
  about: string;
  config: z.ZodType;
  /** Mistakes that a schema cannot see (a route to a service that is not there), by path within the whole file. */
  check?: (all: Readonly<Record<string, unknown>>) => ConfigMistake[];
  emits: readonly EventDef[];
  refuses: readonly Problem[];
  counts: readonly CounterDef[];
  gauges: readonly Gauge[];
  snapshots: readonly SnapshotDef[];
  commands: readonly Command[];
  actions: readonly Action[];
  answers: readonly Answer[];
  asks: readonly Query[];
  /** Verbs of other capabilities that this one may give. */
  orders: readonly Order[];
  views: readonly (View | TableView)[];
  reactions: readonly Reaction[];
  routes: readonly Route[];
  /** Stands before what destroys, for all capabilities; one has it. */
  guard?(...of: Parameters<Guard>): ReturnType<Guard>;
};
/** `path` points into the file: `["gateway", "routes", 0, "service"]`. */
export type ConfigMistake = { path: (string | number)[]; what: string; fix: string };

/** What an author writes. Definitions are named loosely here, since their payload types differ from each other. */
type Manifest = Pick<Capability, "id" | "about" | "config" | "check" | "guard"> & {
  emits?: readonly { type: string }[];
  refuses?: readonly Problem[];
  counts?: readonly { name: string }[];
  gauges?: readonly { name: string }[];
  snapshots?: readonly { name: string }[];
  commands?: readonly Command[];
  actions?: readonly Action[];
  answers?: readonly Answer[];
  asks?: readonly { name: string }[];
  orders?: readonly { name: string }[];
  views?: readonly { kind: string; name: string }[];
  reactions?: readonly Reaction[];
  routes?: readonly Route[];
};

const nothing = {
  emits: [],
  refuses: [],
  counts: [],
  gauges: [],
  snapshots: [],
  commands: [],
  actions: [],
  answers: [],
  asks: [],
  orders: [],
  views: [],
  reactions: [],
  routes: [],
};

/** Declares a capability; what it leaves out is empty. Boot checks all of them together. */
export const capability = (manifest: Manifest): Capability =>
  ({ ...nothing, ...manifest }) as unknown as Capability;
