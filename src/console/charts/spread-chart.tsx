import type { ReactNode } from "react";
import { longSpan, span } from "../ui/format.ts";
import { type LogAxis, logAxis } from "./log-axis.ts";

export type SpreadRow = {
  label: string;
  /** Milliseconds, each a dot. */
  values: readonly { name: string; ms: number }[];
  /** Of the period before: hollow, below. */
  before: readonly number[];
  /** The middle half and its middle; none where there are too few values for them to say something. */
  box: { p25: number; median: number; p75: number } | undefined;
};

const percent = (place: number): string => `${(place * 100).toFixed(2)}%`;
/** Dots that would cover each other stand in lanes. */
const lanes = ["top-3.5", "top-1.5", "top-5.5"] as const;
const dotsMax = 300;

function Row({ row, axis }: { row: SpreadRow; axis: LogAxis }): ReactNode {
  const { values, before, box } = row;
  return (
    <div className="relative h-14 border-b border-line last:border-0">
      {axis.ticks.map((tick) => (
        <span
          key={tick}
          className="absolute inset-y-0 w-px bg-line"
          style={{ left: percent(axis.place(tick)) }}
        />
      ))}
      {box && (
        <>
          <span
            className="absolute top-1 h-7 min-w-px rounded-sm border border-accent/40 bg-accent-soft"
            style={{
              left: percent(axis.place(box.p25)),
              width: percent(axis.place(box.p75) - axis.place(box.p25)),
            }}
          />
          <span
            className="absolute top-0 h-9 w-0.5 bg-accent"
            style={{ left: percent(axis.place(box.median)) }}
          />
        </>
      )}
      {values.slice(0, dotsMax).map(({ name, ms }, n) => (
        <span
          key={name}
          title={`${name}: ${longSpan(ms)}`}
          className={`absolute size-2 -translate-x-1/2 rounded-full bg-accent ${lanes[n % lanes.length]}`}
          style={{ left: percent(axis.place(ms)) }}
        />
      ))}
      {before.slice(0, dotsMax).map((ms, n) => (
        <span
          // oxlint-disable-next-line react/no-array-index-key -- a value of the past has no name.
          key={n}
          title={`The period before: ${longSpan(ms)}`}
          className="absolute bottom-2 size-1.5 -translate-x-1/2 rounded-full border border-faint"
          style={{ left: percent(axis.place(ms)) }}
        />
      ))}
    </div>
  );
}

const said = ({ label, values, box }: SpreadRow): string =>
  `${label}: ${values.length} values${box ? `, middle ${longSpan(box.median)}` : ""}`;

/** Lengths of time as dots, with their middle half as a box where there are enough: a line for each kind, one axis for all. */
export function SpreadChart({
  rows,
  label,
}: {
  rows: readonly SpreadRow[];
  label: string;
}): ReactNode {
  const axis = logAxis(
    rows.flatMap(({ values, before }) => [...values.map(({ ms }) => ms), ...before]),
  );
  return (
    <div role="img" aria-label={`${label}. ${rows.map(said).join("; ")}`} className="min-w-0">
      <div className="grid grid-cols-[7rem_minmax(0,1fr)] gap-x-4 max-sm:grid-cols-[5rem_minmax(0,1fr)]">
        <div className="text-sm max-sm:text-xs">
          {rows.map(({ label: name }) => (
            <p key={name} className="flex h-14 items-center pb-3">
              {name}
            </p>
          ))}
        </div>
        <div className="mr-4 min-w-0">
          {rows.map((row) => (
            <Row key={row.label} row={row} axis={axis} />
          ))}
          <div className="relative h-5 text-xs text-faint">
            {axis.ticks.map((tick) => (
              <span
                key={tick}
                className="absolute -translate-x-1/2 whitespace-nowrap max-sm:even:hidden"
                style={{ left: percent(axis.place(tick)) }}
              >
                {span(tick)}
              </span>
            ))}
          </div>
        </div>
      </div>
    </div>
  );
}
