const groups = ["platform", "run", "absorb", "observe", "respond", "learn"];

/** `respond/silences`: the group, the id (plural), the noun (singular) and how code spells both. */
export type Place = {
  group: string;
  id: string;
  noun: string;
  many: string;
  one: string;
  One: string;
};

const camel = (text: string): string =>
  text.replaceAll(/-([a-z])/g, (_, letter: string) => letter.toUpperCase());
const singular = (id: string): string =>
  id.endsWith("ies")
    ? `${id.slice(0, -3)}y`
    : id.endsWith("sses")
      ? id.slice(0, -2)
      : id.endsWith("s") && !id.endsWith("ss")
        ? id.slice(0, -1)
        : `${id}-entry`;

/** Undefined when it is not `<group>/<kebab-case-plural>`. */
export function parsePlace(argument: string): Place | undefined {
  const [, group = "", id = ""] = /^([a-z]+)\/([a-z][a-z0-9-]*)$/.exec(argument) ?? [];
  if (!groups.includes(group) || id === "") return undefined;
  const noun = singular(id);
  const one = camel(noun);
  return { group, id, noun, many: camel(id), one, One: one.charAt(0).toUpperCase() + one.slice(1) };
}

/** Every file of the golden slice by its path. */
export function sliceFiles(place: Place): Record<string, string> {
  const folder = `src/${place.group}/${place.id}`;
  return {
    [`${folder}/contract.ts`]: contract(place),
    [`${folder}/${place.noun}.ts`]: model(place),
    [`${folder}/index.ts`]: index(place),
    [`${folder}/${place.noun}.test.ts`]: test(place),
    [`${folder}/README.md`]: readme(place),
    [`docs/problems/${place.id}.already-ended.md`]: page(place),
  };
}

const contract = ({
  id,
  noun,
  one,
  One,
  many,
}: Place): string => `import { event, problem, query } from "#kernel/contract";
import * as z from "zod";

export type ${One} = z.infer<typeof ${One}>;
export const ${One} = z.object({ id: z.string().min(1), reason: z.string().min(1) });

export const ${one}Started = event("${id}.started", ${One}, {
  says: ({ id, reason }) => \`${One} \${id} started: \${reason}\`,
});
export const ${one}Ended = event("${id}.ended", z.object({ id: z.string() }), {
  says: ({ id }) => \`${One} \${id} ended\`,
});

export const alreadyEnded = problem("${id}.already-ended", 409, "The ${noun} has already ended");

/** Those that started and have not ended, oldest first. */
export const ${many} = query("${id}.list", z.object({}), z.array(${One}), {
  about: "The ${id} that are open now.",
});
`;

const model = ({
  id,
  one,
  One,
}: Place): string => `import { type Decide, type Model, view } from "#kernel";
import * as z from "zod";
import { alreadyEnded, type ${One}, ${one}Ended, ${one}Started } from "./contract.ts";

export const Config = z.object({}).strict();

type State = { phase: "none" | "open" | "ended" };
type ${One}Event = ReturnType<typeof ${one}Started> | ReturnType<typeof ${one}Ended>;

export const ${one}: Model<State, ${One}Event> = {
  initial: { phase: "none" },
  evolve: (_, { type }) => ({ phase: type === "${id}.started" ? "open" : "ended" }),
};

export const start: Decide<${One}, State, ${One}Event> = (input, state) => {
  if (state.phase === "open") return []; // A retried start must not start twice.
  if (state.phase === "ended") return alreadyEnded(\`\${input.id} has ended; start another.\`);
  return [${one}Started(input)];
};

export const end: Decide<{ id: string }, State, ${One}Event> = (input, state) =>
  state.phase === "open" ? [${one}Ended(input)] : [];

export const open = view<readonly ${One}[], typeof ${one}Started | typeof ${one}Ended>("${id}.open", {
  from: [${one}Started, ${one}Ended],
  empty: () => [],
  apply: (known, { event }) =>
    event.type === "${id}.started"
      ? [...known, event.data]
      : known.filter((each) => each.id !== event.data.id),
});
`;

const index = ({
  id,
  noun,
  one,
  One,
  many,
}: Place): string => `import { answer, capability, command } from "#kernel";
import * as z from "zod";
import { alreadyEnded, ${One}, ${one}Ended, ${one}Started, ${many} as list } from "./contract.ts";
import { Config, end, open, ${one}, start } from "./${noun}.ts";

export const ${many} = capability({
  id: "${id}",
  about: "${One}s: say here in one sentence what they are for.",
  config: Config,
  emits: [${one}Started, ${one}Ended],
  refuses: [alreadyEnded],
  views: [open],
  commands: [
    command("${id}.start", {
      about: "Starts a ${noun}.",
      input: ${One},
      model: ${one},
      key: ({ id }) => id,
      decide: start,
    }),
    command("${id}.end", {
      about: "Ends a ${noun}.",
      input: z.object({ id: z.string() }),
      model: ${one},
      key: ({ id }) => id,
      decide: end,
    }),
  ],
  answers: [answer(list, (read) => [...read.view(open)])],
});
`;

const test = ({
  id,
  noun,
  one,
  many,
}: Place): string => `import { spec, testCastor } from "#kernel/testing";
import { expect, test } from "bun:test";
import { alreadyEnded, ${one}Ended, ${one}Started, ${many} as list } from "./contract.ts";
import { ${many} } from "./index.ts";
import { Config, end, ${one}, start } from "./${noun}.ts";

const first = { id: "first", reason: "to see it work" };
const given = spec(${one}, Config);

test("a ${noun} starts", () => given().when(start, first).emits(${one}Started(first)));
test("a retried start changes nothing", () => given(${one}Started(first)).when(start, first).changesNothing());
test("one that ended is refused", () =>
  given(${one}Started(first), ${one}Ended({ id: "first" })).when(start, first).refuses(alreadyEnded));
test("ending twice changes nothing", () =>
  given(${one}Started(first), ${one}Ended({ id: "first" })).when(end, first).changesNothing());

test("those that are open are listed", async () => {
  await using castor = await testCastor([${many}]);
  await castor.run("${id}.start", first);
  expect(await castor.ask(list, {})).toEqual([first]);
  await castor.run("${id}.end", { id: "first" });
  expect(await castor.ask(list, {})).toEqual([]);
});
`;

const readme = ({ id, One, noun }: Place): string => `# ${id}

## Purpose
${One}s: say here what they are for, and for whom.

## Promises
- Starting or ending a ${noun} twice is as starting or ending it once.

## Limits
None yet.

## When it breaks
Its view is thrown away and folded again with \`castor castor rebuild --view ${id}.open\`.
`;

const page = ({ noun }: Place): string => `# This ${noun} has ended

The ${noun} has ended, and one that ended does not start again.

## What to do

Start another one with a new id.
`;
