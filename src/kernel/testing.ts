import {
  type Actor,
  type Event,
  isRefusal,
  type Problem,
  type Query,
  type Topic,
} from "./contract.ts";
import { expect } from "bun:test";
import { inProcessBus } from "./bus/in-process.ts";
import { virtualClock, type VirtualClock } from "./clock/virtual.ts";
import { openCounters } from "./counters/open.ts";
import { openMemoryLog } from "./log/memory.ts";
import type { Recorded } from "./log/log.ts";
import type { Capability } from "./manifest/capability.ts";
import type { Decide, Decision, Model } from "./manifest/decisions.ts";
import type { Net } from "./manifest/effects.ts";
import { castor, type Castor, defaults } from "./runtime/castor.ts";
import type { Ports } from "./runtime/ports.ts";
import { type MemoryOutposts, memoryOutposts } from "./outposts/memory.ts";
import { openSealer } from "./seal/sealer.ts";
import { memorySnapshots } from "./snapshots/memory.ts";
import { type MemoryStores, memoryStores } from "./stores/memory.ts";
import type * as z from "zod";

export {
  type Fate,
  memoryDisk,
  type MemoryDisk,
  type MemoryLog,
  openMemoryLog,
} from "./log/memory.ts";
export { Unknown, Unavailable } from "./log/log.ts";
export { castor, type Castor, defaults } from "./runtime/castor.ts";
export type { Ports } from "./runtime/ports.ts";
export { virtualClock, type VirtualClock } from "./clock/virtual.ts";
export { memoryStores } from "./stores/memory.ts";
export { freePort } from "./free-port.testing.ts";
export { machineHere } from "./machine.ts";
export { machineNet } from "./net.ts";
export { testAuth, type TestAuth } from "./auth/memory.ts";
export { httpApi } from "./http/api.ts";
export { manifestMistakes } from "./runtime/boot-checks.ts";

const tester: Actor = { kind: "person", id: "tester" };

/** given(events).when(decide, input).emits(…) over a model, with the configuration's defaults. */
export const spec =
  <S, E extends Event, C extends z.ZodType>(model: Model<S, E>, config: C, now = 0) =>
  (...before: E[]) => ({
    when<I, F extends Event>(decide: Decide<I, S, F, z.infer<C>>, input: I) {
      const state = before.reduce((known, each) => model.evolve(known, each), model.initial);
      let ids = 0;
      const facts = { now, actor: tester, config: config.parse({}), id: () => `id-${++ids}` };
      const decision: Decision<F> = decide(input, state, facts);
      return {
        decision,
        emits: (...events: Event[]) => expect(decision).toEqual(events as never),
        changesNothing: () => expect(decision).toEqual([]),
        refuses: (problem: Problem) => {
          expect(isRefusal(decision) ? decision.problem.type : decision).toEqual(
            problem.type as never,
          );
        },
      };
    },
  });

/** No network: every request fails unless the test gives its own. */
export const noNet: Net = {
  fetch: () => Promise.reject(new Error("no network in this test")),
  resolve: () => Promise.reject(new Error("no network in this test")),
  connect: () => Promise.reject(new Error("no network in this test")),
  hello: () => Promise.reject(new Error("no network in this test")),
  records: () => Promise.reject(new Error("no network in this test")),
  freePort: (() => {
    let port = 40_000;
    return () => Promise.resolve(++port);
  })(),
};

export type TestCastor = AsyncDisposable & {
  castor: Castor;
  clock: VirtualClock;
  run(name: string, input: unknown, by?: Actor): Promise<Decision>;
  act(name: string, input: unknown, by?: Actor): Promise<unknown>;
  ask<I, O>(query: Query<I, O>, input: I): Promise<O>;
  /** Lets time pass; timers and reactions run in order. */
  advance(ms: number): Promise<void>;
  publish<M>(topic: Topic<M>, message: M): Promise<void>;
  facts(): Recorded[];
  types(): string[];
};

export type TestPorts = Ports & {
  clock: VirtualClock;
  stores: MemoryStores;
  outposts: MemoryOutposts;
};

/** Ports without a world: virtual time, seeded chance, everything in memory. */
export function testPorts(of: { seed?: number; net?: Net; clock?: VirtualClock } = {}): TestPorts {
  const clock = of.clock ?? virtualClock({ seed: of.seed ?? 1 });
  const bus = inProcessBus({ clock });
  const snapshots = memorySnapshots({ bus });
  return {
    clock,
    bus,
    log: openMemoryLog({ clock }),
    sealer: openSealer({ path: ":memory:", clock }),
    counters: openCounters({ path: ":memory:", clock }),
    snapshots,
    stores: memoryStores({ clock }),
    outposts: memoryOutposts({ clock, bus, snapshots }),
    net: of.net ?? noNet,
    viewsPath: ":memory:",
  };
}

/** A whole Castor of these capabilities on virtual time. */
export async function testCastor(
  slices: readonly Capability[],
  of: {
    config?: Record<string, unknown>;
    equipment?: Record<string, unknown>;
    seed?: number;
    net?: Net;
    ports?: Ports & { clock: VirtualClock };
  } = {},
): Promise<TestCastor> {
  const ports = of.ports ?? testPorts(of);
  const config = { ...defaults(slices), ...parsed(slices, of.config ?? {}) };
  const made = await castor(slices, ports, { config, equipment: of.equipment ?? {} });
  return {
    castor: made,
    clock: ports.clock,
    run: async (name, input, by = tester) => (await made.run(name, input, { by })).decision,
    act: (name, input, by = tester) => made.act(name, input, { by }),
    ask: (query, input) => made.ask(query, input),
    advance: (ms) => ports.clock.advance(ms),
    publish: async (topic, message) => {
      ports.bus.publish(topic.name, message);
      await ports.clock.advance(0);
    },
    facts: () => made.facts.page({ after: 0, limit: 100_000 }),
    types: () => made.facts.page({ after: 0, limit: 100_000 }).map((each) => each.event.type),
    [Symbol.asyncDispose]: () => made.stop(),
  };
}

const parsed = (
  slices: readonly Capability[],
  config: Record<string, unknown>,
): Record<string, unknown> =>
  Object.fromEntries(
    Object.entries(config).map(([id, value]) => [
      id,
      slices.find((each) => each.id === id)?.config.parse(value) ?? value,
    ]),
  );
