export * from "./contract/facts.ts";
export * from "./contract/orders.ts";
export * from "./contract/problems.ts";
export * from "./contract/queries.ts";
export * from "./contract/shape.ts";
export * from "./contract/show.ts";
export * from "./contract/stage.ts";
export * from "./contract/verbs.ts";
