import { type Actor, type EventDef, isRefusal, type Query, type Refusal } from "../contract.ts";
import type { Capability } from "../manifest/capability.ts";
import type { Command } from "../manifest/decisions.ts";
import { manifestMistakes } from "./boot-checks.ts";
import { registryEvents } from "../registry/events.ts";
import { openRegistry } from "../registry/open.ts";
import { commandRunner, type Ran, type RunCommand } from "./commands.ts";
import { type Because, effectsFor, readFor, system, type World } from "./effects.ts";
import { type Facts, openFacts } from "./facts.ts";
import { gate, type Loss, lossOf, type Pass } from "./gate.ts";
import { castorStarted, ownCapability } from "./own.ts";
import type { Ports } from "./ports.ts";
import { retryParked } from "./attempts.ts";
import { placeBookmarks, startReactions } from "./reactions.ts";
import { Turns } from "./turns.ts";
import { need, verbsOf } from "./verbs.ts";
import { openViews, type Views } from "./views.ts";
import { wrongInput } from "./wrong-input.ts";

export const version = "0.1.0";

/** A running control plane. */
export type Castor = AsyncDisposable & {
  capabilities: readonly Capability[];
  ports: Ports;
  facts: Facts;
  views: Views;
  /** Runs a command by name, on somebody's behalf. The same id runs once. */
  run(
    name: string,
    input: unknown,
    of: { by: Actor; id?: string; pass?: Pass; dryRun?: boolean },
  ): Promise<Ran>;
  /** Does an action by name, on somebody's behalf. */
  act(name: string, input: unknown, of: { by: Actor; pass?: Pass }): Promise<unknown>;
  /** What would be lost by a verb with this input. Asks nobody. */
  lossOf(name: string, input: unknown, by: Actor): { loses?: Loss };
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
  readonly #verbs: ReturnType<typeof verbsOf>;
  readonly #gate: ReturnType<typeof gate>;
  readonly #decide: RunCommand;
  readonly #needing = new Turns();
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
    this.#verbs = verbsOf(all);
    this.#config = of.config ?? defaults(all);
    this.#gate = gate(all, () => this.#world);
    this.#decide = commandRunner({ facts: this.facts, clock });
    this.#world = {
      ports,
      facts: this.facts,
      views: this.views,
      runCommand: (command, input, how) => this.#run(command, input, how),
      configOf: (id) => this.#config[id],
      ask: async (query, input) => answered(await this.#answer(query.name, input)) as never,
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
    const { actor: by, cause, id, pass = {} } = of;
    const because = { pass, ...(cause === undefined ? {} : { cause }) };
    if (this.#verbs.actions.has(name))
      return await this.#act(name, input, {
        ...because,
        actor: by,
        ...(id ? { idPrefix: id } : {}),
      });
    return (await this.run(name, input, { ...because, by, ...(id ? { id } : {}) })).decision;
  }

  async run(
    name: string,
    input: unknown,
    of: { by: Actor; id?: string; cause?: number; pass?: Pass; dryRun?: boolean },
  ): Promise<Ran> {
    const { owner, command } = need(this.#verbs.commands, name);
    const how = { owner: owner.id, config: this.#config[owner.id], ...of };
    return await this.#run(command, input, how);
  }

  #lacking({ needs, input: schema }: Command, input: unknown, owner: string): Refusal | undefined {
    const parsed = needs && schema.safeParse(input);
    const of = parsed?.success && this.capabilities.find(({ id }) => id === owner);
    return of ? needs?.(parsed.data, readFor(of, this.#world)) : undefined;
  }

  /** What would be refused or change nothing is said before anybody is asked to approve it. */
  async #run(command: Command, input: unknown, how: Parameters<RunCommand>[2]): Promise<Ran> {
    if (command.destroys && !("nothing" in command.destroys) && how.dryRun !== true) {
      const dry = await this.#decideNow(command, input, { ...how, dryRun: true });
      if (isRefusal(dry.decision) || dry.decision.length === 0) return dry;
      const owner = this.capabilities.find(({ id }) => id === how.owner);
      const { by, pass = {} } = how;
      const asked = { verb: command, input: command.input.parse(input), raw: input, by, pass };
      const passed = owner && (await this.#gate({ ...asked, owner }));
      if (isRefusal(passed)) return { decision: passed };
    }
    return await this.#decideNow(command, input, how);
  }

  /** What a command needs elsewhere must still be so when it is recorded: those of one capability that need something take turns. */
  async #decideNow(command: Command, input: unknown, how: Parameters<RunCommand>[2]): Promise<Ran> {
    if (!command.needs) return await this.#decide(command, input, how);
    return await this.#needing.take(how.owner, async () => {
      const lacking = this.#lacking(command, input, how.owner);
      return lacking ? { decision: lacking } : await this.#decide(command, input, how);
    });
  }

  async act(name: string, input: unknown, of: { by: Actor; pass?: Pass }): Promise<unknown> {
    const { by: actor, pass = {} } = of;
    return await this.#act(name, input, { actor, pass });
  }

  lossOf(name: string, input: unknown, by: Actor): { loses?: Loss } {
    const command = this.#verbs.commands.get(name);
    const { owner, ...found } = command ?? need(this.#verbs.actions, name);
    const verb = "command" in found ? found.command : found.action;
    const parsed = verb.input.safeParse(input);
    const loses = parsed.success && lossOf(this.#world, { verb, owner, input: parsed.data, by });
    return loses ? { loses } : {};
  }

  async #act(name: string, input: unknown, because: Because): Promise<unknown> {
    const { owner, action: verb } = need(this.#verbs.actions, name);
    const parsed = verb.input.safeParse(input);
    if (!parsed.success) return wrongInput(verb.input, input, parsed.error);
    const { actor: by, pass: given = {} } = because;
    const asked = { verb, owner, input: parsed.data, raw: input, by };
    const pass = await this.#gate({ ...asked, pass: given });
    if (isRefusal(pass)) return pass;
    return await verb.act(parsed.data, effectsFor(owner, this.#world, { ...because, pass }));
  }

  async ask<I, O>(query: Query<I, O>, input: I): Promise<O> {
    return (await this.askByName(query.name, input)) as O;
  }

  async askByName(name: string, input: unknown): Promise<unknown> {
    const { input: schema } = need(this.#verbs.answers, name).answer.query;
    const parsed = schema.safeParse(input);
    return parsed.success
      ? await this.#answer(name, parsed.data)
      : wrongInput(schema, input, parsed.error);
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

/** What each section is when the file says nothing. */
export const defaults = (capabilities: readonly Capability[]): Record<string, unknown> =>
  Object.fromEntries(
    capabilities.map((each) => {
      const parsed = each.config.safeParse({});
      return [each.id, parsed.success ? parsed.data : undefined];
    }),
  );

/** Between capabilities a question that is refused is a bug of whoever asks. */
function answered<O>(found: O | Refusal): O {
  if (isRefusal(found)) throw new Error(`${found.problem.type}: ${found.detail}`);
  return found;
}

function chore(ports: Ports, ms: number, act: () => unknown): () => void {
  let cancel = ports.clock.at(ports.clock.now() + ms, turn);
  async function turn(): Promise<void> {
    await act();
    cancel = ports.clock.at(ports.clock.now() + ms, turn);
  }
  return () => cancel();
}
