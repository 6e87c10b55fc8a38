import type { Effects, Event } from "#kernel";
import * as contract from "../contract.ts";
import type { Finding } from "../intake/findings.ts";
import { type IssueModel, isQuiet } from "../issue.ts";

export type WatchFinding = Extract<
  Finding,
  { kind: "spiked" | "ramped" | "calmed" | "silent" | "heard" }
>;

const kinds = new Set<Finding["kind"]>(["spiked", "ramped", "calmed", "silent", "heard"]);
export const isOfWatch = (found: Finding): found is WatchFinding => kinds.has(found.kind);

/** What was found about a project as a whole. */
const ofProject = (found: WatchFinding): Event => {
  const { project } = found;
  switch (found.kind) {
    case "spiked":
      return contract.projectSpiked({ project, evidence: found.evidence });
    case "ramped":
      return contract.projectRamped({ project, evidence: found.evidence });
    case "calmed":
      return contract.projectCalmed({ project, at: found.at, lastedMs: found.lastedMs });
    case "heard":
      return contract.projectHeard({ project, at: found.at });
    case "silent": {
      const { at, expected, chance } = found;
      return contract.projectSilent({ project, at, expected, chance });
    }
  }
};

/** Makes facts of what the watch found; the same finding told twice is one fact. */
export async function recordWatched(
  found: WatchFinding,
  of: { id: string; stateOf: (issue: string) => IssueModel; suspects: Suspecting },
  fx: Effects,
): Promise<void> {
  const { id } = of;
  const issue = "issue" in found ? found.issue : undefined;
  if (issue === undefined) {
    await fx.record(`watch/${found.project}`, [ofProject(found)], { id });
    return;
  }
  const standing = of.stateOf(issue);
  if (!standing.of || isQuiet(standing.state)) return;
  if (found.kind === "calmed") {
    if (standing.state !== "escalating") return;
    const { at, lastedMs } = found;
    await fx.record(`issues/${issue}`, [contract.issueCalmed({ issue, at, lastedMs })], { id });
  } else if (found.kind === "spiked" || found.kind === "ramped") {
    const evidence = { ...found.evidence, suspects: of.suspects(issue, found.evidence) };
    const fact = found.kind === "spiked" ? contract.issueSpiked : contract.issueRamped;
    await fx.record(`issues/${issue}`, [fact({ issue, evidence })], { id });
  }
}
type Suspecting = (issue: string, evidence: contract.Evidence) => contract.SuspectChange[];
