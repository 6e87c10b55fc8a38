import { createHash } from "node:crypto";
import type { Outcome } from "../simulate.ts";
import { acknowledgedIsQuiet, climbsOrIsSeenTo, deliveriesAreProven } from "./invariants.ts";
import { PagesWorld } from "./world.ts";

/** One night of pages, once: what broke, and a hash over everything that happened. */
async function live(seed: number): Promise<Outcome> {
  const settled = await new PagesWorld(seed).run();
  const trace = createHash("sha256");
  for (const { position, stream, event, at, envelope } of settled.facts)
    trace.update(JSON.stringify([position, stream, event, at, envelope]));
  const { castor, facts, now, kills } = settled;
  castor.abandon();
  return {
    ...{ seed, trace: trace.digest("hex").slice(0, 16), facts: facts.length, crashes: kills },
    days: (now - (facts[0]?.at ?? now)) / 86_400_000,
    broken: [
      ...climbsOrIsSeenTo(settled),
      ...deliveriesAreProven(settled),
      ...acknowledgedIsQuiet(settled),
    ],
  };
}

/** Each seed lives twice, now and then: a world that differs from itself cannot be replayed. */
const livesTwiceEvery = 10;
export async function simulatePages(seed: number): Promise<Outcome> {
  const first = await live(seed);
  if (seed % livesTwiceEvery !== 0) return first;
  const second = await live(seed);
  if (first.trace === second.trace) return first;
  const differ = `the same seed left two traces: ${first.trace} and ${second.trace}`;
  return { ...first, broken: [...first.broken, differ] };
}
