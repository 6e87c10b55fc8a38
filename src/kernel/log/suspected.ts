import type { Read } from "../manifest/effects.ts";
import type { Millis } from "../contract.ts";
import type { Position, Recorded } from "./log.ts";
import { type Beginning, suspects } from "./suspects.ts";

const hourMs = 3_600_000;
const windowHours = 24;
/** What Castor writes down as it first starts is what it found, and nothing that changed. */
const firstStartMs = 30_000;

/** A change that may have brought something, in words. */
export type Suspected = {
  position: Position;
  at: Millis;
  type: string;
  says: string;
  probability: number;
};

/** The changes of the day before something began, the likeliest to have brought it first. */
export function suspected(
  read: Pick<Read, "changes" | "says" | "log">,
  of: Beginning & { concerns: (change: Recorded) => boolean; max: number },
): Suspected[] {
  const { firstAt, concerns, max } = of;
  const begunAt = (read.log.at(1)?.at ?? 0) + firstStartMs;
  const from = Math.max(firstAt - windowHours * hourMs, begunAt);
  const recorded = read.changes({ from, to: firstAt }).filter(concerns);
  const found = suspects(recorded.map(changeOf), of, windowHours);
  const byPosition = new Map(recorded.map((each) => [each.position, each]));
  return found.slice(0, max).flatMap(({ change, probability }) => {
    const suspect = byPosition.get(change.position);
    if (!suspect) return [];
    const { position, at, event } = suspect;
    return [{ position, at, type: event.type, says: read.says(event), probability }];
  });
}

const changeOf = ({ position, at, event }: Recorded) => {
  const { release } = event.data as { release?: unknown };
  return { position, at, ...(typeof release === "string" && { release }) };
};
