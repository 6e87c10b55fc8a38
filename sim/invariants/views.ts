import { openOrders } from "../orders.ts";
import type { Settled } from "../world.ts";

/** A view is the same after it was thrown away and folded again. */
export async function viewsHold({ castor, facts }: Settled): Promise<string[]> {
  const before = JSON.stringify(castor.views.get(openOrders));
  await castor.views.rebuild(openOrders.name);
  const after = JSON.stringify(castor.views.get(openOrders));
  const open =
    facts.filter(({ event }) => event.type === "orders.placed").length -
    facts.filter(({ event }) => event.type === "orders.paid" || event.type === "orders.expired")
      .length;
  return [
    ...(before === after ? [] : [`the view of open orders was ${before} and became ${after}`]),
    ...(Object.keys(JSON.parse(after) as object).length === open
      ? []
      : [`the view shows ${after}, the log leaves ${open} open`]),
  ];
}
