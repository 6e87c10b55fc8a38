import { counter } from "#kernel/contract";

/** How long those waited who had to, and then got a place at an instance. */
export const queueWait = counter("gateway.queue-wait", "quantiles", ["service"], "ms");
/** Who waited or wanted to, and got no place: `full`, `timeout` or `shed`, by criticality. */
export const queueRefused = counter(
  "gateway.queue-refused",
  "sum",
  ["service", "why", "class"],
  "requests",
);
