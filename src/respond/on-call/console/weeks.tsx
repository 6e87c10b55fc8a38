import { type ReactNode, useMemo } from "react";
import { type OnCallTimeline, useNow } from "#console";
import { apart, daysIn, midnights, type Piece, piecesOf } from "./calendar.ts";
import { fillOf, stretch } from "./words.ts";

export type Shift = OnCallTimeline["shifts"][number];
export type Stretch = { from: number; to: number; member?: string };

export const rows = 4;
/** What is narrower than this share of a row has no room for a name; on a phone sooner. */
const namedFrom = 0.04;
const namedOnPhoneFrom = 0.085;

const dayName = new Intl.DateTimeFormat("en-GB", { weekday: "short" });
const dayLetter = new Intl.DateTimeFormat("en-GB", { weekday: "narrow" });
const dayNumber = new Intl.DateTimeFormat("en-GB", { day: "numeric" });

type Bar = {
  piece: Piece;
  key: string;
  label: string;
  look: string;
  name: string;
  pick: () => void;
};

const BarButton = ({
  bar: { piece, label, look, name, pick },
  isActive,
}: {
  bar: Bar;
  isActive: boolean;
}): ReactNode => (
  <button
    type="button"
    disabled={!isActive}
    onClick={pick}
    title={label}
    aria-label={label}
    style={{ left: `${piece.left * 100}%`, width: `${piece.width * 100}%` }}
    className={`absolute inset-y-1 overflow-hidden px-1.5 text-left text-xs font-medium whitespace-nowrap text-ink enabled:hover:brightness-95 enabled:dark:hover:brightness-125 ${piece.begins ? "ml-px rounded-l-md" : ""} ${piece.ends ? "mr-px rounded-r-md" : ""} ${look}`}
  >
    {piece.width >= namedFrom && (
      <span className={piece.width < namedOnPhoneFrom ? "max-sm:hidden" : ""}>{name}</span>
    )}
  </button>
);

const Days = ({ days, now }: { days: readonly number[]; now: number }): ReactNode => (
  <div aria-hidden="true" className="grid grid-cols-7 text-xs text-faint">
    {days.slice(0, 7).map((midnight, day) => {
      const isToday = now >= midnight && now < (days[day + 1] ?? Infinity);
      return (
        <span
          key={midnight}
          className={`truncate border-l border-line pl-1.5 first:border-transparent ${isToday ? "font-semibold text-accent" : ""}`}
        >
          <span className="max-sm:hidden">{dayName.format(midnight)}</span>
          <span className="sm:hidden">{dayLetter.format(midnight)}</span>{" "}
          {dayNumber.format(midnight)}
        </span>
      );
    })}
  </div>
);

type WeeksProps = {
  timeline: OnCallTimeline;
  members: readonly string[];
  onPick: ((stretch: Stretch) => void) | undefined;
};

/** Who has which part of four weeks, seven days a row; what is tapped can be taken over. */
export function Weeks({ timeline, members, onPick }: WeeksProps): ReactNode {
  const now = useNow();
  const days = useMemo(() => midnights(timeline.from, rows), [timeline.from]);
  const bars = useMemo(
    () => barsOf(timeline, { members, days, onPick }),
    [timeline, members, days, onPick],
  );
  const place = daysIn(now, days);
  return (
    <div
      className="grid gap-3"
      role="group"
      aria-label={`The next ${rows} weeks of ${timeline.team}`}
    >
      {Array.from({ length: rows }, (_, row) => (
        <div key={days[row * 7]}>
          <Days days={days.slice(row * 7, row * 7 + 8)} now={now} />
          <div className="relative mt-0.5 h-10 rounded-md bg-sunken">
            {bars
              .filter(({ piece }) => piece.row === row)
              .map((bar) => (
                <BarButton key={bar.key} bar={bar} isActive={onPick !== undefined} />
              ))}
            {Math.floor(place / 7) === row && (
              <span
                aria-hidden="true"
                style={{ left: `${((place - row * 7) / 7) * 100}%` }}
                className="absolute inset-y-0 w-0.5 rounded-full bg-accent"
              />
            )}
          </div>
        </div>
      ))}
    </div>
  );
}

function barsOf(
  { team, shifts, uncovered, overrides }: OnCallTimeline,
  of: { members: readonly string[]; days: readonly number[]; onPick: WeeksProps["onPick"] },
): Bar[] {
  const { members, days, onPick } = of;
  const bars = (stretch: Stretch, words: Pick<Bar, "label" | "look" | "name">): Bar[] =>
    piecesOf(stretch, days).map((piece) => ({
      ...words,
      piece,
      key: `${stretch.from}-${piece.row}-${stretch.member ?? ""}`,
      pick: () => onPick?.(stretch),
    }));
  return [
    ...shifts
      .flatMap((shift) =>
        apart(
          shift,
          overrides.filter(({ member }) => member === shift.member),
        ),
      )
      .flatMap(({ isWithin: standsIn, ...shift }) =>
        bars(shift, {
          label: `${shift.member}${standsIn ? " stands in" : ""}, ${stretch(shift)}`,
          look: `${fillOf(shift.member, members)} ${standsIn ? "outline-2 -outline-offset-2 outline-accent outline-dashed" : ""}`,
          name: shift.member,
        }),
      ),
    ...uncovered.flatMap((gap) =>
      bars(gap, {
        label: `Nobody is on call for ${team}, ${stretch(gap)}`,
        look: "hatched border border-bad/50 text-bad!",
        name: "nobody",
      }),
    ),
  ];
}

const Sign = ({ look, children }: { look: string; children: ReactNode }): ReactNode => (
  <span className="inline-flex items-center gap-1.5">
    <span aria-hidden="true" className={`size-3.5 rounded-sm ${look}`} />
    {children}
  </span>
);

/** What the colours and signs of the picture mean. */
export const Legend = ({ timeline, members }: Omit<WeeksProps, "onPick">): ReactNode => {
  const shown = [...new Set(timeline.shifts.map(({ member }) => member))].toSorted();
  return (
    <p className="flex flex-wrap gap-x-4 gap-y-1 text-xs text-muted">
      {shown.map((member) => (
        <Sign key={member} look={fillOf(member, members)}>
          {member}
        </Sign>
      ))}
      {timeline.overrides.length > 0 && (
        <Sign look="outline-2 -outline-offset-2 outline-accent outline-dashed">stands in</Sign>
      )}
      {timeline.uncovered.length > 0 && <Sign look="hatched border border-bad/50">nobody</Sign>}
    </p>
  );
};
