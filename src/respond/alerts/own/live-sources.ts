import * as live from "../../../absorb/live/contract.ts";
import { begin, end, type Source } from "./source.ts";

type Trouble = (typeof live.troubles)[number];

/** One thing that is wrong with a node of a show, until it is over or the show is. */
const source = (name: string, severity: Source["severity"], wanted: Trouble): Source => ({
  ...{ name, severity },
  begins: [
    begin(live.troubleBegan, ({ trouble, ...d }) =>
      trouble === wanted
        ? {
            about: { show: d.show, node: String(d.node) },
            summary: live.troubleBegan.says({ trouble, ...d }),
          }
        : undefined,
    ),
  ],
  ends: [
    end(live.troubleEnded, ({ trouble, show, node }) =>
      trouble === wanted ? { show, node: String(node) } : undefined,
    ),
    end(live.finished, ({ show }) => ({ show })),
  ],
});

export const liveSources: readonly Source[] = [
  // A node that starts anew within the group's wait wakes nobody.
  source("LiveNodeAway", "critical", "away"),
  source("LiveAnswersRefused", "critical", "refusing"),
  source("LiveAnswersSlow", "error", "slow"),
];
