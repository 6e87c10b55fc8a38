const whole = new Intl.NumberFormat("en", { maximumFractionDigits: 0 });
const tenth = new Intl.NumberFormat("en", { maximumFractionDigits: 1, minimumFractionDigits: 1 });
const short = new Intl.NumberFormat("en", { notation: "compact", maximumFractionDigits: 1 });
const hundredth = new Intl.NumberFormat("en", { maximumFractionDigits: 2 });

/** `1,204`, `12.4`, `0.03`, `1.2M`: as many digits as the eye can use. */
export function amount(value: number): string {
  if (!Number.isFinite(value)) return "–";
  if (value === 0) return "0";
  if (value >= 100_000) return short.format(value);
  if (value >= 100) return whole.format(value);
  if (value >= 1) return Number.isInteger(value) ? whole.format(value) : tenth.format(value);
  return hundredth.format(value);
}

/** `0 %`, `0.4 %`, `12 %`. */
export function share(value: number): string {
  const percent = value * 100;
  if (percent === 0) return "0 %";
  return percent < 0.1
    ? "< 0.1 %"
    : `${percent < 10 ? tenth.format(percent) : whole.format(percent)} %`;
}

/** `99.93 %`: a share that must not look whole when it is not. */
export const mostly = (value: number): string => `${Math.floor(value * 10_000 + 1e-6) / 100} %`;

/** `0.8 ms`, `42 ms`, `1.3 s`. */
export function duration(ms: number | null | undefined): string {
  if (ms === null || ms === undefined || !Number.isFinite(ms)) return "–";
  if (ms === 0) return "0 ms";
  if (ms < 10) return `${tenth.format(ms)} ms`;
  if (ms < 1000) return `${whole.format(ms)} ms`;
  return `${amount(ms / 1000)} s`;
}

/** `12 s`, `5 min`, `3 h`, `2 d`: how long something has lasted. */
export function span(ms: number): string {
  const seconds = Math.max(0, Math.round(ms / 1000));
  if (seconds < 60) return `${seconds} s`;
  if (seconds < 3600) return `${Math.floor(seconds / 60)} min`;
  if (seconds < 86_400) return `${Math.floor(seconds / 3600)} h`;
  return `${Math.floor(seconds / 86_400)} d`;
}

/** `42 s`, `12 min`, `3 h 20 min`, `2 d 4 h`: a length that people compare. */
export function longSpan(ms: number): string {
  const minutes = Math.round(ms / 60_000);
  if (minutes < 60) return ms < 60_000 ? span(ms) : `${minutes} min`;
  const [big, small, one, two] =
    minutes < 1_440
      ? ([Math.floor(minutes / 60), minutes % 60, "h", "min"] as const)
      : ([Math.floor(minutes / 1_440), Math.floor((minutes % 1_440) / 60), "d", "h"] as const);
  return small === 0 ? `${big} ${one}` : `${big} ${one} ${small} ${two}`;
}

const clock = new Intl.DateTimeFormat("en-GB", {
  hour: "2-digit",
  minute: "2-digit",
  second: "2-digit",
});
const day = new Intl.DateTimeFormat("en-GB", { day: "numeric", month: "short" });
const full = new Intl.DateTimeFormat("en-GB", { dateStyle: "full", timeStyle: "long" });

/** `14:03:22`, with the day in front when it is not within 20 h, before or after. */
export const time = (at: number, now: number): string =>
  Math.abs(now - at) < 20 * 3_600_000 ? clock.format(at) : `${day.format(at)} ${clock.format(at)}`;
const dated = new Intl.DateTimeFormat("en-GB", { dateStyle: "medium" });
/** `8 Feb 2027`. */
export const date = (at: number): string => dated.format(at);
export const fullTime = (at: number): string => full.format(at);

export const count = (n: number, one: string, many = `${one}s`): string =>
  `${amount(n)} ${n === 1 ? one : many}`;

/** `820 B`, `12.4 kB`, `3.1 MB`. */
export function bytes(value: number): string {
  const units = ["B", "kB", "MB", "GB", "TB"];
  const power = value < 1 ? 0 : Math.min(units.length - 1, Math.floor(Math.log10(value) / 3));
  return `${amount(value / 1000 ** power)} ${units[power]}`;
}
