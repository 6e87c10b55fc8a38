import type { Effects } from "#kernel";
import { scannerMarked } from "./contract.ts";
import type { GatewayFact } from "./data-plane/messages.ts";

/** A mark as a fact; the address in it can be erased by the caller's id. */
export async function rememberMark(
  id: string,
  { worker, mark, dryRun }: Extract<GatewayFact, { what: "scanner-marked" }>,
  fx: Effects,
): Promise<void> {
  const { caller, address, why, paths, at, until } = mark;
  const about = { caller, address, why, paths, worker, forMs: until - at, dryRun };
  await fx.record(`scanners/${caller}`, [scannerMarked(about)], { id });
}
