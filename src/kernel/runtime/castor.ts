import type { Actor, EventDef, Query } from "../contract.ts";
import type { Capability } from "../manifest/capability.ts";
import type { Action, Command } from "../manifest/decisions.ts";
import { manifestMistakes } from "./boot-checks.ts";
import { registryEvents } from "../registry/events.ts";
import { openRegistry } from "../registry/open.ts";
import { commandRunner, invalidInput, issuesOf, type Ran } from "./commands.ts";
import { type Because, effectsFor, readFor, system, type World } from "./effects.ts";
import { type Facts, openFacts } from "./facts.ts";
import { castorStarted, ownCapability } from "./own.ts";
import type { Ports } from "./ports.ts";
import { retryParked } from "./attempts.ts";
import { placeBookmarks, startReactions } from "./reactions.ts";
import { openViews, type Views } from "./views.ts";

export const version = "0.1.0";

/** A running control plane. */
export type Castor = AsyncDisposable & {
  capabilities: readonly Capability[];
  ports: Ports;
  facts: Facts;
  views: Views;
  /** Runs a command by name, on somebody's behalf. The same id runs once. */
  run(name: string, input: unknown, of: { by: Actor; id?: string; dryRun?: boolean }): Promise<Ran>;
  /** Does an action by name, on somebody's behalf. */
  act(name: string, input: unknown, of: { by: Actor }): Promise<unknown>;
  ask<I, O>(query: Query<I, O>, input: I): Promise<O>;
  /** Asks by name; input is checked first. */
  askByName(name: string, input: unknown): Promise<unknown>;
  effects(capability: Capability, because: Because): ReturnType<typeof effectsFor>;
  /** Replaces the whole configuration at once. */
  configure(config: Readonly<Record<string, unknown>>): void;
  stop(): Promise<void>;
  /** Ends like a killed process, for simulations: nothing is saved, nothing is closed. */
  abandon(): void;
};

const saveEveryMs = 60_000;
const flushEveryMs = 10_000;

type Given = {
  config?: Readonly<Record<string, unknown>>;
  equipment?: Readonly<Record<string, unknown>>;
};

/** Assembles and starts Castor. Throws one error that lists every mistake of every manifest. */
export async function castor(
  slices: readonly Capability[],
  ports: Ports,
  of: Given = {},
): Promise<Castor> {
  const running = new Running(slices, ports, of);
  await running.start();
  return running;
}

class Running implements Castor {
  readonly capabilities: readonly Capability[];
  readonly facts: Facts;
  readonly views: Views;
  readonly ports: Ports;
  readonly #verbs: ReturnType<typeof verbs>;
  readonly #world: World;
  readonly #stopping = new AbortController();
  readonly #endings: (() => void)[] = [];
  #config: Readonly<Record<string, unknown>>;

  constructor(slices: readonly Capability[], ports: Ports, of: Given) {
    this.ports = ports;
    this.capabilities = [this.#own(), ...slices];
    const mistakes = manifestMistakes(this.capabilities);
    if (mistakes.length > 0)
      throw new Error(`These capabilities do not fit together:\n  ${mistakes.join("\n  ")}`);
    const all = this.capabilities;
    const { log, sealer, viewsPath: path, clock } = ports;
    const registry = registryEvents as unknown as readonly EventDef[];
    const defs = [...all.flatMap((each) => each.emits), ...registry];
    this.facts = openFacts({ log, sealer, defs });
    this.views = openViews({ path, facts: this.facts, views: all.flatMap((each) => each.views) });
    this.#verbs = verbs(all);
    this.#config = of.config ?? defaults(all);
    this.#world = {
      ports,
      facts: this.facts,
      views: this.views,
      runCommand: commandRunner({ facts: this.facts, clock }),
      configOf: (id) => this.#config[id],
      ask: (query, input) => this.#answer(query.name, input),
      give: (name, input, because) => this.#give(name, input, because),
      registry: openRegistry({ log, clock }),
      equipment: of.equipment ?? {},
      signal: this.#stopping.signal,
    };
  }

  #own(): Capability {
    return ownCapability({
      all: () => this.capabilities,
      rebuild: (view) => this.views.rebuild(view),
      retry: (parked, actor) => retryParked(this.#world, this.capabilities, parked, { actor }),
    });
  }

