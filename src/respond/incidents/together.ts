import type { Read, Refusal } from "#kernel";
import { type Book, book } from "./book.ts";
import { type Incident, unknownIncident, wrongStage } from "./contract.ts";
import { isOver } from "./incident.ts";
import { shares, signs } from "./signs.ts";

/** Those that are one with it, also by way of another one. */
export function oneWith(all: Book, incident: string): Incident[] {
  const found = new Map<string, Incident>();
  const look = (into: string): void => {
    for (const each of Object.values(all)) {
      if (each.mergedInto !== into || each.incident === incident || found.has(each.incident))
        continue;
      found.set(each.incident, each);
      look(each.incident);
    }
  };
  look(incident);
  return [...found.values()];
}

/** With the services of those that are one with it; about nothing yet is about everything, and stays so. */
export function whole(all: Book, of: Incident): Incident {
  if (of.services.length === 0) return of;
  const services = [of, ...oneWith(all, of.incident)].flatMap((each) => each.services);
  return { ...of, services: [...new Set(services)] };
}

const labelsOfMany = (found: readonly { labels: Record<string, string> }[]) =>
  Object.assign({}, ...found.toReversed().map(({ labels }) => labels)) as Record<string, string>;
const alertsMax = 50;

/** The alerts that it came from and those about its services while it went on, for the runbooks that are theirs. */
export function alertsOf(
  read: Pick<Read, "view">,
  of: Incident,
): { alerts: string[]; labels: Record<string, string> } {
  const all = [of, ...oneWith(read.view(book), of.incident)];
  const origins = new Set(
    all.flatMap(({ origin: { kind, ref } }) => (kind === "alert" ? ref : [])),
  );
  const services = all.flatMap((each) => each.services);
  const until = of.times.resolved ?? Number.POSITIVE_INFINITY;
  const found = Object.values(read.view(signs))
    .filter(
      ({ group, services: hit, since, closedAt }) =>
        origins.has(group) ||
        (shares(hit, services) &&
          since <= until &&
          (closedAt === null || closedAt >= of.times.started)),
    )
    // What it came from says most about it.
    .toSorted((a, b) => Number(origins.has(b.group)) - Number(origins.has(a.group)));
  return {
    alerts: [...new Set(found.flatMap(({ alerts }) => alerts))].slice(0, alertsMax),
    labels: labelsOfMany(found),
  };
}

/** What an incident is to belong to must be there, stand alone, and go on. */
function belongsTo(read: Pick<Read, "view">, incident: string): Refusal | undefined {
  const other = read.view(book)[incident];
  if (!other) return unknownIncident(`There is no ${incident}.`);
  if (other.mergedInto !== undefined)
    return wrongStage(`${incident} is one with ${other.mergedInto}; choose that one.`);
  return isOver(other.stage) ? wrongStage(`${incident} is over; reopen it first.`) : undefined;
}

export const canMerge = (
  { into }: { into: string },
  read: Pick<Read, "view">,
): Refusal | undefined => belongsTo(read, into);

/** No incident is part of one that is part of it. */
export function canBePart(
  { incident, parent }: { incident: string; parent?: string | undefined },
  read: Pick<Read, "view">,
): Refusal | undefined {
  if (parent === undefined) return undefined;
  const all = read.view(book);
  const seen = new Set<string>();
  for (
    let above = all[parent];
    above && !seen.has(above.incident);
    above = all[above.parent ?? ""]
  ) {
    seen.add(above.incident);
    if (above.parent === incident)
      return wrongStage(`${above.incident} is part of ${incident} already.`);
  }
  return belongsTo(read, parent);
}
