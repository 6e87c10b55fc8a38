import { capability } from "#kernel";
import * as z from "zod";
import { livePicture } from "./contract.ts";

export const live = capability({
  id: "live",
  about:
    "Counts a crowd: quiz answers and votes of millions in the same minute, each exactly once.",
  config: z.object({}),
  emits: [],
  snapshots: [livePicture],
  commands: [],
});
