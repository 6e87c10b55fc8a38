import * as z from "zod";
import { ShowShape } from "./shape.ts";

/** Epsilon in thousandths: whole numbers add up without rounding. */
const Thousandths = z.number().int().min(1).max(10_000);

/** What may be told of answers, and for how long they are kept. */
export const Promises = z.object({
  epsilonPerQuestion: Thousandths,
  /** All publications of the show together. */
  epsilonPerShow: z.number().int().min(1).max(1_000_000),
  /** Tables beside the total, each by the dimensions it is split by; left out, one for each dimension. Epsilon is divided among all. */
  splitBy: z.array(z.array(z.string())).optional(),
  /** Per cell, the chance that noise alone shows one that is empty; 0 shows every cell. */
  delta: z.number().min(0).max(0.001),
  /** On stage, while answers come: cells with fewer answers say nothing. */
  stageCellMin: z.number().int().min(10),
  /** Answers by participant are erased so long after the show. */
  keepAnswersMs: z.number(),
  /** A show that nobody ends is over so long after its last question. */
  endsAfterMs: z.number().default(7 * 86_400_000),
  /** What finalists told of themselves is erased so long after the show. */
  keepFinalistsMs: z.number(),
});
export type Promises = z.infer<typeof Promises>;

/** A show as it was when its doors opened; what castor.yaml says later changes the next one. */
export const Show = z.object({
  shape: ShowShape,
  title: z.string(),
  /** Who gives out tokens: anybody at the door, or only the organiser's own backend. */
  joining: z.enum(["open", "backend"]),
  /** Which dimension holds countries, as two letters each (ISO 3166-1). */
  countries: z.string().nullable(),
  finalists: z.number().int().min(0).max(1_000),
  /** Whether stages hear what is right while answers still come. */
  showsRight: z.boolean(),
  /** Whose pages may take part beside Castor's own: origins such as `https://fans.example.org`. */
  origins: z.array(z.string()).optional(),
  /** How long a token that is given out at the door is good for. */
  tokenMs: z.number(),
  promises: Promises,
});
export type Show = z.infer<typeof Show>;

/** From coming to told: where a question is. */
export const phases = ["planned", "armed", "revealed", "open", "closed", "published"] as const;
export const Phase = z.enum(phases);
export type Phase = z.infer<typeof Phase>;

/** A rehearsal of `final` is the show `final~rehearsal`: its own facts, tokens, counts and budget. */
export const rehearsalEnd = "~rehearsal";
export const isRehearsal = (show: string): boolean => show.endsWith(rehearsalEnd);
export const showBehind = (show: string): string =>
  isRehearsal(show) ? show.slice(0, -rehearsalEnd.length) : show;
export const ShowId = z
  .string()
  .regex(
    /^[a-z0-9][a-z0-9-]{0,39}(~rehearsal)?$/,
    "Write the show's name, with ~rehearsal for its rehearsal",
  );
