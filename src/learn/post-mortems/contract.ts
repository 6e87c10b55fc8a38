export * from "./contract/asks.ts";
export * from "./contract/facts.ts";
export * from "./contract/graph.ts";
export * from "./contract/lint.ts";
export * from "./contract/words.ts";
