const minuteMs = 60_000;
/** Lengths that people have a feeling for. */
const ticks = [
  ...[1_000, 10_000, minuteMs, 5 * minuteMs, 15 * minuteMs, 60 * minuteMs, 4 * 60 * minuteMs],
  ...[24 * 60 * minuteMs, 7 * 24 * 60 * minuteMs, 30 * 24 * 60 * minuteMs],
];
const leastMs = 1_000;

/** An axis for lengths of time, on which twice as long is always as far. */
export type LogAxis = { place(ms: number): number; ticks: readonly number[] };

/** From 0 to 1, wide enough for all values and at least two ticks; what is shorter than a second stands at its start. */
export function logAxis(values: readonly number[]): LogAxis {
  const [low, high] = [
    Math.max(leastMs, values.length === 0 ? leastMs : Math.min(...values)),
    Math.max(leastMs, ...values),
  ];
  const last = ticks.length - 2;
  const from = ticks.findLast((each, at) => each <= low && at <= last) ?? leastMs;
  const to = ticks.find((each) => each >= high && each > from) ?? Math.max(high, from * 2);
  const [a, b] = [Math.log(from), Math.log(to)];
  return {
    place: (ms) => Math.min(1, Math.max(0, (Math.log(Math.max(leastMs, ms)) - a) / (b - a))),
    ticks: ticks.filter((each) => each >= from && each <= to),
  };
}
