import { event, query } from "#kernel/contract";
import * as z from "zod";

const Change = z.object({
  path: z.string(),
  from: z.unknown().optional(),
  to: z.unknown().optional(),
});
export type Change = z.infer<typeof Change>;

/** The whole configuration was replaced at once. Secrets are masked. */
export const configApplied = event(
  "settings.config-applied",
  z.object({ file: z.string(), hash: z.string(), changes: z.array(Change) }),
  {
    isChange: true,
    says: ({ file, changes }) => {
      const paths = changes.map((each) => each.path);
      const shown =
        paths.slice(0, 3).join(", ") + (paths.length > 3 ? ` and ${paths.length - 3} more` : "");
      return `Configuration ${file} applied${shown === "" ? "" : `: ${shown}`}`;
    },
  },
);

const Mistake = z.object({
  file: z.string(),
  line: z.number(),
  column: z.number(),
  path: z.string(),
  what: z.string(),
  fix: z.string(),
});
/** A changed file had mistakes, so nothing was changed. */
export const configRefused = event(
  "settings.config-refused",
  z.object({ file: z.string(), mistakes: z.array(Mistake) }),
  {
    says: ({ file, mistakes }) => {
      const first = mistakes[0];
      const place = first && first.line > 0 ? `line ${first.line}: ` : "";
      const where = first ? ` (${place}${first.what})` : "";
      return `Configuration ${file} was refused and nothing changed: ${mistakes.length} ${mistakes.length === 1 ? "mistake" : "mistakes"}${where}`;
    },
  },
);

const Value = z.object({
  path: z.string(),
  value: z.unknown(),
  /** `castor.yaml:12:5`, the name of a variable, `default`, or `command line`. */
  origin: z.string(),
  secret: z.boolean(),
});
export type Value = z.infer<typeof Value>;

export const config = query(
  "settings.config",
  z.object({}),
  z.object({
    file: z.string(),
    appliedAt: z.number(),
    values: z.array(Value),
    refused: z.object({ at: z.number(), mistakes: z.array(Mistake) }).nullable(),
  }),
  { about: "Every value in force and where it comes from; secrets are masked." },
);
