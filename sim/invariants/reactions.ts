import type { Settled } from "../world.ts";

/** Every placed order was confirmed exactly once, or its reaction was parked where people can see it. */
export async function reactionsHold({ castor, facts }: Settled): Promise<string[]> {
  const broken: string[] = [];
  const parked = (await castor.askByName("castor.parked", {})) as {
    reaction: string;
    position: number;
  }[];
  for (const { event, position } of facts.filter((fact) => fact.event.type === "orders.placed")) {
    const { order } = event.data as { order: string };
    const confirmations = facts.filter(
      (fact) =>
        fact.event.type === "orders.confirmed" &&
        (fact.event.data as { order: string }).order === order,
    );
    const isParked = parked.some(
      (each) => each.reaction === "orders.ask-bank" && each.position === position,
    );
    if (confirmations.length + (isParked ? 1 : 0) !== 1)
      broken.push(
        `order ${order} was confirmed ${confirmations.length} times and ${isParked ? "is" : "is not"} parked`,
      );
  }
  return broken;
}
