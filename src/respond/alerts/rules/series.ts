/** A minute of a test's series: how many were counted and, where it measures, of which value. */
export type Minute = { count: number; value: number } | undefined;

export const minutesMax = 20_160;
const token = /^(?:_|(\d+(?:\.\d+)?)(?:@(\d+(?:\.\d+)?))?)x(\d+)$/;

/** Reads "100x20 0x5 40@900x5 _x5" minute by minute; nothing where it is none. `_` means that nobody counted. */
export function readSeries(text: string): Minute[] | undefined {
  const minutes: Minute[] = [];
  for (const part of text.trim().split(/\s+/)) {
    const [whole, count, value, times] = token.exec(part) ?? [];
    if (whole === undefined || minutes.length + Number(times) > minutesMax) return undefined;
    const minute =
      count === undefined ? undefined : { count: Number(count), value: Number(value ?? 1) };
    for (let n = Number(times); n > 0; n--) minutes.push(minute);
  }
  return minutes;
}
