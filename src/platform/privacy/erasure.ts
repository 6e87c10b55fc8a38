import type { Effects, Refusal } from "#kernel";
import * as z from "zod";
import { erased, nothingToErase } from "./contract.ts";

export const Config = z.object({}).strict();

/** Where the keys are, given to Castor as equipment `sealer`. */
type Sealer = { erase(subject: string): boolean };

export async function erase(
  { subject }: { subject: string },
  fx: Effects,
): Promise<{ subject: string } | Refusal> {
  if (!fx.equipment<Sealer>("sealer").erase(subject)) return nothingToErase();
  await fx.record(subject, [erased({ subject })]);
  return { subject };
}
