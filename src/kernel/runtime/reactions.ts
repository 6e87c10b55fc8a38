import type { Capability } from "../manifest/capability.ts";
import type { Effects, Reaction } from "../manifest/effects.ts";
import { attempt, backoffFirstMs } from "./attempts.ts";
import { watchDeadlines } from "./deadlines.ts";
import { effectsFor, system, type World } from "./effects.ts";

const pageSize = 100;

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

function serveBus(
  world: World,
  fx: Effects,
  { cluster, serve }: Extract<Reaction, { kind: "serve" }>,
): void {
  const stop = world.ports.bus.serve(cluster.name, {
    request: async ({ body }) => await serve(cluster.schema.parse(body), fx),
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
      else if (reaction.kind === "serve") serveBus(world, fx, reaction);
      else starts.push(Promise.resolve(reaction.act(fx)));
    }
  await Promise.all(starts);
}
