const minuteMs = 60_000;

/** `41 s`, `12 min`, `1 h 7 min`, `2 d 3 h`: a length as people say it. */
export function span(ms: number): string {
  if (ms < minuteMs) return `${Math.round(ms / 1_000)} s`;
  const minutes = Math.round(ms / minuteMs);
  if (minutes < 60) return `${minutes} min`;
  const [hours, days] = [Math.floor(minutes / 60), Math.floor(minutes / 1_440)];
  if (days > 0) return hours % 24 === 0 ? `${days} d` : `${days} d ${hours % 24} h`;
  return minutes % 60 === 0 ? `${hours} h` : `${hours} h ${minutes % 60} min`;
}

/** Of an instant in UTC: `14:03`, or `2026-11-22 14:03`. */
export const clock = (at: number): string => new Date(at).toISOString().slice(11, 16);
export const day = (at: number): string => new Date(at).toISOString().slice(0, 10);
export const dayAndClock = (at: number): string => `${day(at)} ${clock(at)}`;

const whole = new Intl.NumberFormat("en", { maximumFractionDigits: 0 });
export const amount = (value: number): string => whole.format(value);
export const percent = (share: number): string =>
  share > 0 && share < 0.001
    ? "under 0.1 %"
    : `${Number((share * 100).toFixed(share < 0.1 ? 1 : share > 0.99 && share < 1 ? 3 : 0))} %`;

/** A part of something that it may exceed by far: `64 % of`, `418 times`. */
export const portion = (share: number): string =>
  share > 10 ? `${amount(share)} times` : `${percent(share)} of`;

export const counted = (n: number, one: string, many = `${one}s`): string =>
  `${amount(n)} ${n === 1 ? one : many}`;
