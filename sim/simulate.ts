import { createHash } from "node:crypto";
import { deadlinesHold } from "./invariants/deadlines.ts";
import { logHolds } from "./invariants/log.ts";
import { pictureHolds } from "./invariants/picture.ts";
import { reactionsHold } from "./invariants/reactions.ts";
import { viewsHold } from "./invariants/views.ts";
import { World } from "./world.ts";

export type Outcome = {
  seed: number;
  trace: string;
  facts: number;
  crashes: number;
  days: number;
  broken: string[];
};

/** One world, once: what broke, and a hash over everything that happened in it. */
export async function live(seed: number, steps: number): Promise<Outcome> {
  const world = new World(seed);
  const settled = await world.run(steps);
  const trace = createHash("sha256");
  for (const { position, stream, event, at, envelope } of settled.facts)
    trace.update(JSON.stringify([position, stream, event, at, envelope]));
  const broken = [
    ...(await logHolds(settled)),
    ...deadlinesHold(settled),
    ...(await reactionsHold(settled)),
    ...(await viewsHold(settled)),
    ...(await pictureHolds(settled)),
  ];
  const started = settled.facts[0]?.at ?? settled.now;
  settled.castor.abandon();
  return {
    seed,
    trace: trace.digest("hex").slice(0, 16),
    facts: settled.facts.length,
    crashes: settled.crashes,
    days: (settled.now - started) / 86_400_000,
    broken,
  };
}

/** Each seed lives twice and must leave the same trace: a world that differs from itself cannot be replayed. */
export async function simulate(seed: number, steps = 400): Promise<Outcome> {
  const first = await live(seed, steps);
  const second = await live(seed, steps);
  const same = first.trace === second.trace;
  return {
    ...first,
    broken: [
      ...first.broken,
      ...(same ? [] : [`the same seed left two traces: ${first.trace} and ${second.trace}`]),
    ],
  };
}
