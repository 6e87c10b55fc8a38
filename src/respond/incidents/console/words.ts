import type { Incident, Tone } from "#console";

export const stageWords: Readonly<Record<Incident["stage"], string>> = {
  triggered: "Nobody has it yet",
  acknowledged: "Somebody is on it",
  mitigating: "Stopping the harm",
  monitoring: "Watching",
  resolved: "Over",
  reviewed: "Reviewed",
};
/** What leads to the next stage, as the button says it. */
export const stageDeeds: Readonly<Record<Incident["stage"], string>> = {
  triggered: "",
  acknowledged: "I am on it",
  mitigating: "We know what to do",
  monitoring: "The harm has ended",
  resolved: "It is over",
  reviewed: "It was reviewed",
};
export const next: Readonly<Record<Incident["stage"], Incident["stage"] | undefined>> = {
  triggered: "acknowledged",
  acknowledged: "mitigating",
  mitigating: "monitoring",
  monitoring: "resolved",
  resolved: "reviewed",
  reviewed: undefined,
};
export const severityTone: Readonly<Record<Incident["severity"], Tone>> = {
  sev1: "bad",
  sev2: "bad",
  sev3: "warn",
  sev4: "none",
};
export const roleWords = {
  commander: "Commander",
  operations: "Operations",
  communications: "Communications",
  scribe: "Scribe",
} as const;

export const isOver = ({ stage, mergedInto }: Incident): boolean =>
  stage === "resolved" || stage === "reviewed" || mergedInto !== undefined;
/** When it ended, or undefined while it goes on. */
export const endOf = ({ times }: Incident): number | undefined =>
  times.resolved ?? times.mitigated ?? undefined;
export const roomOf = (incident: string): string => `/incidents?incident=${incident}`;
