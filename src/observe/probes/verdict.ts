import { type EventOf, type Millis, view } from "#kernel";
import type * as z from "zod";
import type { Probe } from "./config.ts";
import {
  certificateEnding,
  certificateRenewed,
  type EndLevel,
  failed,
  passed,
  verdicts,
  withdrawn,
} from "./contract.ts";
import { hostOf } from "./target.ts";

type Level = z.infer<typeof EndLevel>;
/** What the log knows of a probe. */
export type Verdict = {
  state: "passing" | "failing" | "unknown";
  since: Millis | null;
  why: string;
  ending?: Level;
};
export const noVerdict: Verdict = { state: "unknown", since: null, why: "No beat yet" };

type Fact = EventOf<(typeof verdicts)[number]>;

export const known = view<Record<string, Verdict>, (typeof verdicts)[number]>("probes.verdicts", {
  from: verdicts,
  empty: () => ({}),
  apply: (all, { event, at }) => {
    const { probe } = event.data;
    if (event.type === withdrawn.type) delete all[probe];
    else all[probe] = after(all[probe] ?? noVerdict, event as Fact, at);
    return all;
  },
});

function after({ ending, ...verdict }: Verdict, event: Fact, at: Millis): Verdict {
  const kept = ending === undefined ? {} : { ending };
  switch (event.type) {
    case failed.type:
      return { state: "failing", since: at, why: event.data.why, ...kept };
    case passed.type:
      return { state: "passing", since: at, why: event.data.why, ...kept };
    case certificateEnding.type:
      return { ...verdict, ending: event.data.level };
    default:
      return verdict;
  }
}

type Named = { name: string; probe: Probe };
const serviceOf = ({ service }: Probe) => (service === undefined ? {} : { service });

/** What to record once so many beats in a row agree; nothing where the log says so already. */
export function afterBeats(
  { name, probe }: Named,
  before: Verdict,
  now: { isPassing: boolean; why: string },
): Fact[] {
  if (before.state === (now.isPassing ? "passing" : "failing")) return [];
  const said = { probe: name, why: now.why, ...serviceOf(probe) };
  return [
    now.isPassing
      ? passed(said)
      : failed({ ...said, severity: probe.severity, host: hostOf(probe.url) }),
  ] as Fact[];
}

const urgentMs = 3 * 86_400_000;

/** What to record of a certificate that was shown: each level once, and that another one holds for long. */
export function afterCertificate(
  { name, probe }: Named,
  before: Verdict,
  shown: { until: Millis; now: Millis },
): Fact[] {
  const { until, now } = shown;
  const isEnding = until - now <= probe.certificateEnds && probe.certificateEnds > 0;
  if (!isEnding)
    return before.ending === undefined ? [] : [certificateRenewed({ probe: name, until }) as Fact];
  const level: Level = until - now <= urgentMs ? "urgent" : "soon";
  if (before.ending === level || before.ending === "urgent") return [];
  const host = hostOf(probe.url);
  return [certificateEnding({ probe: name, until, host, level, ...serviceOf(probe) }) as Fact];
}
