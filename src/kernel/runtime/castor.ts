import { type Actor, isRefusal, type Query, type Refusal } from "../contract.ts";
import type { Capability } from "../manifest/capability.ts";
import type { Action, Command } from "../manifest/decisions.ts";
import { manifestMistakes } from "./boot-checks.ts";
import { commandRunner, invalidInput, issuesOf, type Ran } from "./commands.ts";
import { type Because, effectsFor, readFor, type World } from "./effects.ts";
import { type Facts, openFacts } from "./facts.ts";
import { castorStarted, ownCapability } from "./own.ts";
import type { Ports } from "./ports.ts";
import { placeBookmarks, retryParked, startReactions } from "./reactions.ts";
import { openViews, type Views } from "./views.ts";

export const version = "0.1.0";

/** A running control plane. */
export type Castor = AsyncDisposable & {
  capabilities: readonly Capability[];
  ports: Ports;
  facts: Facts;
  views: Views;
  /** Runs a command by name, on somebody's behalf. The same id runs once. */
  run(name: string, input: unknown, of: { by: Actor; id?: string }): Promise<Ran>;
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

/** Assembles and starts Castor. Throws one error that lists every mistake of every manifest. */
export async function castor(
  slices: readonly Capability[],
  ports: Ports,
  of: {
    config?: Readonly<Record<string, unknown>>;
    equipment?: Readonly<Record<string, unknown>>;
  } = {},
): Promise<Castor> {
  const stopping = new AbortController();
  const capabilities: Capability[] = [];
  const own = ownCapability({
    all: () => capabilities,
    retry: (parked, actor) => retryParked(world, capabilities, parked, { actor }),
  });
  capabilities.push(own, ...slices);
  const mistakes = manifestMistakes(capabilities);
  if (mistakes.length > 0)
    throw new Error(`These capabilities do not fit together:\n  ${mistakes.join("\n  ")}`);

  const facts = openFacts({
    log: ports.log,
    sealer: ports.sealer,
    defs: capabilities.flatMap((each) => each.emits),
  });
  const views = openViews({
    path: ports.viewsPath,
    facts,
    views: capabilities.flatMap((each) => each.views),
  });
  let config = of.config ?? defaults(capabilities);
  const world: World = {
    ports,
    facts,
    views,
    runCommand: commandRunner({ facts, clock: ports.clock }),
    configOf: (id) => config[id],
    ask: (query, input) => askOf(query.name, input),
    equipment: of.equipment ?? {},
    signal: stopping.signal,
  };
  const { commands, actions, answers } = verbs(capabilities);

  const askOf = async (name: string, input: unknown): Promise<unknown> => {
    const found = answers.get(name);
    if (!found) throw new Error(`Nobody answers ${name}.`);
    return await found.answer.reply(readFor(found.owner, world), input);
  };

  views.catchUp();
  const unfold = facts.onCommit(() => views.catchUp());
  placeBookmarks(world, capabilities);
  await facts.append({
    id: ports.clock.id(),
    by: { kind: "system", id: "castor" },
    events: [
      {
        ...castorStarted({ version, epoch: facts.epoch, head: facts.head() }),
        stream: "castor/kernel",
      },
    ],
  });
  await startReactions(world, capabilities);
  const chores = [
    chore(ports, saveEveryMs, () => views.save()),
    chore(ports, flushEveryMs, () => ports.counters.flush()),
  ];

  const abandon = (): void => {
    stopping.abort();
    for (const end of chores) end();
    unfold();
  };
  const stop = async (): Promise<void> => {
    if (stopping.signal.aborted) return;
    abandon();
    views.close();
    await ports.counters.close();
    await ports.bus.close();
    await facts.close();
  };

  return {
    capabilities,
    ports,
    facts,
    views,
    run: async (name, input, { by, id }) => {
      const found = need(commands, name);
      const how = {
        owner: found.owner.id,
        config: config[found.owner.id],
        by,
        ...(id === undefined ? {} : { id }),
      };
      return await world.runCommand(found.command, input, how);
    },
    act: async (name, input, { by }) => {
      const found = need(actions, name);
      const parsed = found.action.input.safeParse(input);
      if (!parsed.success) return invalidInput("See errors.", { errors: issuesOf(parsed.error) });
      return await found.action.act(parsed.data, effectsFor(found.owner, world, { actor: by }));
    },
    ask: async (query, input) => (await askOf(query.name, input)) as never,
    askByName: async (name, input) => {
      const parsed = need(answers, name).answer.query.input.safeParse(input);
      if (!parsed.success) return invalidInput("See errors.", { errors: issuesOf(parsed.error) });
      return await askOf(name, parsed.data);
    },
    effects: (capability, because) => effectsFor(capability, world, because),
    configure: (next) => {
      config = next;
    },
    stop,
    abandon,
    [Symbol.asyncDispose]: stop,
  };
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

export const refusalOf = (value: unknown): Refusal | undefined =>
  isRefusal(value) ? value : undefined;
