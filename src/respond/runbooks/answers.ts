import { type Actor, answer, type Read } from "#kernel";
import { one as incidentOne } from "../incidents/contract.ts";
import type { Config } from "./config.ts";
import * as contract from "./contract.ts";
import { likenesses, matches, wordsIn } from "./find.ts";
import { filled, type Variables } from "./parse/command.ts";
import { type RawStep, type Runbook, stepsOf } from "./parse/runbook.ts";
import type { KnownVerbs, Shelf } from "./shelf.ts";
import { tickKey, ticks } from "./ticks.ts";

const shelfOf = (read: Pick<Read, "equipment">): Shelf => read.equipment<Shelf>("runbooks");

const aboutOf = ({ runbook, title, services, alerts, labels }: Runbook) => ({
  ...{ runbook, title, services, alerts, labels },
});

const listedOf = (runbook: Runbook): contract.Listed => ({
  ...aboutOf(runbook),
  file: runbook.file,
  steps: stepsOf(runbook).length,
  mistakes: runbook.mistakes.length,
});

/** With words, those that have at least half of what the words weigh, the most alike first. */
function withWords(all: readonly Runbook[], text: string): Runbook[] {
  if (wordsIn(text).size === 0) {
    const small = text.trim().toLowerCase();
    return all.filter(({ title, runbook }) => `${title} ${runbook}`.toLowerCase().includes(small));
  }
  const alike = likenesses(all, text);
  return all
    .filter((each) => (alike.get(each) ?? 0) >= 0.5)
    .toSorted((a, b) => (alike.get(b) ?? 0) - (alike.get(a) ?? 0));
}

/** A step's command with its variables filled in; none when its verb is unknown, since then nothing could be run. */
function commandOf(
  { command }: RawStep,
  values: Variables,
  verbs: KnownVerbs,
): contract.StepCommand | null {
  const known = command && verbs.get(command.verb);
  if (!command || !known) return null;
  const { kind, about, allow } = known;
  return { verb: command.verb, kind, about, allow, ...filled(command.input, values) };
}

type Ticked = Record<string, { at: number; by: Actor; isDone: boolean }>;

function stepsWith(runbook: Runbook, of: { ticked: Ticked; values: Variables; verbs: KnownVerbs }) {
  let number = 0;
  return runbook.blocks.map((block) => {
    if (block.kind === "text") return block;
    const { step, says, more } = block.step;
    const tick = of.ticked[tickKey(runbook.runbook, step)];
    const done = tick?.isDone ? { at: tick.at, by: tick.by } : null;
    number++;
    const command = commandOf(block.step, of.values, of.verbs);
    return { kind: "step" as const, step: { step, number, says, more, command, done } };
  });
}

export const answers = [
  answer(contract.list, (read: Read<Config>, { text, service }) => {
    const shelf = shelfOf(read);
    const all = shelf
      .runbooks()
      .filter((each) => service === undefined || each.services.includes(service));
    const found = text === undefined || text.trim() === "" ? all : withWords(all, text);
    return {
      folder: read.config.folder,
      runbooks: found.map(listedOf),
      mistakes: [...shelf.mistakes()],
    };
  }),
  answer(contract.one, async (read, { runbook: name, incident, service, alert }) => {
    const shelf = shelfOf(read);
    const of = incident && (await read.ask(incidentOne, { incident })).incident;
    const services = of ? of.services : [];
    const found = shelf.runbooks().find(({ runbook }) => runbook === name);
    if (!found) return { runbook: null, services, mistakes: [] };
    const only = services.length === 1 ? services[0] : undefined;
    const values: Variables = {
      ...((service ?? only) ? { service: service ?? only ?? "" } : {}),
      ...(incident ? { incident } : {}),
      ...(alert ? { alert } : {}),
    };
    const ticked = read.view(ticks)[incident ?? ""] ?? {};
    const blocks = stepsWith(found, { ticked, values, verbs: shelf.verbs() });
    return {
      runbook: { ...aboutOf(found), file: found.file, blocks },
      services,
      mistakes: found.mistakes,
    };
  }),
  answer(contract.matching, (read, { limit, incident, ...asked }) => {
    const ticked = read.view(ticks)[incident ?? ""] ?? {};
    const doneIn = (runbook: Runbook): number =>
      stepsOf(runbook).filter(({ step }) => ticked[tickKey(runbook.runbook, step)]?.isDone).length;
    return {
      runbooks: matches(shelfOf(read).runbooks(), asked)
        .slice(0, limit)
        .map(({ runbook, why, says, steps }) => ({
          ...{ ...aboutOf(runbook), why, says, steps, done: doneIn(runbook) },
        })),
    };
  }),
];
