import * as z from "zod";

export const Config = z
  .object({
    folder: z
      .string()
      .min(1)
      .max(500)
      .default("runbooks")
      .describe(
        "Where runbooks lie as Markdown (.md), beside this file unless it is an absolute path.",
      ),
  })
  .strict();
export type Config = z.infer<typeof Config>;
