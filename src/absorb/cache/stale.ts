import { type Decide, Duration, type EventOf, type Model } from "#kernel";
import * as z from "zod";
import {
  endOutOfRange,
  noStaleMode,
  staleEnded,
  type StaleMode,
  staleStarted,
} from "./contract.ts";

const durationMsMax = 7 * 24 * 3_600_000;

export const ServeStale = z
  .object({
    reason: z.string().min(3).max(200).describe("Why; visitors' answers and the log carry it."),
    for: Duration.prefault("1h").describe("For how long, at most a week."),
    prefix: z.string().optional().describe("Only URLs that start so; all of them when absent."),
  })
  .strict();
export const EndStale = z
  .object({ id: z.string().optional().describe("Which; all that are on when absent.") })
  .strict();

type Modes = Readonly<Record<string, StaleMode>>;
type StaleEvent = EventOf<typeof staleStarted> | EventOf<typeof staleEnded>;

/** The modes that are on. */
export const modes: Model<Modes, StaleEvent> = {
  initial: {},
  evolve: (on, event) => {
    const { [event.data.id]: _, ...others } = on;
    return event.type === "cache.stale-started"
      ? { ...others, [event.data.id]: event.data }
      : others;
  },
};

export const serveStale: Decide<z.infer<typeof ServeStale>, Modes, StaleEvent> = (
  { reason, for: durationMs, prefix },
  _,
  facts,
) => {
  if (durationMs <= 0 || durationMs > durationMsMax) return endOutOfRange();
  const { now: startedAt } = facts;
  const mode = { id: facts.id(), startedAt, endsAt: startedAt + durationMs, reason };
  return [staleStarted(prefix === undefined ? mode : { ...mode, prefix })];
};

export const endStale: Decide<z.infer<typeof EndStale>, Modes, StaleEvent> = (
  { id },
  on,
  facts,
) => {
  if (id !== undefined && on[id] === undefined) return noStaleMode(`No mode ${id} is on.`);
  return Object.values(on)
    .filter((each) => id === undefined || each.id === id)
    .map((each) => staleEnded({ id: each.id, why: facts.now >= each.endsAt ? "time" : "asked" }));
};
