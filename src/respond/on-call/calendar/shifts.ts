import type { CalendarEntry, Read } from "#kernel";
import { coverageOf } from "../coverage.ts";
import type { Config } from "../config.ts";
import { decided } from "../decided.ts";
import { timeline } from "../schedule/schedule.ts";
import type { Span } from "../schedule/span.ts";

const dayMs = 86_400_000;
const pastMs = 31 * dayMs;
const aheadMs = 180 * dayMs;
const remindMinutes = 30;

/** What a calendar is of: all of a team, with its gaps, or the shifts of one person in all teams. */
export type Subject = { team?: string | undefined; member?: string | undefined };

/**
 * Stable while the stretch is: it is told by the end that the window does not cut, so that a subscriber's
 * calendar moves an entry instead of holding two.
 */
function uidOf(kind: string, span: Span, window: Span): string {
  const edge =
    span.from > window.from ? `f${span.from}` : span.to < window.to ? `t${span.to}` : "on";
  const hash = new Bun.CryptoHasher("sha256").update(`${kind}\n${edge}`).digest("hex");
  return `${hash.slice(0, 32)}@castor`;
}

const reasonFor = (config: Config, team: string): string =>
  `Team ${team}, by the clocks of ${config.teams[team]?.zone ?? "UTC"}. Changes reach this calendar within hours; ask \`castor on-call now\` for what is true now.`;

/** What is in the calendar of a team or a person: a month back and half a year ahead. */
export function entriesOf(
  read: Pick<Read<Config>, "now" | "config" | "view">,
  of: Subject,
): CalendarEntry[] {
  // From midnight on, so that what lasts longer than the window changes once a day and not with every look.
  const today = read.now - (read.now % dayMs);
  const window = { from: today - pastMs, to: today + aheadMs };
  const teams = of.team === undefined ? Object.keys(read.config.teams) : [of.team];
  const entries = teams.flatMap((team) => {
    const { versions, overrides } = read.view(decided)[team] ?? { versions: [], overrides: [] };
    const { shifts, gaps } = timeline(versions, overrides, window);
    const theirs =
      of.member === undefined ? shifts : shifts.filter((each) => each.member === of.member);
    const about = reasonFor(read.config, team);
    const held = theirs.map(({ from, to, member }): CalendarEntry => ({
      uid: uidOf(`shift\n${team}\n${member}`, { from, to }, window),
      ...{ from, to, about },
      title: of.member === undefined ? `${member} is on call (${team})` : `On call: ${team}`,
      ...(of.member === undefined ? {} : { remindMinutes }),
    }));
    if (of.member !== undefined) return held;
    const lacking = coverageOf(read.config, team, gaps).filter(({ to }) => to > read.now);
    return [
      ...held,
      ...lacking.map(({ from, to }): CalendarEntry => ({
        uid: uidOf(`gap\n${team}`, { from, to }, window),
        ...{ from, to, about },
        title: `Nobody is on call (${team})`,
      })),
    ];
  });
  return entries.toSorted((a, b) => a.from - b.from || (a.uid < b.uid ? -1 : 1));
}
