import { type Effects, type Event, isRefusal, type Refusal, Turns, perCastor } from "#kernel";
import { book, type Kept, named } from "./book.ts";
import type { Config } from "./config.ts";
import * as contract from "./contract.ts";
import { drop, forgetOutcomes, keepOutcome, lookUp, takeOutcome } from "./vault.ts";
import { type Decider, mayStill, objection, standing } from "./who.ts";

type Fx = Effects<Config>;

/** One that waits for a decision, or why there is nothing to decide. */
export function waiting(fx: Fx, approval: string): Kept | Refusal {
  const found = fx.view(book)[approval];
  if (!found) return contract.unknownApproval();
  if (found.state !== "open") return contract.over(`It is ${found.state}.`);
  return fx.now >= found.expiresAt ? contract.over("Its time is over.") : found;
}

/** Ends it in this way, unless it ended in another one first: the log takes one end of each. */
async function settle(fx: Fx, { approval }: Kept, end: Event): Promise<boolean> {
  const id = `approvals.settled/${approval}`;
  const written = fx.log.at(await fx.record(approval, [end], { id }))?.event;
  return Bun.deepEquals(written, { type: end.type, data: end.data });
}

const lost = (): Refusal => contract.over("Somebody decided it just before.");

const turnsOf = perCastor(() => new Turns());

/** One approves. The last one who is needed has it done: once, with what was asked for, as whoever asked. */
export async function approve(
  fx: Fx,
  approval: string,
  by: Decider,
): Promise<{ state: Kept["state"]; why?: string } | Refusal> {
  // Two at the same time would each find the other missing, and neither be the last one.
  const done = await turnsOf(fx).take(approval, () => agree(fx, approval, by));
  if (isRefusal(done)) return done;
  return done.isLast ? await carryOut(fx, approval) : { state: done.state };
}

async function agree(
  fx: Fx,
  approval: string,
  by: Decider,
): Promise<{ state: Kept["state"]; isLast: boolean } | Refusal> {
  const found = waiting(fx, approval);
  if (isRefusal(found)) return found;
  const no = objection(fx, found, by);
  if (no) return no;
  const isLast = standing(fx, found).length + 1 >= found.needs;
  const fact = contract.approved({ ...named(found), ...by, isLast, call: fx.id() });
  if (!isLast) {
    await fx.record(approval, [fact], { id: `approvals.approved/${approval}/${by.person}` });
    return { state: "open", isLast };
  }
  return (await settle(fx, found, fact)) ? { state: "approved", isLast } : lost();
}

export async function end(
  fx: Fx,
  approval: string,
  make: (found: Kept) => Event | Refusal,
): Promise<{ state: Kept["state"] } | Refusal> {
  const found = waiting(fx, approval);
  if (isRefusal(found)) return found;
  const event = make(found);
  if (isRefusal(event)) return event;
  if (!(await settle(fx, found, event))) return lost();
  await drop(fx, approval);
  return { state: fx.view(book)[approval]?.state ?? found.state };
}

export async function expire(fx: Fx, approval: string): Promise<void> {
  const found = fx.view(book)[approval];
  if (found?.state !== "open") return;
  await settle(fx, found, contract.expired(named(found)));
  await drop(fx, approval);
}

/** Does what was approved. Twice for one approval is as once: a command by its envelope's id, an action is not begun again. */
async function carryOut(
  fx: Fx,
  approval: string,
): Promise<{ state: Kept["state"]; why?: string } | Refusal> {
  const found = fx.view(book)[approval];
  if (found?.state !== "approved" || found.approvedAt === null) return lost();
  return await finish(fx, found, await release(fx, found, found.approvedAt));
}

type End = { outcome: "done" | "failed" | "interrupted"; why?: string; heldUntil?: number };
const failed = (why: string): End => ({ outcome: "failed", why });

async function release(fx: Fx, found: Kept, cause: number): Promise<End> {
  const kept = lookUp(fx, found);
  if (!kept) return failed("what was asked for is not kept any more; ask again");
  if (!mayStill(fx, found)) return failed("whoever asked may not do it any more");
  const { verb, by, approval } = found;
  const id = `approvals.released/${approval}`;
  try {
    const result = await fx.release({ verb, input: kept.input, by, cause, id });
    if (isRefusal(result)) return failed(`${result.problem.title}. ${result.detail}`);
    return { outcome: "done", ...(await held(fx, found, result)) };
  } catch (error) {
    // It must end either way: an approval is for one attempt.
    fx.note(`${verb} broke after it was approved: ${String(error)}`);
    return failed("it broke; the process log has more");
  }
}

/** What an action gave is for whoever asked, who is not here now. Of a command the log has it. */
async function held(
  fx: Fx,
  { kind, verb, approval }: Kept,
  result: unknown,
): Promise<{ heldUntil?: number }> {
  if (kind === "command") return {};
  try {
    const heldUntil = await keepOutcome(fx, approval, result);
    return heldUntil === undefined ? {} : { heldUntil };
  } catch (error) {
    // It is done all the same.
    fx.note(`What ${verb} gave after it was approved could not be kept: ${String(error)}`);
    return {};
  }
}

async function finish(
  fx: Fx,
  found: Kept,
  how: End,
): Promise<{ state: Kept["state"]; why?: string }> {
  const id = `approvals.carried-out/${found.approval}`;
  await fx.record(found.approval, [contract.carriedOut({ ...named(found), ...how })], { id });
  await drop(fx, found.approval);
  return { state: how.outcome, ...(how.why === undefined ? {} : { why: how.why }) };
}

/** Castor ended while it was being done: a command is done now, once; of an action nobody knows how far it came. */
export async function pickUp(fx: Fx): Promise<void> {
  await forgetOutcomes(fx);
  for (const found of Object.values(fx.view(book)).filter(({ state }) => state === "approved"))
    if (found.kind === "command") await carryOut(fx, found.approval);
    else {
      await takeOutcome(fx, found.approval);
      await finish(fx, found, {
        outcome: "interrupted",
        why: "Castor ended in the midst of it; look how far it came before asking again",
      });
    }
}
