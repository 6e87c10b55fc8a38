import { targets } from "../../src/run/catalog/contract.ts";
import { gatewaySnapshot } from "../../src/absorb/gateway/data-plane/snapshot.ts";
import type { Settled } from "../world.ts";

/** When the dust has settled, workers are told of exactly the instances that really answer, on the ports they really have. */
export async function pictureHolds({ castor, keeper }: Settled): Promise<string[]> {
  const answering = keeper.answering();
  const told = castor.ports.snapshots
    .get(gatewaySnapshot)
    ?.value.services.flatMap(({ instances }) =>
      instances.filter(({ healthy }) => healthy).map(({ id }) => id),
    )
    .toSorted();
  const known = (await castor.ask(targets, {})).flatMap(({ instances }) => instances);
  const ports = new Set(known.map(({ port }) => port));
  return [
    ...(keeper.ids().length === 3
      ? []
      : [`the keeper runs ${keeper.ids().join(", ")} instead of three instances`]),
    ...(JSON.stringify(told) === JSON.stringify(answering)
      ? []
      : [`workers are told of ${told?.join(", ") ?? "nothing"}; ${answering.join(", ")} answer`]),
    ...(ports.size === known.length ? [] : ["two instances share a port"]),
  ];
}
