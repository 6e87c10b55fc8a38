import { view } from "#kernel";
import { closed, numbersChanged, numbersReset, opened, released } from "./contract.ts";
import { type Modes, modes } from "./modes.ts";

/** What somebody said of the rooms, for answers and reactions. */
export const said = view<
  Modes,
  typeof opened | typeof closed | typeof released | typeof numbersChanged | typeof numbersReset
>("waiting-room.said", {
  from: [opened, closed, released, numbersChanged, numbersReset],
  empty: () => ({}),
  apply: (known, { event }) => modes.evolve(known, event),
});
