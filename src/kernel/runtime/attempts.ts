import * as z from "zod";
import { event } from "../contract.ts";
import type { Recorded } from "../log/log.ts";
import type { Capability } from "../manifest/capability.ts";
import type { Reaction } from "../manifest/effects.ts";
import { appendSurely } from "./append.ts";
import { type Because, effectsFor, system, type World } from "./effects.ts";

export const reactionParked = event(
  "castor.reaction-parked",
  z.object({ reaction: z.string(), position: z.number(), attempts: z.number(), error: z.string() }),
  {
    says: (d) =>
      `Reaction ${d.reaction} to fact ${d.position} failed ${d.attempts} times and was parked: ${d.error}`,
  },
);
export const reactionRetried = event(
  "castor.reaction-retried",
  z.object({
    reaction: z.string(),
    position: z.number(),
    worked: z.boolean(),
    error: z.string().optional(),
  }),
  {
    says: (d) =>
      `Parked reaction ${d.reaction} to fact ${d.position} was tried again and ${d.worked ? "worked" : `failed: ${d.error}`}`,
  },
);

export type Durable = Extract<Reaction, { kind: "on" | "due" }>;
const attemptsMax = 5;
export const backoffFirstMs = 500;

/** Runs one reaction to one fact, again with growing pauses, and parks it when it keeps failing. */
export async function attempt(
  world: World,
  capability: Capability,
  reaction: Durable,
  recorded: Recorded,
): Promise<void> {
  const { clock } = world.ports;
  for (let attempts = 1; !world.signal.aborted; attempts++) {
    try {
      await reaction.react(
        recorded,
        effectsFor(capability, world, becauseOf(capability, reaction, recorded)),
      );
      return;
    } catch (error) {
      if (world.signal.aborted) return;
      if (attempts >= attemptsMax) return park(world, reaction, recorded, attempts, error);
      const pauseMs = Math.ceil(backoffFirstMs * 4 ** (attempts - 1) * (0.75 + clock.random() / 2));
      await clock.sleepUntil(clock.now() + pauseMs, world.signal);
    }
  }
}

const becauseOf = (capability: Capability, reaction: Durable, recorded: Recorded): Because => ({
  actor: system(capability.id),
  cause: recorded.position,
  idPrefix: `${reaction.name}@${recorded.position}`,
});

async function park(
  world: World,
  reaction: Durable,
  recorded: Recorded,
  attempts: number,
  error: unknown,
): Promise<void> {
  const parked = reactionParked({
    reaction: reaction.name,
    position: recorded.position,
    attempts,
    error: String(error),
  });
  await appendSurely(
    { facts: world.facts, clock: world.ports.clock },
    {
      id: `parked/${reaction.name}@${recorded.position}`,
      by: system("castor"),
      cause: recorded.position,
      events: [{ ...parked, stream: `castor/reactions/${reaction.name}` }],
    },
  );
}

/** Tries a parked reaction once more; says whether it worked, in the log too. */
export async function retryParked(
  world: World,
  capabilities: readonly Capability[],
  parked: { reaction: string; position: number },
  because: Because,
): Promise<boolean> {
  const owner = capabilities.find((each) =>
    each.reactions.some((r) => "name" in r && r.name === parked.reaction),
  );
  const reaction = owner?.reactions.find(
    (r): r is Durable => (r.kind === "on" || r.kind === "due") && r.name === parked.reaction,
  );
  const recorded = world.facts.at(parked.position);
  if (!owner || !reaction || !recorded) return false;
  const failure = await reaction
    .react(recorded, effectsFor(owner, world, becauseOf(owner, reaction, recorded)))
    .then(() => undefined, String);
  const { reaction: name, position } = parked;
  const told = reactionRetried({
    reaction: name,
    position,
    worked: failure === undefined,
    ...(failure === undefined ? {} : { error: failure }),
  });
  await appendSurely(
    { facts: world.facts, clock: world.ports.clock },
    {
      id: world.ports.clock.id(),
      by: because.actor,
      cause: position,
      events: [{ ...told, stream: `castor/reactions/${name}` }],
    },
  );
  return failure === undefined;
}
