import type { Read, Refusal } from "#kernel";
import * as contract from "./contract.ts";
import { intakeCluster, type IntakeRequest } from "./intake/topics.ts";

const answerWithinMs = 10_000;
const factsTogether = 500;
/** The facts that the outpost folds into its tables. */
export const toldFacts = [
  ...contract.issueFacts,
  ...contract.releaseFacts,
  contract.monitorForgotten,
];
const types = toldFacts.map((each) => each.type);

export type Asking = Pick<Read, "bus" | "log">;
export const request = (read: Asking, what: IntakeRequest): Promise<unknown> =>
  read.bus.request(intakeCluster.name, what, { timeoutMs: answerWithinMs });

type Place = { epoch: string; position: number };
/**
 * Hands the outpost what the log has beyond what it has folded, so that what it answers knows every decision. While its disk is full
 * it answers from what it had folded before.
 */
export async function catchUp(read: Asking): Promise<void> {
  let place = (await request(read, { do: "where" })) as Place;
  for (;;) {
    const after = place.epoch === read.log.epoch ? place.position : 0;
    const facts = read.log
      .page({ after, limit: factsTogether, types })
      .map(({ position, event }) => ({ position, type: event.type, data: event.data }));
    if (facts.length === 0) return;
    const folded = await request(read, { do: "fold", epoch: read.log.epoch, facts });
    if (folded === "full") return;
    place = folded as Place;
  }
}

/** Asks the outpost; nothing when what was asked for is not there. */
export async function askIntake<O>(
  read: Asking,
  what: string,
  input: Record<string, unknown>,
): Promise<O | undefined | Refusal> {
  try {
    await catchUp(read);
    return ((await request(read, { do: "ask", what, input })) as O | null) ?? undefined;
  } catch {
    return contract.intakeAway("The keeper starts it again; ask again in a moment.");
  }
}
