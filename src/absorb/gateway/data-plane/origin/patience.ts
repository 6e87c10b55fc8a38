import { decimalOf } from "../bytes.ts";
import type { Exchange } from "../exchange.ts";
import { field } from "../field.ts";
import { outOfTime } from "../refusal.ts";

/** Milliseconds per unit of a gRPC timeout; so many nanoseconds, as few as they are, are no patience at all. */
const gRpcUnits: Readonly<Record<string, number>> = {
  ...{ H: 3_600_000, M: 60_000, S: 1_000 },
  ...{ m: 1, u: 0.001, n: 0.000_001 },
};
const gRpcDigitsMax = 8;

/** How long a client says it waits, in ms: Envoy's and Connect's fields say it so, gRPC's has a unit. 0 when it makes no sense. */
export function patienceOf(kind: number, bytes: Uint8Array, from: number, to: number): number {
  if (kind === field.expectedTimeout) return Math.max(0, decimalOf(bytes, from, to));
  if (to - from > gRpcDigitsMax + 1) return 0;
  const ms = gRpcUnits[String.fromCharCode(bytes[to - 1] ?? 0)] ?? 0;
  return Math.max(0, Math.ceil(decimalOf(bytes, from, to - 1) * ms));
}

/** From the end of the request on time runs, where there is a limit for all of it; says when it is over, on the plane's clock. */
export function startClock(exchange: Exchange): number {
  const { head, lane } = exchange;
  const { totalMs = Infinity } = lane.route.timeouts;
  if (exchange.dueAt === Infinity && (head.patienceMs > 0 || totalMs !== Infinity))
    exchange.dueAt = performance.now() + Math.min(totalMs, head.patienceMs || Infinity);
  return exchange.dueAt;
}

/** True when nobody waits any more: the request has its answer then. An instance is to blame only for a limit of ours. */
export function isOutOfTime(exchange: Exchange): boolean {
  if (exchange.dueAt === Infinity || performance.now() < exchange.dueAt) return false;
  const { head, lane } = exchange;
  const isImpatient =
    head.patienceMs > 0 && head.patienceMs < (lane.route.timeouts.totalMs ?? Infinity);
  exchange.failed(outOfTime, isImpatient);
  return true;
}
