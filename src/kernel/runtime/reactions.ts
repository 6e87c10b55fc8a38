import * as z from "zod";
import { event } from "../contract.ts";
import type { Recorded } from "../log/log.ts";
import type { Capability } from "../manifest/capability.ts";
import type { Effects, Reaction } from "../manifest/effects.ts";
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

type Durable = Extract<Reaction, { kind: "on" | "due" }>;
const attemptsMax = 5;
const backoffFirstMs = 500;
const pageSize = 100;

/** Runs one reaction to one fact, again with growing pauses, and parks it when it keeps failing. */
async function attempt(
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
      const pauseMs = backoffFirstMs * 4 ** (attempts - 1) * (0.75 + clock.random() / 2);
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
  await world.facts.append({
    id: `parked/${reaction.name}@${recorded.position}`,
    by: system("castor"),
    cause: recorded.position,
    events: [{ ...parked, stream: `castor/reactions/${reaction.name}` }],
  });
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
  await world.facts.append({
    id: world.ports.clock.id(),
    by: because.actor,
    cause: position,
    events: [{ ...told, stream: `castor/reactions/${name}` }],
  });
  return failure === undefined;
}

/** Follows one reaction's facts from where it left off. A reaction that is new to this log starts at its end. */
async function follow(
  world: World,
  capability: Capability,
  reaction: Extract<Reaction, { kind: "on" }>,
): Promise<void> {
  const { bookmarks } = world.facts;
  const name = `on/${reaction.name}`;
  let after = Number(bookmarks.get(name));
  while (!world.signal.aborted) {
    const committed = nextCommit(world);
    const head = world.facts.head();
    const batch = world.facts.page({ after, limit: pageSize, types: [reaction.def.type] });
    for (const recorded of batch) {
      await attempt(world, capability, reaction, recorded);
      if (world.signal.aborted) return;
    }
    const reached = batch.length < pageSize ? head : (batch.at(-1)?.position ?? head);
    if (batch.length > 0) bookmarks.set(name, String(reached));
    after = reached;
    if (batch.length === 0) await committed;
  }
}

const nextCommit = (world: World): Promise<void> => {
  const { promise, resolve } = Promise.withResolvers<void>();
  const stop = world.facts.onCommit(() => resolve());
  world.signal.addEventListener("abort", () => resolve(), { once: true });
  return promise.finally(stop);
};

/** Fires each deadline of one reaction when its time has come; remembers, as durably as the log, which are done. */
function watchDeadlines(
  world: World,
  capability: Capability,
  reaction: Extract<Reaction, { kind: "due" }>,
): void {
  const { facts, ports } = world;
  const prefix = `due/${reaction.name}/`;
  const done = new Set(
    facts.bookmarks.list(prefix).map(([name]) => Number(name.slice(prefix.length))),
  );
  const doneBelow = Number(facts.bookmarks.get(`due/${reaction.name}`) ?? 0);
  let seen = doneBelow;
  const open = new Set<number>();
  const fire = async (recorded: Recorded): Promise<void> => {
    await attempt(world, capability, reaction, recorded);
    if (world.signal.aborted) return;
    facts.bookmarks.set(`${prefix}${recorded.position}`, "done");
    open.delete(recorded.position);
  };
  const scan = (): void => {
    for (;;) {
      const batch = facts.page({ after: seen, limit: pageSize, types: [reaction.def.type] });
      for (const recorded of batch) {
        const at = reaction.at(recorded);
        if (at === undefined || recorded.position <= doneBelow || done.has(recorded.position))
          continue;
        open.add(recorded.position);
        const cancel = ports.clock.at(at, () => void fire(recorded));
        world.signal.addEventListener("abort", cancel, { once: true });
      }
      seen = batch.at(-1)?.position ?? seen;
      if (batch.length < pageSize) break;
    }
  };
  scan();
  forgetDone(facts.bookmarks, {
    reaction: reaction.name,
    done,
    below: Math.min(seen + 1, ...open),
  });
  facts.onCommit(scan);
}

