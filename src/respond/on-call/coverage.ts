import type { Config } from "./config.ts";
import { hoursWithin } from "./schedule/hours.ts";
import { type Span, within } from "./schedule/span.ts";

/** Of the stretches that nobody has, those that the configuration says somebody must have. */
export function coverageOf(config: Config, team: string, gaps: readonly Span[]): Span[] {
  const { cover, zone } = config.teams[team] ?? { cover: [], zone: "UTC" };
  if (cover === undefined) return [...gaps];
  if (cover.length === 0) return [];
  return gaps.flatMap((gap) =>
    hoursWithin(cover, zone, gap).flatMap((hours) => within(hours, gap) ?? []),
  );
}
