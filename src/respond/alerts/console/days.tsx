import type { ReactNode } from "react";
import { type AlertsNoise, amount, Card } from "#console";

/** The most disturbing at the bottom, where bars are compared best. */
const kinds = [
  { id: "night", text: "night", fill: "fill-chart-5xx", dot: "bg-chart-5xx" },
  { id: "weekend", text: "days off", fill: "fill-chart-4xx", dot: "bg-chart-4xx" },
  { id: "evening", text: "around work", fill: "fill-chart-p95", dot: "bg-chart-p95" },
  { id: "work", text: "at work", fill: "fill-chart-2xx", dot: "bg-chart-2xx" },
] as const;

const height = 96;
const slot = 12;
const barWidth = 8;

const sumOf = (times: AlertsNoise["times"]): number =>
  kinds.reduce((sum, { id }) => sum + times[id], 0);

/** Each day's interruptions, stacked by when they came. */
export function Days({ data: { days, times } }: { data: AlertsNoise }): ReactNode {
  const most = Math.max(1, ...days.map((day) => sumOf(day.times)));
  const width = days.length * slot;
  const said = kinds.map(({ id, text }) => `${amount(times[id])} ${text}`).join(", ");
  return (
    <Card title="By day" hint={`at most ${amount(most)} on a day`}>
      <svg
        role="img"
        aria-label={`Interruptions by day: ${said}`}
        viewBox={`0 0 ${width} ${height}`}
        preserveAspectRatio="none"
        className="h-36 w-full"
      >
        {days.map((day, at) => {
          let top = height;
          return kinds.map(({ id, fill }) => {
            const tall = (day.times[id] / most) * height;
            top -= tall;
            return tall === 0 ? null : (
              <rect
                key={`${day.day}-${id}`}
                x={at * slot + (slot - barWidth) / 2}
                y={top}
                width={barWidth}
                height={tall}
                className={fill}
              >
                <title>{`${day.day}: ${day.times[id]} ${id}`}</title>
              </rect>
            );
          });
        })}
        <rect x={0} y={height - 1} width={width} height={1} className="fill-line" />
      </svg>
      <p className="mt-1 flex justify-between text-xs text-faint">
        <span>{days[0]?.day}</span>
        <span>{days.at(-1)?.day}</span>
      </p>
      <ul className="mt-3 flex flex-wrap gap-x-5 gap-y-1 text-sm">
        {kinds.map(({ id, text, dot }) => (
          <li key={id} className="flex items-center gap-2">
            <span className={`size-2.5 rounded-full ${dot}`} aria-hidden="true" />
            {text} <span className="font-medium">{amount(times[id])}</span>
          </li>
        ))}
      </ul>
    </Card>
  );
}
