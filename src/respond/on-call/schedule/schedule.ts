import { type Hours, hoursWithin } from "./hours.ts";
import { type Rotation, turnsWithin } from "./rotation.ts";
import { beneath, gapsOf, type Held, joined, type Span, within } from "./span.ts";

/** A rotation, perhaps only at certain hours. */
export type Layer = Rotation & { name: string; hours: readonly Hours[] };
/** The first layer that has somebody counts. */
export type Schedule = { layers: readonly Layer[] };
/** From this instant on this schedule holds, until the next one: what was before is never computed anew. */
export type Version = Schedule & { validFrom: number };
/** Somebody takes a stretch in the place of whoever has it; with `instead`, only where it is theirs. */
export type Override = Span & { id: string; member: string; instead?: string | undefined };

/** Who is on call when: stretches in order, and the gaps between them. */
export type Timeline = { shifts: Held[]; gaps: Span[] };

function layerWithin(layer: Layer, bounds: Span): Held[] {
  if (layer.hours.length === 0) return turnsWithin(layer, bounds);
  return hoursWithin(layer.hours, layer.zone, bounds).flatMap((part) => turnsWithin(layer, part));
}

function scheduledWithin(versions: readonly Version[], bounds: Span): Held[] {
  return versions.flatMap(({ validFrom, layers }, i) => {
    const holds = { from: validFrom, to: versions[i + 1]?.validFrom ?? Number.POSITIVE_INFINITY };
    const part = within(bounds, holds);
    if (part === undefined) return [];
    return layers.reduce<Held[]>(
      (shifts, layer) => beneath(shifts, layerWithin(layer, part), part),
      [],
    );
  });
}

/** Later overrides win over earlier ones. */
function overridden(shifts: readonly Held[], override: Override, bounds: Span): Held[] {
  const span = within(override, bounds);
  if (span === undefined) return [...shifts];
  const { member, instead } = override;
  const parts =
    instead === undefined
      ? [{ ...span, member }]
      : shifts.flatMap((shift) => {
          const part = shift.member === instead ? within(shift, span) : undefined;
          return part === undefined ? [] : [{ ...part, member }];
        });
  return beneath(parts, shifts, bounds);
}

/** The timeline of a schedule with its overrides. A pure function of what was decided and of the bounds. */
export function timeline(
  versions: readonly Version[],
  overrides: readonly Override[],
  bounds: Span,
): Timeline {
  const scheduled = joined(scheduledWithin(versions, bounds));
  const shifts = overrides.reduce<Held[]>((all, each) => overridden(all, each, bounds), scheduled);
  return { shifts, gaps: gapsOf(shifts, bounds) };
}
