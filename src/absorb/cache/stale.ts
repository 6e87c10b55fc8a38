import { type Decide, Duration, type EventOf, type Facts, type Model, type Refusal } from "#kernel";
import * as z from "zod";
import {
  endOutOfRange,
  noStaleMode,
  staleEnded,
  type StaleMode,
  staleStarted,
} from "./contract.ts";

const durationMsMax = 7 * 24 * 3_600_000;

/** What every mode is asked for with. */
export const Lasting = z
  .object({
    reason: z.string().min(3).max(200).describe("Why; visitors' answers and the log carry it."),
    for: Duration.prefault("1h").describe("For how long, at most a week."),
    prefix: z.string().optional().describe("Only URLs that start so; all of them when absent."),
    service: z.string().optional().describe("Only pages of this service."),
    id: z
      .string()
      .max(80)
      .optional()
      .describe("A name of your own; the same name again moves its end."),
  })
  .strict();
export const ServeStale = Lasting;
export const EndStale = z
  .object({ id: z.string().optional().describe("Which; all that are on when absent.") })
  .strict();

/** The modes of one kind that are on, by id. */
export type Modes<M extends StaleMode = StaleMode> = Readonly<Record<string, M>>;
type StaleEvent = EventOf<typeof staleStarted> | EventOf<typeof staleEnded>;

/** The stale modes that are on. */
export const modes: Model<Modes, StaleEvent> = {
  initial: {},
  evolve: (on, event) => {
    const { [event.data.id]: _, ...others } = on;
    return event.type === "cache.stale-started"
      ? { ...others, [event.data.id]: event.data }
      : others;
  },
};

/** The mode that is asked for, as of now. */
export function modeOf(asked: z.infer<typeof Lasting>, facts: Facts): StaleMode | Refusal {
  const { reason, for: durationMs, prefix, service, id = facts.id() } = asked;
  if (durationMs <= 0 || durationMs > durationMsMax) return endOutOfRange();
  const { now: startedAt } = facts;
  return {
    ...{ id, startedAt, endsAt: startedAt + durationMs, reason },
    ...(prefix === undefined ? {} : { prefix }),
    ...(service === undefined ? {} : { service }),
  };
}

/** Which modes end, and why; a refusal where the one that is meant is not on. */
export function endings(
  on: Modes,
  id: string | undefined,
  now: number,
): { id: string; why: "asked" | "time" }[] | Refusal {
  if (id !== undefined && on[id] === undefined) return noStaleMode(`No mode ${id} is on.`);
  return Object.values(on)
    .filter((each) => id === undefined || each.id === id)
    .map((each) => ({ id: each.id, why: now >= each.endsAt ? "time" : "asked" }));
}

export const serveStale: Decide<z.infer<typeof ServeStale>, Modes, StaleEvent> = (
  asked,
  _,
  facts,
) => {
  const mode = modeOf(asked, facts);
  return "refused" in mode ? mode : [staleStarted(mode)];
};

export const endStale: Decide<z.infer<typeof EndStale>, Modes, StaleEvent> = (
  { id },
  on,
  facts,
) => {
  const ending = endings(on, id, facts.now);
  return "refused" in ending ? ending : ending.map((each) => staleEnded(each));
};
