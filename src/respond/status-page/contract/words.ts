/** What a component is, the best first; the names are those of Statuspage's API. */
export const componentStatuses = [
  "operational",
  "degraded_performance",
  "partial_outage",
  "major_outage",
] as const;
/** How a public incident goes on; the order is the usual one, and any may follow any but the end. */
export const incidentStages = [
  "investigating",
  "identified",
  "monitoring",
  "resolved",
  "postmortem",
] as const;
export const maintenanceStages = ["scheduled", "in_progress", "verifying", "completed"] as const;
export const impacts = ["none", "minor", "major", "critical"] as const;
