import type { Auth, Effects, Refusal } from "#kernel";
import * as z from "zod";
import { erased, nothingToErase } from "./contract.ts";

export const Config = z.object({}).strict();

/** Where the keys are, given to Castor as equipment `sealer`. */
type Sealer = { erase(subject: string): boolean };

export async function erase(
  { subject }: { subject: string },
  fx: Effects,
): Promise<{ subject: string } | Refusal> {
  const dropped = fx.equipment<Sealer>("sealer").erase(subject);
  // A key that is gone beside an account that is there: an earlier erasure was cut short, so it goes on.
  const hasAccount = fx.equipment<Auth>("auth").people.find(subject) !== undefined;
  if (!dropped && !hasAccount) return nothingToErase();
  await fx.record(subject, [erased({ subject })]);
  return { subject };
}
