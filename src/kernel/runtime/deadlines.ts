import type { Recorded } from "../log/log.ts";
import type { Capability } from "../manifest/capability.ts";
import type { Reaction } from "../manifest/effects.ts";
import { attempt } from "./attempts.ts";
import type { World } from "./effects.ts";

const pageSize = 100;
/** So many marks of what is done are kept before one number takes their place. */
const marksKept = 256;

/** Fires each deadline of one reaction when its time has come; remembers, as durably as the log, which are done. */
export function watchDeadlines(
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
  /** How to cancel each that waits, in the order of the log. */
  const open = new Map<number, () => void>();
  world.signal.addEventListener("abort", () => {
    for (const cancel of open.values()) cancel();
  });
  let sweepAt = marksKept;
  const sweep = (): void => {
    const [oldest = seen + 1] = open.keys();
    forgetDone(facts.bookmarks, { reaction: reaction.name, done, below: oldest });
    // One that waits for long keeps the marks of those behind it: they are not looked through each time.
    sweepAt = Math.max(marksKept, 2 * done.size);
  };
  const fire = async (recorded: Recorded): Promise<void> => {
    await attempt(world, capability, reaction, recorded);
    if (world.signal.aborted) return;
    facts.bookmarks.set(`${prefix}${recorded.position}`, "done");
    open.delete(recorded.position);
    done.add(recorded.position);
    if (done.size >= sweepAt) sweep();
  };
  const scan = (): void => {
    for (;;) {
      const batch = facts.page({ after: seen, limit: pageSize, types: [reaction.def.type] });
      for (const recorded of batch) {
        const at = reaction.at(recorded);
        if (at === undefined || recorded.position <= doneBelow || done.has(recorded.position))
          continue;
        open.set(
          recorded.position,
          ports.clock.at(at, () => void fire(recorded)),
        );
      }
      seen = batch.at(-1)?.position ?? seen;
      if (batch.length < pageSize) break;
    }
  };
  scan();
  sweep();
  facts.onCommit(scan);
}

/** Below the oldest open deadline all are done, so one number replaces their marks. */
function forgetDone(
  bookmarks: World["facts"]["bookmarks"],
  of: { reaction: string; done: Set<number>; below: number },
): void {
  bookmarks.set(`due/${of.reaction}`, String(of.below - 1));
  for (const position of of.done)
    if (position < of.below) {
      bookmarks.delete(`due/${of.reaction}/${position}`);
      of.done.delete(position);
    }
}