  async start(): Promise<void> {
    const { facts, views, ports } = this;
    await views.foldPast();
    this.#endings.push(facts.onCommit(() => views.catchUp()));
    placeBookmarks(this.#world, this.capabilities);
    const begun = castorStarted({ version, epoch: facts.epoch, head: facts.head() });
    const events = [{ ...begun, stream: "castor/kernel" }];
    await facts.append({ id: ports.clock.id(), by: system("castor"), events });
    await startReactions(this.#world, this.capabilities);
    this.#endings.push(
      chore(ports, saveEveryMs, () => views.save()),
      chore(ports, flushEveryMs, () => ports.counters.flush()),
    );
  }

  async #answer(name: string, input: unknown): Promise<unknown> {
    const found = need(this.#verbs.answers, name);
    return await found.answer.reply(readFor(found.owner, this.#world), input);
  }

  async #give(name: string, input: unknown, of: Because & { id?: string }): Promise<unknown> {
    const { actor: by, cause, id } = of;
    if (this.#verbs.actions.has(name)) {
      const because = { actor: by, ...(cause === undefined ? {} : { cause }) };
      return await this.#act(name, input, { ...because, ...(id ? { idPrefix: id } : {}) });
    }
    const how = { by, ...(cause === undefined ? {} : { cause }), ...(id ? { id } : {}) };
    return (await this.run(name, input, how)).decision;
  }

  async run(
    name: string,
    input: unknown,
    of: { by: Actor; id?: string; cause?: number; dryRun?: boolean },
  ): Promise<Ran> {
    const { owner, command } = need(this.#verbs.commands, name);
    const how = { owner: owner.id, config: this.#config[owner.id], ...of };
    return await this.#world.runCommand(command, input, how);
  }

  async act(name: string, input: unknown, { by }: { by: Actor }): Promise<unknown> {
    return await this.#act(name, input, { actor: by });
  }

  async #act(name: string, input: unknown, because: Because): Promise<unknown> {
    const { owner, action } = need(this.#verbs.actions, name);
    const parsed = action.input.safeParse(input);
    return parsed.success
      ? await action.act(parsed.data, effectsFor(owner, this.#world, because))
      : invalidInput("See errors.", { errors: issuesOf(parsed.error) });
  }

  async ask<I, O>(query: Query<I, O>, input: I): Promise<O> {
    return (await this.askByName(query.name, input)) as O;
  }

  async askByName(name: string, input: unknown): Promise<unknown> {
    const parsed = need(this.#verbs.answers, name).answer.query.input.safeParse(input);
    return parsed.success
      ? await this.#answer(name, parsed.data)
      : invalidInput("See errors.", { errors: issuesOf(parsed.error) });
  }

  effects(capability: Capability, because: Because): ReturnType<typeof effectsFor> {
    return effectsFor(capability, this.#world, because);
  }

  configure(config: Readonly<Record<string, unknown>>): void {
    this.#config = config;
  }

  abandon(): void {
    this.#stopping.abort();
    for (const end of this.#endings) end();
  }

  async stop(): Promise<void> {
    if (this.#stopping.signal.aborted) return;
    this.abandon();
    await this.#world.registry.close();
    this.views.close();
    await this.ports.counters.close();
    await this.ports.bus.close();
    await this.facts.close();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.stop();
  }
}

function need<T>(all: ReadonlyMap<string, T>, name: string): T {
  const found = all.get(name);
  if (!found) throw new Error(`There is no ${name}.`);
  return found;
}

function verbs(capabilities: readonly Capability[]) {
  const each = <K, V>(list: (owner: Capability) => [K, V][]): Map<K, V> =>
    new Map(capabilities.flatMap(list));
  return {
    commands: each((owner) =>
      owner.commands.map((command): [string, { owner: Capability; command: Command }] => [
        command.name,
        { owner, command },
      ]),
    ),
    actions: each((owner) =>
      owner.actions.map((action): [string, { owner: Capability; action: Action }] => [
        action.name,
        { owner, action },
      ]),
    ),
    answers: each((owner) =>
      owner.answers.map(
        (answer): [string, { owner: Capability; answer: Capability["answers"][number] }] => [
          answer.query.name,
          { owner, answer },
        ],
      ),
    ),
  };
}

/** What each section is when the file says nothing. */
export const defaults = (capabilities: readonly Capability[]): Record<string, unknown> =>
  Object.fromEntries(
    capabilities.map((each) => {
      const parsed = each.config.safeParse({});
      return [each.id, parsed.success ? parsed.data : undefined];
    }),
  );

function chore(ports: Ports, ms: number, act: () => unknown): () => void {
  let cancel = ports.clock.at(ports.clock.now() + ms, turn);
  async function turn(): Promise<void> {
    await act();
    cancel = ports.clock.at(ports.clock.now() + ms, turn);
  }
  return () => cancel();
}
