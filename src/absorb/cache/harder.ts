import { type Decide, Duration, type EventOf, type Model } from "#kernel";
import * as z from "zod";
import { type HarderMode, harderEnded, harderStarted } from "./contract.ts";
import { EndStale, endings, Lasting, modeOf, type Modes } from "./stale.ts";

export const CacheHarder = Lasting.extend({
  fresh: Duration.prefault("60s").describe(
    "How long shared pages are kept at least, and those that say nothing at all.",
  ),
}).strict();
export const EndHarder = EndStale;

type HarderEvent = EventOf<typeof harderStarted> | EventOf<typeof harderEnded>;

/** The harder modes that are on. */
export const harderModes: Model<Modes<HarderMode>, HarderEvent> = {
  initial: {},
  evolve: (on, event) => {
    const { [event.data.id]: _, ...others } = on;
    return event.type === "cache.harder-started"
      ? { ...others, [event.data.id]: event.data }
      : others;
  },
};

export const cacheHarder: Decide<z.infer<typeof CacheHarder>, Modes<HarderMode>, HarderEvent> = (
  { fresh: freshMs, ...asked },
  _,
  facts,
) => {
  const mode = modeOf(asked, facts);
  return "refused" in mode ? mode : [harderStarted({ ...mode, freshMs })];
};

export const endHarder: Decide<z.infer<typeof EndHarder>, Modes<HarderMode>, HarderEvent> = (
  { id },
  on,
  facts,
) => {
  const ending = endings(on, id, facts.now);
  return "refused" in ending ? ending : ending.map((each) => harderEnded(each));
};
