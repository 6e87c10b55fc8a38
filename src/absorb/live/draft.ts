import { type Decide, isRefusal, type Refusal } from "#kernel";
import * as z from "zod";
import { type Config, configuredShow, ShowConfig, showOf } from "./config.ts";
import type { Definition } from "./contract/definition.ts";
import * as facts from "./contract/facts.ts";
import * as no from "./contract/problems.ts";
import { choicesMax } from "./contract/shape.ts";
import { rehearsalEnd, type Show, showBehind, ShowId } from "./contract/show.ts";
import { configSaid, planSaid } from "./said.ts";
import { askedOf, phaseOf, type ShowFact, type Shows, stateOf } from "./show.ts";

type Rule<I> = Decide<I, Shows, ShowFact, Config>;

const Drafted = z.object({
  show: z
    .string()
    .regex(/^[a-z0-9][a-z0-9-]{0,39}$/, "Small letters, digits and dashes, at most 40")
    .describe("Its name."),
});
export const DraftShow = Drafted.extend({
  definition: ShowConfig.describe("What castor.yaml would say under `live.shows`.").meta({
    examples: [
      { title: "Final", questions: { one: { text: "2 + 2?", choices: ["3", "4"], right: "4" } } },
    ],
  }),
});
const Base = z.number().int().min(0);
export const ChangeShow = DraftShow.extend({
  base: Base.describe("The version that this began with: castor live definition"),
});
export const RemoveShow = Drafted;
export const CorrectQuestion = z.object({
  show: ShowId.describe("Its name; with ~rehearsal, its rehearsal."),
  question: z.string().max(40).describe("Its name."),
  text: z.string().trim().min(1).max(500).describe("What is asked."),
  choices: z
    .array(z.string().trim().min(1).max(200))
    .min(2)
    .max(choicesMax)
    .describe("As many as before, in the same order: the right one stays in its place."),
  base: Base.describe("The version of the words that this began with: castor live shows"),
});

/** The show as it would open now: from the file, or as it was added. */
export function definitionOf(known: Shows, show: string, config: Config): Show | undefined {
  const name = showBehind(show);
  const configured = configuredShow(config, name);
  return configured ? showOf(name, configured) : stateOf(known, name).definition;
}

const draftOf = ({ show, definition }: z.infer<typeof DraftShow>, at: number) => ({
  ...{ show, at, definition: showOf(show, definition), plan: planSaid(definition.plan) },
});

export const add: Rule<z.infer<typeof DraftShow>> = (input, known, { now, config }) => {
  const { show } = input;
  if (definitionOf(known, show, config) !== undefined)
    return no.nameTaken(`There is a show ${show} already.`);
  if (Object.keys(known).length >= no.showsMax)
    return no.nameTaken(`At most ${no.showsMax} shows.`);
  return [facts.added(draftOf(input, now))];
};

/** Why a show cannot be another one any more; undefined while it can. */
function settled(show: string, known: Shows, config: Config): Refusal | undefined {
  if (configuredShow(config, show) !== undefined)
    return no.inFile(`castor.yaml names ${show}, under live.shows.${show}: change it there.`);
  const { definition, doorsAt } = stateOf(known, show);
  if (definition === undefined)
    return no.unknownShow(`There is no show ${show}: castor live shows`);
  return doorsAt === undefined
    ? undefined
    : no.notNow(
        `The doors of ${show} are open: people joined what it is now. The words of a question that nobody has seen can still be corrected: castor live correct ${show}`,
      );
}

/** Compare and set: whoever began with an older version is told, and nothing of either is lost. */
const meanwhile = (what: string, of: { version: number; base: number }): Refusal =>
  no.changedMeanwhile(
    `${what} version ${of.version} now, and this began with ${of.base}. Look at both, then go on from ${of.version}.`,
    { version: of.version },
  );

/** Until its doors open, all of a show may be another. */
export const change: Rule<z.infer<typeof ChangeShow>> = (input, known, { now, config }) => {
  const refused = settled(input.show, known, config);
  if (refused) return refused;
  const { definition, plan, version } = stateOf(known, input.show);
  const draft = draftOf(input, now);
  const isSame = Bun.deepEquals([definition, plan], [draft.definition, draft.plan]);
  if (isSame) return [];
  const { show, base } = input;
  return version === base ? [facts.changed(draft)] : meanwhile(`${show} has`, { version, base });
};

export const remove: Rule<z.infer<typeof RemoveShow>> = ({ show }, known, { now, config }) => {
  const refused = settled(show, known, config);
  if (refused) return refused;
  const { doorsAt, finishedAt, run, agreed } = stateOf(known, `${show}${rehearsalEnd}`);
  if (doorsAt !== undefined && finishedAt === undefined)
    return no.notNow(`Its rehearsal is on: castor live finish ${show}${rehearsalEnd}`);
  const keys = agreed.map(({ index, nth }) => ({ run, index, nth }));
  return [facts.removed({ show, at: now, agreed: keys })];
};

/** Also once the doors are open: people have to be asked in the right words, and no count depends on them. */
export const correct: Rule<z.infer<typeof CorrectQuestion>> = (input, known, { now, config }) => {
  const { show, question, text, choices, base } = input;
  const state = stateOf(known, show);
  if (state.doorsAt === undefined) {
    const refused = settled(showBehind(show), known, config);
    return isRefusal(refused) ? refused : no.notNow(`Nothing of ${show} is fixed yet: change it.`);
  }
  const found = state.definition?.shape.questions.find(({ id }) => id === question);
  if (found === undefined) return no.unknownQuestion(`${show} has no question ${question}.`);
  const asked = askedOf(state, question);
  const phase = phaseOf(asked, now);
  if (phase !== "planned")
    return no.notNow(
      phase === "armed"
        ? `${question} is on every phone already, sealed: take it back first (castor live disarm ${show} ${question}).`
        : `People have seen ${question}.`,
    );
  if (choices.length !== found.choices.length)
    return no.unknownValue(
      `${question} has ${found.choices.length} choices since the doors opened: give other words to each, not more or fewer.`,
    );
  if (new Set(choices).size < choices.length) return no.unknownValue("Two choices are the same.");
  if (JSON.stringify([text, choices]) === JSON.stringify([found.text, found.choices])) return [];
  const { version } = asked;
  if (version !== base) return meanwhile(`The words of ${question} have`, { version, base });
  return [facts.corrected({ show, question, text, choices, at: now })];
};

/** A show as castor.yaml would say it: what `live.add` and `live.change` take. */
export function saidOf(known: Shows, show: string, config: Config): Definition | undefined {
  const name = showBehind(show);
  const configured = configuredShow(config, name);
  const definition = definitionOf(known, show, config);
  if (definition === undefined) return undefined;
  const plan = configured ? planSaid(configured.plan) : (stateOf(known, name).plan ?? {});
  return { ...configSaid(definition), plan };
}
