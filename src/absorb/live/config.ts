import { Duration } from "#kernel";
import * as z from "zod";
import { countryCodes } from "./countries.ts";
import { nodesMax } from "./contract/orders.ts";
import { PlanConfig } from "./plan/config.ts";
import {
  choicesMax,
  participantsMaxMax,
  questionsMax,
  ShowShape,
  windowMsMax,
  windowMsMin,
} from "./contract/shape.ts";
import type { Show } from "./contract/show.ts";

const idRule = "Small letters, digits and dashes, at most 40";
const Id = z.string().regex(/^[a-z0-9][a-z0-9-]{0,39}$/, idRule);
/** By name; a name that is none says how one is written. */
const named = <V extends z.ZodType>(value: V) =>
  z.record(Id, value, {
    error: ({ code }) => (code === "invalid_key" ? idRule : undefined),
  });
const textUpTo = (charsMax: number, missing: string) =>
  z.string().trim().min(1, missing).max(charsMax, `At most ${charsMax} characters`);
/** What is not written yet is told by itself. */
const areDifferent = (all: readonly string[]): boolean => {
  const written = all.filter((each) => each !== "");
  return new Set(written).size === written.length;
};

const QuestionConfig = z
  .object({
    text: textUpTo(500, "Write what is asked").describe("What is asked."),
    choices: z
      .array(textUpTo(200, "Write what this choice says"))
      .min(2)
      .max(choicesMax)
      .refine(areDifferent, "Two choices are the same")
      .describe("What to choose from."),
    right: z
      .string()
      .optional()
      .describe("The right one, as in `choices`; leave it out for a poll or a vote."),
    window: Duration.refine(
      (ms) => ms >= windowMsMin && ms <= windowMsMax,
      "From one second to seven days",
    )
      .prefault("60s")
      .describe("How long answers are taken."),
  })
  .strict()
  .refine(({ choices, right }) => right === undefined || choices.includes(right), {
    path: ["right"],
    message: "`right` must be one of `choices`",
  });

const originsMax = 20;
const isOrigin = (text: string): boolean =>
  /^https?:/.test(text) && URL.canParse(text) && new URL(text).origin === text;

const Values = z.union([
  z
    .array(textUpTo(60, "Write what this value is"))
    .min(1, "Give it a value at least")
    .max(1_000)
    .refine(areDifferent, "Two values are the same"),
  z.literal("countries"),
]);

const epsilonMin = 0.001;
const epsilon = (byDefault: number) =>
  z
    .number()
    .min(epsilonMin)
    .max(1_000)
    .refine((value) => Number.isInteger(Math.round(value * 1e6) / 1e3), "At most three decimals")
    .default(byDefault);

const splitsMax = 8;

const PrivacyConfig = z
  .object({
    epsilonPerQuestion: epsilon(0.1).describe(
      "How much the results of one question may tell of one person at most: smaller is safer and noisier.",
    ),
    epsilonPerShow: epsilon(5).describe("The same for all that is ever published of the show."),
    splitBy: z
      .array(z.string())
      .max(splitsMax)
      .optional()
      .describe(
        "What is published beside the total, which shows always: dimensions, or several with a plus as in country+age. Left out, each dimension by itself; [] is the total only. Epsilon is divided among all of them, so fewer are less noisy.",
      ),
    delta: z
      .number()
      .min(0)
      .max(0.001)
      .default(1e-8)
      .describe(
        "The chance that a count of one person shows in what is split; 0 shows all counts, all with noise.",
      ),
    stageCellMin: z
      .number()
      .int()
      .min(10)
      .default(1_000)
      .describe("While answers come, the stage says nothing of fewer answers than this."),
  })
  .strict()
  .prefault({});

const splitOf = (split: string): string[] => split.split("+").map((each) => each.trim());

type Mistake = { path: (string | number)[]; message: string };

/** Why a show cannot be published as it says. */
function splitMistakes(show: {
  dimensions: Record<string, unknown>;
  privacy: { splitBy?: string[] | undefined; epsilonPerQuestion: number };
}): Mistake[] {
  const known = Object.keys(show.dimensions);
  const { splitBy = known, epsilonPerQuestion } = show.privacy;
  const written = splitBy.map((split) => splitOf(split).toSorted().join("+"));
  const mistakes = splitBy.flatMap((split, at): Mistake[] => {
    const path = ["privacy", "splitBy", at];
    const names = splitOf(split);
    const unknown = names.find((name) => !known.includes(name));
    if (unknown !== undefined) return [{ path, message: `There is no dimension "${unknown}"` }];
    const isTwice = new Set(names).size < names.length || written.indexOf(written[at] ?? "") < at;
    return isTwice ? [{ path, message: "This is there twice, and would cost twice" }] : [];
  });
  const least = (splitBy.length + 1) * epsilonMin;
  if (Math.round(epsilonPerQuestion * 1_000) < splitBy.length + 1)
    mistakes.push({
      path: ["privacy", "epsilonPerQuestion"],
      message: `The total and ${splitBy.length} splits need ${least} at least`,
    });
  return mistakes;
}

