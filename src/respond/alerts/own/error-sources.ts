import * as errors from "../../../observe/errors/contract.ts";
import { begin, end, type Source } from "./source.ts";

const hourMs = 3_600_000;

/** An error's name is its project's with a number: `shop-17`. */
const ofIssue = ({ issue }: { issue: string }) => ({
  service: issue.replace(/-\d+$/, ""),
  issue,
});
const ofProject = ({ project }: { project: string }) => ({ service: project });
type OfMonitor = { project: string; monitor: string; environment: string };
const ofMonitor = ({ project: service, monitor, environment }: OfMonitor) => ({
  ...{ service, monitor, environment },
});
/** Somebody has seen to it. */
const seenTo = [
  errors.issueResolved,
  errors.issueIgnored,
  errors.issueSnoozed,
  errors.issueMerged,
].map((def) => end(def, ofIssue));

export const errorSources: readonly Source[] = [
  {
    ...{ name: "ErrorSpikes", severity: "error" },
    begins: [
      begin(errors.issueSpiked, (d) => ({
        about: ofIssue(d),
        summary: errors.issueSpiked.says(d),
      })),
    ],
    ends: [end(errors.issueCalmed, ofIssue), ...seenTo],
  },
  {
    ...{ name: "ErrorGrows", severity: "warning" },
    begins: [
      begin(errors.issueRamped, (d) => ({
        about: ofIssue(d),
        summary: errors.issueRamped.says(d),
      })),
    ],
    ends: [end(errors.issueCalmed, ofIssue), ...seenTo],
  },
  {
    ...{ name: "ErrorRegressed", severity: "warning" },
    begins: [
      begin(errors.issueRegressed, (d) => ({
        ...{ about: ofIssue(d), summary: errors.issueRegressed.says(d), lastsMs: 4 * hourMs },
      })),
    ],
    ends: seenTo,
  },
  {
    ...{ name: "NewError", severity: "info" },
    begins: [
      begin(errors.issueCreated, (d) => ({
        ...{ about: ofIssue(d), summary: errors.issueCreated.says(d), lastsMs: hourMs },
        ...(d.level === "fatal" ? { severity: "warning" as const } : {}),
      })),
    ],
    ends: seenTo,
  },
  {
    ...{ name: "ErrorsOfServiceSpike", severity: "error" },
    begins: [
      begin(errors.projectSpiked, (d) => ({
        ...{ about: ofProject(d), summary: errors.projectSpiked.says(d) },
      })),
    ],
    ends: [end(errors.projectCalmed, ofProject)],
  },
  {
    ...{ name: "ErrorsOfServiceGrow", severity: "warning" },
    begins: [
      begin(errors.projectRamped, (d) => ({
        ...{ about: ofProject(d), summary: errors.projectRamped.says(d) },
      })),
    ],
    ends: [end(errors.projectCalmed, ofProject)],
  },
  {
    ...{ name: "ServiceFellSilent", severity: "warning" },
    begins: [
      begin(errors.projectSilent, (d) => ({
        ...{ about: ofProject(d), summary: errors.projectSilent.says(d) },
      })),
    ],
    ends: [end(errors.projectHeard, ofProject)],
  },
  {
    ...{ name: "JobFailed", severity: "error" },
    begins: [
      begin(errors.monitorFailed, (d) => ({
        ...{ about: ofMonitor(d), summary: errors.monitorFailed.says(d) },
      })),
    ],
    ends: [end(errors.monitorRecovered, ofMonitor), end(errors.monitorForgotten, ofMonitor)],
  },
  {
    ...{ name: "ReleaseBringsErrors", severity: "warning" },
    begins: [
      begin(errors.releaseTroubled, (d) => ({
        about: { service: d.project, release: d.release },
        ...{ summary: errors.releaseTroubled.says(d), lastsMs: 4 * hourMs },
      })),
    ],
    ends: [],
  },
];
