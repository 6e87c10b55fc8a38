import { type Read, view } from "#kernel";
import { type Config, configuredShow } from "./config.ts";
import { measured, showFacts } from "./contract/facts.ts";
import { type Show, showBehind } from "./contract/show.ts";
import { definitionOf } from "./draft.ts";
import { PlanConfig } from "./plan/config.ts";
import { type Shows, shows, stateOf } from "./show.ts";

/** All shows and rehearsals as they are. What finalists tell of themselves is not in here: it stays in the log, sealed. */
export const present = view<Shows, (typeof showFacts)[number]>("live.present", {
  from: showFacts,
  empty: () => shows.initial,
  apply: (known, { event }) => shows.evolve(known, event),
});

/** The processor time of an answer, as it was measured last. */
export const measuredView = view<{ answerUs?: number }, typeof measured>("live.measured", {
  from: [measured],
  empty: () => ({}),
  apply: (_, { event }) => ({ answerUs: event.data.answerUs }),
});

export type Reading = Read<Config>;

/** What a show is, as frozen at its doors or as it would open now; undefined when nobody knows it. */
export function showNamed(read: Reading, show: string): Show | undefined {
  const known = read.view(present);
  return stateOf(known, show).doorsAt === undefined
    ? definitionOf(known, show, read.config)
    : stateOf(known, show).definition;
}

/** What plans reckon with for a show, or for the one behind a rehearsal. */
export function planNamed(read: Reading, show: string): PlanConfig {
  const name = showBehind(show);
  const inFile = configuredShow(read.config, name)?.plan;
  if (inFile) return inFile;
  const added = PlanConfig.safeParse(stateOf(read.view(present), name).plan ?? {});
  // What an earlier version took and this one does not must not hide the show: its plan is the usual one.
  return added.data ?? PlanConfig.parse({});
}
