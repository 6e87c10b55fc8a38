/** A rate with as many digits as matter. */
export const rateText = (perSecond: number): string =>
  perSecond >= 10 || perSecond === 0 ? String(Math.round(perSecond)) : perSecond.toFixed(1);
/** Milliseconds with as many digits as matter; a dash when nothing was measured. */
export function msText(ms: number | null): string {
  if (ms === null) return "–";
  if (ms >= 10_000) return `${(ms / 1000).toFixed(1)} s`;
  return `${ms >= 10 ? Math.round(ms) : ms.toFixed(1)} ms`;
}

/** Bytes as `85.6 MB`. */
export function sizeText(bytes: number): string {
  const units = ["B", "kB", "MB", "GB", "TB"];
  const power = Math.min(units.length - 1, Math.floor(Math.log10(Math.max(1, bytes)) / 3));
  return `${(bytes / 1000 ** power).toFixed(power === 0 ? 0 : 1)} ${units[power] ?? "B"}`;
}

const spans = [
  ["d", 86_400_000],
  ["h", 3_600_000],
  ["m", 60_000],
  ["s", 1_000],
] as const;

/** Milliseconds as `30d`, `1.5h`, `12s` or `4.3 ms`. */
export function spanText(ms: number): string {
  const [unit, size] = spans.find(([, each]) => Math.abs(ms) >= each) ?? [" ms", 1];
  return `${Number((ms / size).toPrecision(3))}${unit}`;
}

const relativeMsMax = 60 * 86_400_000;

/** A moment as seen from now: `12s ago`, `in 3h`; its day when that is months away. */
export function agoText(at: number, now: number): string {
  const ms = Math.abs(at - now);
  if (ms < 1_000) return "now";
  if (ms > relativeMsMax) return new Date(at).toISOString().slice(0, 10);
  const [unit, size] = spans.find(([, each]) => ms >= each) ?? spans[3];
  const span = `${Math.floor(ms / size)}${unit}`;
  return at > now ? `in ${span}` : `${span} ago`;
}

const bars = "▁▂▃▄▅▆▇█";

/** A row of bars, each as high as the most of its part; `highest` for rows that are to be compared. */
export function barsOf(
  values: readonly number[],
  columns: number,
  highest = Math.max(...values),
): string {
  const most = Math.max(1, highest);
  const wide = Math.max(1, Math.ceil(values.length / columns));
  let text = "";
  for (let at = 0; at < values.length; at += wide) {
    const part = Math.max(...values.slice(at, at + wide));
    text += bars[Math.min(bars.length - 1, Math.floor((part / most) * (bars.length - 1)))] ?? "";
  }
  return text;
}