export const ShowConfig = z
  .object({
    title: textUpTo(80, "Give it a title").describe("The name that the audience knows."),
    participantsMax: z
      .number()
      .int()
      .min(1)
      .max(participantsMaxMax)
      .default(100_000)
      .describe(
        "So many may join. Counting takes 4.5 bytes of memory for each; the plan reckons with 11, room for copies while a question closes.",
      ),
    dimensions: named(Values)
      .default({})
      .describe(
        'What results are split by, fixed when somebody joins: at most 4, with few values each. "countries" is the list of ISO 3166.',
      ),
    joining: z
      .enum(["open", "backend"])
      .default("open")
      .describe("Who gives out tokens: `open` to anybody at the door, `backend` your own program."),
    questions: named(QuestionConfig)
      .refine((all) => Object.keys(all).length > 0, "Ask one question at least")
      .refine((all) => Object.keys(all).length <= questionsMax, `At most ${questionsMax}`)
      .describe("The questions by name, in their order."),
    finalists: z
      .number()
      .int()
      .min(0)
      .max(1_000)
      .default(10)
      .describe("So many are named at the end."),
    stageShowsRight: z
      .boolean()
      .default(false)
      .describe("Stages show what is right while answers still come, not only afterwards."),
    origins: z
      .array(z.string().refine(isOrigin, "Write an origin such as https://fans.example.org"))
      .max(originsMax)
      .default([])
      .describe(
        "Whose pages may take part beside Castor's own, such as https://fans.example.org. Pages of other origins are refused.",
      ),
    tokens: Duration.prefault("24h").describe("How long a token is good for."),
    keepAnswers: Duration.prefault("24h").describe(
      "Who answered what is erased so long after the show.",
    ),
    endsAfter: Duration.prefault("7d").describe(
      "A show that nobody ends is over so long after its last question, and its answers are erased keepAnswers after that question. A rehearsal is over after a day at most.",
    ),
    keepFinalists: Duration.prefault("30d").describe(
      "What finalists said of themselves is erased so long after the show.",
    ),
    privacy: PrivacyConfig,
    plan: PlanConfig,
  })
  .strict()
  .superRefine((show, context) => {
    const { error } = ShowShape.safeParse(shapeOf("show", show));
    // What one field says wrongly is told there; this is about all of them together.
    for (const { message, path } of (error?.issues ?? []).filter(({ code }) => code === "custom"))
      context.addIssue({ code: "custom", path: path.slice(0, 1), message });
    if (Object.values(show.dimensions).filter((values) => values === "countries").length > 1)
      context.addIssue({ code: "custom", path: ["dimensions"], message: "Countries go once" });
    for (const issue of splitMistakes(show)) context.addIssue({ code: "custom", ...issue });
  });
export type ShowConfig = z.infer<typeof ShowConfig>;

/** In `address`, what stands for the number of a node. */
export const nodeMark = "{node}";
const isAnywhere = (listen: string): boolean => /^(0\.0\.0\.0|\[::\]):/.test(listen);

export const Config = z
  .object({
    listen: z
      .string()
      .regex(
        /^[a-z0-9.-]+:\d{1,5}$|^\[[0-9a-f:]+\]:\d{1,5}$/i,
        'Write an address such as "127.0.0.1:7700"',
      )
      .default("127.0.0.1:7700")
      .describe("Where the first node takes answers; each further one has the next port."),
    address: z
      .string()
      .refine(
        (text) => /^https?:\/\/[^/]/.test(text) && URL.canParse(text.replace(nodeMark, "0")),
        "Write an address such as https://live.example.org",
      )
      .optional()
      .describe(
        "Where the audience reaches it, such as https://live.example.org; `listen` otherwise. With several nodes each has its own: {node} stands for its number, as in https://live-{node}.example.org.",
      ),
    nodes: z
      .number()
      .int()
      .min(1)
      .max(nodesMax)
      .default(1)
      .describe(
        "Processes that count, each for its part of the participants: about one for each core.",
      ),
    shows: named(ShowConfig).default({}).describe("Shows by name."),
  })
  .strict()
  .refine(({ address, nodes }) => nodes === 1 || (address?.includes(nodeMark) ?? true), {
    path: ["address"],
    message: `With several nodes the address needs ${nodeMark}: players go to the one that counts them`,
  })
  .refine(
    ({ address, nodes, listen }) => nodes === 1 || address !== undefined || !isAnywhere(listen),
    {
      path: ["address"],
      message:
        "Say where the audience reaches each node: `listen` is all addresses of this machine",
    },
  );
export type Config = z.infer<typeof Config>;

/** A show that the file names; `constructor` only where it does. */
export const configuredShow = ({ shows }: Config, name: string): ShowConfig | undefined =>
  Object.hasOwn(shows, name) ? shows[name] : undefined;

function shapeOf(id: string, show: Omit<ShowConfig, "privacy">): z.input<typeof ShowShape> {
  return {
    id,
    participantsMax: show.participantsMax,
    dimensions: Object.entries(show.dimensions).map(([name, values]) => ({
      id: name,
      values: values === "countries" ? [...countryCodes] : values,
    })),
    questions: Object.entries(show.questions).map(([name, { text, choices, right, window }]) => ({
      ...{ id: name, text, choices, windowMs: window },
      ...(right === undefined ? {} : { right: choices.indexOf(right) }),
    })),
  };
}

const thousandths = (value: number): number => Math.round(value * 1_000);

/** A show as it is configured now. */
export function showOf(id: string, config: ShowConfig): Show {
  const { privacy } = config;
  const withCountries = Object.entries(config.dimensions).find(([, each]) => each === "countries");
  return {
    shape: shapeOf(id, config),
    ...{ title: config.title, joining: config.joining, finalists: config.finalists },
    ...{ tokenMs: config.tokens, showsRight: config.stageShowsRight },
    origins: config.origins,
    countries: withCountries?.[0] ?? null,
    promises: {
      epsilonPerQuestion: thousandths(privacy.epsilonPerQuestion),
      epsilonPerShow: thousandths(privacy.epsilonPerShow),
      ...(privacy.splitBy && { splitBy: privacy.splitBy.map(splitOf) }),
      ...{ delta: privacy.delta, stageCellMin: privacy.stageCellMin },
      ...{ keepAnswersMs: config.keepAnswers, keepFinalistsMs: config.keepFinalists },
      endsAfterMs: config.endsAfter,
    },
  };
}
