import { asUtc, instantOf, laterWall, monthsLater, type Wall, wallOf } from "#kernel";
import type { Held, Span } from "./span.ts";

export type Turn = { count: number; unit: "hours" | "days" | "weeks" | "months" };
/** Members take turns, handed over at the same time of day by the clocks of a zone, whatever those clocks do in between. */
export type Rotation = { zone: string; start: Wall; turn: Turn; members: readonly string[] };

const minuteMs = 60_000;
const turnMinutes = { hours: 60, days: 1_440, weeks: 10_080 } as const;

/**
 * When turn `k` begins: as many turns on the wall after the start, never elapsed time divided by a length, which drifts with
 * every change of the clocks. An hour that does not exist begins no turn; one that comes twice makes its turn longer.
 */
export function handoff({ zone, start, turn }: Rotation, k: number): number {
  const wall =
    turn.unit === "months"
      ? monthsLater(start, k * turn.count)
      : laterWall(start, { minutes: k * turn.count * turnMinutes[turn.unit] });
  return instantOf(wall, zone);
}

/** Which turn it is; negative before the rotation began. */
export function turnAt(rotation: Rotation, at: number): number {
  const { zone, start, turn } = rotation;
  const wall = wallOf(at, zone);
  const months = (wall.year - start.year) * 12 + wall.month - start.month;
  const minutes = (asUtc(wall) - asUtc(start)) / minuteMs;
  const guess =
    turn.unit === "months" ? months / turn.count : minutes / (turn.count * turnMinutes[turn.unit]);
  let k = Math.floor(guess);
  while (handoff(rotation, k) > at) k--;
  while (handoff(rotation, k + 1) <= at) k++;
  return k;
}

/** Who has the turns within the bounds; nobody before the rotation began. */
export function turnsWithin(rotation: Rotation, bounds: Span): Held[] {
  const { members } = rotation;
  const turns: Held[] = [];
  if (members.length === 0) return turns;
  for (let k = Math.max(0, turnAt(rotation, bounds.from)); ; k++) {
    const [from, to] = [handoff(rotation, k), handoff(rotation, k + 1)];
    if (from >= bounds.to) return turns;
    const member = members[k % members.length];
    if (member !== undefined && from < to && to > bounds.from)
      turns.push({
        from: Math.max(from, bounds.from),
        to: Math.min(to, bounds.to),
        member,
      });
  }
}
