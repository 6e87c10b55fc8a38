import type { ReactNode } from "react";
import { amount } from "#console";
import type { OnAir } from "../contract.ts";

type Question = NonNullable<OnAir["question"]>;
// Above the scale is room for its label, so that no line runs through it.
const [width, height, bottom, top] = [600, 190, 22, 22];
const plot = height - bottom;
const yOf = (share: number): number => plot - share * (plot - top);

const pointsOf = (values: readonly number[], most: number, seconds: number): string[] =>
  values.map((value, at) => {
    const x = ((at + 0.5) / seconds) * width;
    return `${x.toFixed(1)} ${yOf(value / most).toFixed(1)}`;
  });
const lineOf = (points: readonly string[]): string =>
  points.length === 0 ? "" : `M${points.join("L")}`;

/** Answers in each second since the reveal, over what the plan expects: between low and high lies the band. */
export function Arrival({ question }: { question: Question }): ReactNode {
  const { perSecond, forecast } = question;
  const seconds = Math.max(forecast.mid.length, perSecond.length, 10);
  // The band of a large forecast would press a small crowd flat against the floor.
  const came = Math.max(1, ...perSecond);
  const expected = Math.max(1, ...forecast.high);
  const most =
    perSecond.length > 0 ? Math.max(came * 1.15, Math.min(expected, came * 4)) : expected;
  const [low, mid, high] = [forecast.low, forecast.mid, forecast.high].map((each) =>
    pointsOf(
      each.map((value) => Math.min(value, most)),
      most,
      seconds,
    ),
  );
  const beyond = Math.max(0, ...forecast.mid);
  const band =
    high && low && high.length > 0 ? `${lineOf(high)}L${low.toReversed().join("L")}Z` : "";
  const said = `Answers per second: at most ${amount(Math.max(0, ...perSecond))}; the plan expects at most ${amount(Math.max(0, ...forecast.mid))}, between ${amount(Math.max(0, ...forecast.low))} and ${amount(expected)}`;
  const step = seconds > 90 ? 60 : seconds > 30 ? 15 : 5;
  const ticks = Array.from({ length: Math.floor(seconds / step) + 1 }, (_, n) => n * step);
  return (
    <figure className="grid gap-2">
      <svg viewBox={`0 0 ${width} ${height}`} role="img" aria-label={said} className="w-full">
        {[0.25, 0.5, 0.75, 1].map((part) => (
          <line
            key={part}
            x1={0}
            x2={width}
            y1={yOf(part)}
            y2={yOf(part)}
            className="stroke-line"
          />
        ))}
        <path d={band} className="fill-accent-soft" />
        <path
          d={lineOf(mid ?? [])}
          className="fill-none stroke-line-strong"
          strokeDasharray="5 4"
        />
        <path
          d={lineOf(pointsOf(perSecond, most, seconds))}
          className="fill-none stroke-accent"
          strokeWidth={2.5}
          strokeLinejoin="round"
        />
        {ticks.map((second) => (
          <text
            key={second}
            x={Math.min(width - 14, Math.max(2, (second / seconds) * width))}
            y={height - 5}
            className="fill-faint text-[11px]"
          >
            {second} s
          </text>
        ))}
        <text x={2} y={top - 8} className="fill-faint text-[11px]">
          {amount(most)}/s
        </text>
      </svg>
      <figcaption className="flex flex-wrap gap-x-4 gap-y-1 text-xs text-muted">
        <span className="inline-flex items-center gap-1.5">
          <svg viewBox="0 0 16 4" className="h-1 w-4" aria-hidden="true">
            <rect width={16} height={4} className="fill-accent" />
          </svg>
          came
        </span>
        <span className="inline-flex items-center gap-1.5">
          <svg viewBox="0 0 16 4" className="h-1 w-4" aria-hidden="true">
            <path
              d="M0 2h16"
              className="stroke-line-strong"
              strokeWidth={2}
              strokeDasharray="4 3"
            />
          </svg>
          expected{beyond > most ? `, up to ${amount(beyond)}/s: more than this shows` : ""}
        </span>
        <span className="inline-flex items-center gap-1.5">
          <svg viewBox="0 0 16 10" className="h-2.5 w-4" aria-hidden="true">
            <rect width={16} height={10} className="fill-accent-soft" />
          </svg>
          between low and high
        </span>
      </figcaption>
    </figure>
  );
}
