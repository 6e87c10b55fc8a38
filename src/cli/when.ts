import { UsageError } from "./command.ts";

const unitMs = { s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 } as const;

/** A moment as people give it: `90s`, `1h`, `7d` ago, or a date. Milliseconds since the epoch. */
export function momentOf(text: string, now: number, option = "--since"): number {
  const [, count, unit] = /^(\d+(?:\.\d+)?)(s|m|h|d)$/.exec(text) ?? [];
  if (count !== undefined && unit !== undefined)
    return now - Number(count) * unitMs[unit as keyof typeof unitMs];
  const at = /^\d{4}-\d{2}-\d{2}/.test(text) ? Date.parse(text) : Number.NaN;
  if (Number.isNaN(at))
    throw new UsageError(
      `${option} ${text} is no moment.`,
      `Write ${option} 90s, ${option} 1h, ${option} 7d, or a date: ${option} 2026-11-22T06:00.`,
    );
  return at;
}

const two = (part: number): string => String(part).padStart(2, "0");

/** The clock on the wall, and the day in front when it is not today's. */
export function clockText(at: number, now: number): string {
  const date = new Date(at);
  const time = `${two(date.getHours())}:${two(date.getMinutes())}:${two(date.getSeconds())}`;
  const sameDay = new Date(now).toDateString() === date.toDateString();
  const day = `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`;
  return sameDay ? time : `${day} ${time}`;
}
