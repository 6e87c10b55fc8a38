export * from "./contract/asks.ts";
export * from "./contract/facts.ts";
export * from "./contract/lengths.ts";
export * from "./contract/words.ts";
