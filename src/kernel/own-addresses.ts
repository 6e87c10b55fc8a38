import { networkInterfaces } from "node:os";

/** Where others in the same network reach this machine, IPv4 first. */
export const ownAddresses = (): string[] =>
  Object.values(networkInterfaces())
    .flatMap((each) => each ?? [])
    // An address with a scope means something on this machine only.
    .filter((each) => !each.internal && !("scopeid" in each && each.scopeid))
    .toSorted((a, b) => a.family.localeCompare(b.family))
    .map(({ address }) => address);
