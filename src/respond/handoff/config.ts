import * as z from "zod";

export const Config = z
  .object({
    tell: z
      .boolean()
      .default(true)
      .describe("Whether who takes over is told on their devices, without a sound."),
  })
  .strict();
export type Config = z.infer<typeof Config>;
