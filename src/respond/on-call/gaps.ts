import { type Effects, type EventOf, type Read, view, type View } from "#kernel";
import { coverageOf } from "./coverage.ts";
import { type Config, layersOf } from "./config.ts";
import { gapAhead, gapClosed } from "./contract/gap.ts";
import { decided } from "./decided.ts";
import { timeline } from "./schedule/schedule.ts";
import { type Span, within } from "./schedule/span.ts";

/** So many gaps of a team are told of at once; the first ones matter. */
const toldMax = 20;

type Told = { gaps: Span[]; count: number };
type GapFact = EventOf<typeof gapAhead> | EventOf<typeof gapClosed>;

/** The gaps that were warned of and are not over, by team. */
export const gapsTold: View<Record<string, Told>> = view<
  Record<string, Told>,
  typeof gapAhead | typeof gapClosed
>("on-call.gaps-told", {
  from: [gapAhead, gapClosed],
  empty: () => ({}),
  apply: (teams, { event }) => {
    const { team, from, to } = event.data;
    const told = (teams[team] ??= { gaps: [], count: 0 });
    told.count += 1;
    if (event.type === "on-call.gap-ahead") told.gaps.push({ from, to });
    else told.gaps = told.gaps.filter((gap) => gap.from !== from || gap.to !== to);
    return teams;
  },
});

/** The hours of a team within the bounds that somebody must have and nobody has. */
export function gapsWithin(
  read: Pick<Read<Config>, "view" | "config">,
  team: string,
  bounds: Span,
): Span[] {
  const { versions, overrides } = read.view(decided)[team] ?? { versions: [], overrides: [] };
  return coverageOf(read.config, team, timeline(versions, overrides, bounds).gaps);
}

/** What is new to say about a team's gaps: those that came into sight, and those that are over. */
export function newsOf(
  told: readonly Span[],
  gaps: readonly Span[],
  of: { team: string; now: number },
): GapFact[] {
  const isIn = (all: readonly Span[], span: Span): boolean =>
    all.some((each) => within(span, each) !== undefined);
  const { team, now } = of;
  const closed = told
    .filter((gap) => !isIn(gaps, gap))
    .map((gap) => gapClosed({ team, ...gap, how: gap.to > now ? "covered" : "passed" }));
  const stay = told.length - closed.length;
  const ahead = gaps
    .filter((gap) => !isIn(told, gap))
    .slice(0, Math.max(0, toldMax - stay))
    .map((gap) => gapAhead({ team, ...gap }));
  return [...closed, ...ahead];
}

const isRemembered = (fx: Effects<Config>, team: string): boolean =>
  Bun.deepEquals(fx.view(decided)[team]?.versions.at(-1)?.layers ?? [], layersOf(fx.config, team));

/** Says which gaps are ahead, once each, and when they are over. */
export async function tellGaps(fx: Effects<Config>): Promise<void> {
  const { teams, gapWarning } = fx.config;
  for (const team of new Set([...Object.keys(teams), ...Object.keys(fx.view(gapsTold))])) {
    // Its schedule is about to be remembered, and what is known of it until then would be a false alarm.
    if (!isRemembered(fx, team)) continue;
    const told = fx.view(gapsTold)[team] ?? { gaps: [], count: 0 };
    const bounds = { from: fx.now, to: fx.now + gapWarning };
    const gaps = teams[team] === undefined ? [] : gapsWithin(fx, team, bounds);
    const news = newsOf(told.gaps, gaps, { team, now: fx.now });
    // Two that look at once find the same count, and what they record is recorded once.
    if (news.length > 0)
      await fx.record(`gaps/${team}`, news, { id: `on-call.gaps/${team}/${told.count}` });
  }
}
