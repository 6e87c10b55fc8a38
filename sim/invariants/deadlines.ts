import type { Settled } from "../world.ts";

const slackMs = 5 * 60_000;

/** Every order that was not paid expired exactly once, never early, and soon after its time unless Castor was down. */
export function deadlinesHold({ facts, downs }: Settled): string[] {
  const broken: string[] = [];
  const of = (type: string, order: string) =>
    facts.filter(
      ({ event }) => event.type === type && (event.data as { order: string }).order === order,
    );
  for (const { event } of facts.filter((fact) => fact.event.type === "orders.placed")) {
    const { order, expiresAt } = event.data as { order: string; expiresAt: number };
    const closed = [...of("orders.expired", order), ...of("orders.paid", order)];
    if (closed.length !== 1) broken.push(`order ${order} was closed ${closed.length} times`);
    for (const { at } of of("orders.expired", order)) {
      if (at < expiresAt) broken.push(`order ${order} expired ${expiresAt - at} ms early`);
      const down = downs.reduce(
        (sum, { from, to }) => sum + (to > expiresAt && from < at ? to - from : 0),
        0,
      );
      if (at > expiresAt + down + slackMs)
        broken.push(`order ${order} expired ${at - expiresAt} ms late`);
    }
  }
  return broken;
}
