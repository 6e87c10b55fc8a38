import { Duration } from "#kernel";
import * as z from "zod";

export const Config = z
  .object({
    expire: Duration.prefault("1h").describe("What nobody has approved by then is not done."),
    newcomersWait: Duration.prefault("24h").describe(
      "So long after joining somebody approves nothing yet: an account made for the purpose is no second person.",
    ),
  })
  .strict();
export type Config = z.infer<typeof Config>;
