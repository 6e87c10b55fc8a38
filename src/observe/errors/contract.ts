export * from "./contract/facts.ts";
export * from "./contract/names.ts";
export * from "./contract/queries.ts";
export * from "./contract/spikes.ts";
export * from "./contract/report.ts";
export * from "./contract/releases.ts";
export * from "./contract/monitors.ts";
export * from "./contract/tickets.ts";
