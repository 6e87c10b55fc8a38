import { query } from "#kernel/contract";
import * as z from "zod";
import { ShowId } from "./show.ts";

/** A show as castor.yaml would say it: what `live.add` and `live.change` take. Durations are text such as "60s". */
export const Definition = z.object({
  title: z.string(),
  participantsMax: z.number(),
  dimensions: z.record(z.string(), z.union([z.array(z.string()), z.literal("countries")])),
  joining: z.enum(["open", "backend"]),
  questions: z.record(
    z.string(),
    z.object({
      text: z.string(),
      choices: z.array(z.string()),
      right: z.string().optional(),
      window: z.string(),
    }),
  ),
  finalists: z.number(),
  stageShowsRight: z.boolean(),
  origins: z.array(z.string()),
  tokens: z.string(),
  keepAnswers: z.string(),
  endsAfter: z.string(),
  keepFinalists: z.string(),
  privacy: z.object({
    epsilonPerQuestion: z.number(),
    epsilonPerShow: z.number(),
    splitBy: z.array(z.string()).optional(),
    delta: z.number(),
    stageCellMin: z.number(),
  }),
  plan: z.record(z.string(), z.unknown()),
});
export type Definition = z.infer<typeof Definition>;

export const definitionNow = query(
  "live.definition",
  z.object({ show: ShowId.describe("Its name.") }),
  z.object({
    ...{ show: ShowId, isInFile: z.boolean() },
    /** What `live.change` takes as `base`: 0 where castor.yaml says what the show is. */
    version: z.number(),
    definition: Definition,
  }),
  {
    about: "What a show is, right answers included, as castor.yaml would say it: to change it.",
    allow: "operator",
  },
);