/** Below the oldest open deadline all are done, so one number replaces their marks. */
function forgetDone(
  bookmarks: World["facts"]["bookmarks"],
  of: { reaction: string; done: ReadonlySet<number>; below: number },
): void {
  bookmarks.set(`due/${of.reaction}`, String(of.below - 1));
  for (const position of of.done)
    if (position < of.below) bookmarks.delete(`due/${of.reaction}/${position}`);
}

async function repeat(
  world: World,
  fx: Effects,
  reaction: Extract<Reaction, { kind: "every" }>,
): Promise<void> {
  while (!world.signal.aborted) {
    try {
      await reaction.act(fx);
    } catch (error) {
      if (!world.signal.aborted) fx.note(`${reaction.name} failed`, { error: String(error) });
    }
    await fx.sleep(reaction.ms);
  }
}

async function keepInStep(
  world: World,
  capability: Capability,
  reaction: Extract<Reaction, { kind: "reconcile" }>,
): Promise<void> {
  const types = reaction.defs.map((def) => def.type);
  let failures = 0;
  let cause: number | undefined;
  while (!world.signal.aborted) {
    const seen = world.facts.head();
    const because = { actor: system(capability.id), ...(cause === undefined ? {} : { cause }) };
    const fx = effectsFor(capability, world, because);
    try {
      await reaction.act(fx);
      failures = 0;
      cause = await somethingNew(world, types, seen);
    } catch (error) {
      if (world.signal.aborted) return;
      fx.note(`${reaction.name} failed`, { error: String(error) });
      await fx.sleep(Math.min(backoffFirstMs * 2 ** failures++, 30_000));
    }
  }
}

/** Waits until a fact of these types stands after a position; the newest such fact. */
async function somethingNew(
  world: World,
  types: readonly string[],
  seen: number,
): Promise<number | undefined> {
  let after = seen;
  while (!world.signal.aborted) {
    const committed = nextCommit(world);
    const head = world.facts.head();
    const found = world.facts.page({ after, limit: pageSize, types }).at(-1);
    if (found) return found.position;
    after = head;
    await committed;
  }
  return undefined;
}

function listen(world: World, fx: Effects, reaction: Extract<Reaction, { kind: "heard" }>): void {
  const stop = world.ports.bus.subscribe(reaction.topic.name, async (message) => {
    const parsed = reaction.topic.schema.safeParse(message.body);
    if (!parsed.success)
      return fx.note(`dropped a message on ${message.topic}`, { error: parsed.error.message });
    try {
      await reaction.hear(parsed.data, fx);
    } catch (error) {
      fx.note(`hearing ${message.topic} failed`, { error: String(error) });
    }
  });
  world.signal.addEventListener("abort", stop, { once: true });
}

/** Marks where reactions that are new to this log begin; called before anything can be appended. */
export function placeBookmarks(world: World, capabilities: readonly Capability[]): void {
  const { bookmarks } = world.facts;
  for (const reaction of capabilities.flatMap((each) => each.reactions)) {
    if (reaction.kind !== "on" && reaction.kind !== "due") continue;
    const name = `${reaction.kind}/${reaction.name}`;
    if (bookmarks.get(name) === undefined) bookmarks.set(name, String(world.facts.head()));
  }
}

/** Starts every reaction; they stop when the world's signal aborts. Settles when all `started` ones have acted. */
export async function startReactions(
  world: World,
  capabilities: readonly Capability[],
): Promise<void> {
  const starts: Promise<void>[] = [];
  for (const capability of capabilities)
    for (const reaction of capability.reactions) {
      const fx = effectsFor(capability, world, { actor: system(capability.id) });
      if (reaction.kind === "on") void follow(world, capability, reaction);
      else if (reaction.kind === "due") watchDeadlines(world, capability, reaction);
      else if (reaction.kind === "every") void repeat(world, fx, reaction);
      else if (reaction.kind === "reconcile") void keepInStep(world, capability, reaction);
      else if (reaction.kind === "heard") listen(world, fx, reaction);
      else starts.push(Promise.resolve(reaction.act(fx)));
    }
  await Promise.all(starts);
}
