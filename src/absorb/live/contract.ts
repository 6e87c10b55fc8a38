export * from "./contract/orders.ts";
export * from "./contract/shape.ts";
