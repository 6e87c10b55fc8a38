import type { Exchange } from "../exchange.ts";

/** Envoy's default: the first retry within 25 ms, then within more, never more than 250 ms, by chance (full jitter). */
const firstMs = 25;
const maxMs = 250;

/** How long to wait before a request goes to an instance that just refused it; `chance` from 0 to 1. */
export const backOffMs = (attempts: number, chance: number): number =>
  chance * Math.min(maxMs, firstMs * (2 ** attempts - 1));

/** Nobody else is there to ask: the request waits a moment for the same one. */
export function waitAndTry(exchange: Exchange): void {
  const { plane, tries } = exchange;
  const timer = setTimeout(
    () => {
      exchange.waiting = undefined;
      exchange.dispatch(undefined, true);
    },
    backOffMs(tries.attempts, plane.chance()),
  );
  exchange.waiting = { gaveUp: () => clearTimeout(timer) };
}
