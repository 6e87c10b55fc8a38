import type { ReactNode } from "react";
import { duration, share } from "#console";
import type { Ladder } from "./steps.ts";

type Signal = Ladder["signals"][number];

const times = (value: number): string => `${(Math.round(value * 10) / 10).toString()} ×`;
const texts: Readonly<
  Record<Signal["signal"], { name: string; format: (value: number) => string }>
> = {
  errors: { name: "Errors", format: share },
  latency: { name: "Time against usual", format: times },
  queue: { name: "Wait for a place", format: duration },
  "in-flight": { name: "Places taken", format: share },
  load: { name: "Load against best", format: times },
  breaker: { name: "Breaker", format: (value) => (value > 0 ? "open" : "closed") },
  waiting: { name: "People waiting", format: String },
};

const moodOf = ({ value, up, down }: Signal): "pressing" | "between" | "calm" =>
  up !== null && value >= up ? "pressing" : value <= down ? "calm" : "between";
const looks = {
  pressing: { fill: "bg-bad-fill", text: "text-bad font-semibold", word: "presses" },
  between: { fill: "bg-warn-fill", text: "text-ink", word: "in between" },
  calm: { fill: "bg-good-fill", text: "text-muted", word: "calm" },
};

/** One measure: how far it is from the threshold at which the ladder climbs, and from the one at which it is calm. */
function Gauge({ signal }: { signal: Signal }): ReactNode {
  const { name, format } = texts[signal.signal];
  const { fill, text, word } = looks[moodOf(signal)];
  const end = (signal.up ?? Math.max(1, signal.value)) * 1.25;
  const at = (value: number): string => `${Math.min(100, (value / end) * 100)}%`;
  return (
    <li className="min-w-0">
      <div className="flex items-baseline justify-between gap-2 text-xs">
        <span className="truncate text-muted">{name}</span>
        <span className={`whitespace-nowrap ${text}`}>
          {format(signal.value)} <span className="sr-only">({word})</span>
        </span>
      </div>
      <div className="relative mt-1 h-1.5 rounded-full bg-sunken" aria-hidden="true">
        <div
          className={`absolute inset-y-0 left-0 rounded-full ${fill}`}
          style={{ width: at(signal.value) }}
        />
        {signal.up !== null && (
          <>
            <div
              className="absolute -inset-y-0.5 w-px bg-line-strong opacity-60"
              style={{ left: at(signal.down) }}
            />
            <div
              className="absolute -inset-y-0.5 w-0.5 bg-line-strong"
              style={{ left: at(signal.up) }}
            />
          </>
        )}
      </div>
    </li>
  );
}

/** Everything that the ladder decides by. */
export const Signals = ({ signals }: { signals: readonly Signal[] }): ReactNode => (
  <ul className="grid grid-cols-2 gap-x-5 gap-y-3 sm:grid-cols-3" aria-label="What it decides by">
    {signals.map((signal) => (
      <Gauge key={signal.signal} signal={signal} />
    ))}
  </ul>
);
