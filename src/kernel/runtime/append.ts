import type { Clock } from "../clock/clock.ts";
import { type Ack, type Envelope, Unknown } from "../log/log.ts";
import type { Facts } from "./facts.ts";

const triesMax = 5;
const firstPauseMs = 100;

/** Appends, and asks again under the same id while it is not known whether it was written; the last `Unknown` is thrown. */
export async function appendSurely(
  of: { facts: Facts; clock: Clock },
  envelope: Envelope,
): Promise<Ack> {
  for (let tries = 1; ; tries++)
    try {
      return await of.facts.append(envelope);
    } catch (error) {
      if (!(error instanceof Unknown) || tries === triesMax) throw error;
      await of.clock.sleepUntil(of.clock.now() + firstPauseMs * 2 ** (tries - 1));
    }
}
