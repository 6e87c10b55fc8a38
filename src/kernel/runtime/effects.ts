import { type Actor, isRefusal, type Query } from "../contract.ts";
import type { Position } from "../log/log.ts";
import type { Capability } from "../manifest/capability.ts";
import type { Command, Decision } from "../manifest/decisions.ts";
import type { Effects, Read } from "../manifest/effects.ts";
import type { Registry } from "../registry/registry.ts";
import { appendSurely } from "./append.ts";
import type { RunCommand } from "./commands.ts";
import type { Pass } from "./gate.ts";
import type { Facts } from "./facts.ts";
import type { Ports } from "./ports.ts";
import type { Views } from "./views.ts";

export type World = {
  ports: Ports;
  facts: Facts;
  views: Views;
  runCommand: RunCommand;
  configOf(id: string): unknown;
  ask(query: Query<never, never>, input: unknown): Promise<unknown>;
  /** Runs any capability's command, or does its action. */
  give(name: string, input: unknown, because: Because & { id?: string }): Promise<unknown>;
  registry: Registry;
  equipment: Readonly<Record<string, unknown>>;
  signal: AbortSignal;
};

/** On whose behalf, because of which fact, and the prefix that makes retried effects the same envelopes. */
export type Because = { actor: Actor; cause?: Position; idPrefix?: string; pass?: Pass };

export const system = (id: string): Actor => ({ kind: "system", id });

/** What answers of one capability may read, as of now. */
export function readFor(capability: Capability, world: World): Read {
  const { ports, facts, views } = world;
  return {
    now: ports.clock.now(),
    config: world.configOf(capability.id),
    view: (of) => views.get(of),
    tables: (of) => views.tables(of),
    counters: ports.counters,
    log: facts,
    changes: facts.changes,
    says: facts.says,
    hiding: facts.hiding,
    ask: (query, input) => world.ask(query as Query<never, never>, input) as Promise<never>,
    bus: ports.bus,
    registry: world.registry,
    equipment: <T>(name: string): T => {
      if (!(name in world.equipment))
        throw new Error(`No equipment "${name}" was given to Castor.`);
      return world.equipment[name] as T;
    },
  };
}

const releaseBy =
  ({ id: owner, guard }: Capability, world: World): Effects["release"] =>
  async ({ verb, input, by, cause, id }) => {
    if (!guard) throw new Error(`${owner} guards nothing, so it holds nothing.`);
    return await world.give(verb, input, { actor: by, cause, id, pass: { isReleased: true } });
  };

/** What the effects of one capability may do, on somebody's behalf. */
export function effectsFor(capability: Capability, world: World, because: Because): Effects {
  const { ports, facts } = world;
  const { bus, snapshots, stores, outposts, net } = ports;
  let count = 0;
  const nextId = (): { id?: string } =>
    because.idPrefix === undefined ? {} : { id: `${because.idPrefix}#${++count}` };
  const cause = because.cause === undefined ? {} : { cause: because.cause };
  return {
    ...readFor(capability, world),
    get now() {
      return ports.clock.now();
    },
    get config() {
      return world.configOf(capability.id);
    },
    actor: because.actor,
    ...{ bus, snapshots, stores, outposts, net },
    registry: world.registry,
    run: async (own: Command, input: unknown): Promise<Decision> => {
      if (!capability.commands.includes(own))
        throw new Error(`${capability.id} may run its own commands only, not ${own.name}.`);
      const config = world.configOf(capability.id);
      const { actor: by, pass = {} } = because;
      const how = { owner: capability.id, config, by, pass, ...cause, ...nextId() };
      return (await world.runCommand(own, input, how)).decision;
    },
    order: async ({ name, isAnswered }, input) => {
      if (!capability.orders.some((each) => each.name === name))
        throw new Error(`${capability.id} gives ${name}, which its manifest's \`orders\` lack.`);
      const given = await world.give(name, input, { ...because, ...nextId() });
      return (isAnswered || isRefusal(given) ? given : undefined) as never;
    },
    release: releaseBy(capability, world),
    record: async (key, events, of) => {
      const known = of?.cause === undefined ? cause : { cause: of.cause };
      const stream = `${capability.id}/${key}`;
      const whole = events.map((event) => ({ ...event, stream: event.stream ?? stream }));
      const id = of?.id ?? nextId().id ?? ports.clock.id();
      return (
        await appendSurely(
          { facts, clock: ports.clock },
          { id, by: because.actor, ...known, events: whole },
        )
      ).position;
    },
    count: (what, labels, value) => ports.counters.add(what, labels, value),
    merge: (delta) => ports.counters.merge(delta),
    publish: (to, message) => ports.bus.publish(to.name, message),
    id: () => ports.clock.id(),
    random: () => ports.clock.random(),
    secret: (bytes) => ports.clock.secret(bytes),
    sleep: (ms) => ports.clock.sleepUntil(ports.clock.now() + ms, world.signal),
    note: (message, more) => {
      if (world.signal.aborted) return; // What breaks while everything ends is no news.
      const details = more ? ` ${JSON.stringify(more)}` : "";
      process.stderr.write(`${capability.id}: ${message}${details}\n`);
    },
    signal: world.signal,
  };
}
