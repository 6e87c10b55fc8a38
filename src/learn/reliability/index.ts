import { capability, type Capability } from "#kernel";
import * as z from "zod";
import { rulesNow } from "../../respond/alerts/contract.ts";
import { all } from "../../respond/incidents/contract.ts";
import { list } from "../post-mortems/contract.ts";
import { answers } from "./answers.ts";
import { tableRoute } from "./table.ts";

export const reliability: Capability = capability({
  id: "reliability",
  about:
    "How incidents went over a period, beside the one before: how long, of what, and whether they were learnt from.",
  config: z.object({}).strict(),
  asks: [all, list, rulesNow],
  answers,
  routes: [tableRoute],
});
