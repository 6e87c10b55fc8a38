import type { StatusPagePicture, Tone } from "#console";

type Status = StatusPagePicture["components"][number]["status"];
export const statusWords: Record<Status, string> = {
  operational: "Operational",
  degraded_performance: "Degraded performance",
  partial_outage: "Partial outage",
  major_outage: "Major outage",
  under_maintenance: "Under maintenance",
};
export const statusTone: Record<Status, Tone> = {
  ...{ operational: "good", degraded_performance: "warn", partial_outage: "warn" },
  ...{ major_outage: "bad", under_maintenance: "none" },
};

export const stageWords: Record<string, string> = {
  ...{ investigating: "Investigating", identified: "Identified", monitoring: "Monitoring" },
  ...{ resolved: "Resolved", postmortem: "Post-mortem", scheduled: "Scheduled" },
  ...{ in_progress: "In progress", verifying: "Verifying", completed: "Completed" },
};
export const incidentSteps = ["investigating", "identified", "monitoring", "resolved"] as const;
export const maintenanceSteps = ["in_progress", "verifying", "completed"] as const;

export const languageName = (language: string): string =>
  new Intl.DisplayNames("en", { type: "language" }).of(language) ?? language;

/** In the page's first language, as people outside read it. */
export const inFirst = (
  words: Readonly<Record<string, string>>,
  languages: readonly string[],
): string =>
  languages.map((each) => words[each]).find((each) => each !== undefined) ??
  Object.values(words)[0] ??
  "";
