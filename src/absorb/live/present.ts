import { view } from "#kernel";
import { showFacts } from "./contract/facts.ts";
import { type Shows, shows } from "./show.ts";

/** All shows and rehearsals as they are. What finalists tell of themselves is not in here: it stays in the log, sealed. */
export const present = view<Shows, (typeof showFacts)[number]>("live.present", {
  from: showFacts,
  empty: () => shows.initial,
  apply: (known, { event }) => shows.evolve(known, event),
});
