import { labelsText } from "../model/labels.ts";
import type { Stretch, Tried } from "./try.ts";

const minuteMs = 60_000;
const barMax = 60;

const clock = (ms: number): string => {
  const minutes = ms / minuteMs;
  const [days, hours] = [Math.floor(minutes / 1_440), Math.floor(minutes / 60) % 24];
  const rest = Number((minutes % 60).toFixed(1));
  return [days > 0 ? `${days}d` : "", hours > 0 ? `${hours}h` : "", `${rest}m`]
    .filter((each) => each !== "")
    .join("");
};

const stretchText = ({ fires, until, labels }: Stretch): string =>
  `${clock(fires)} to ${until === undefined ? "the end" : clock(until)}${Object.keys(labels).length === 0 ? "" : ` ${labelsText(labels)}`}`;

/** A bar over the whole series: `█` where something fires. */
function bar(stretches: readonly Stretch[], minutes: number): string {
  const cells = Math.min(barMax, minutes);
  return Array.from({ length: cells }, (_, cell) => {
    const [from, to] = [cell, cell + 1].map((each) => (each * minutes * minuteMs) / cells);
    const fires = stretches.some(
      (each) => each.fires < (to ?? 0) && (each.until ?? Infinity) > (from ?? 0),
    );
    return fires ? "█" : "·";
  }).join("");
}

const listed = (stretches: readonly Stretch[]): string =>
  stretches.length === 0 ? "never fires" : stretches.map(stretchText).join(", ");

/** One test as lines: what was expected above what came. */
export function triedLines(tried: Tried): string[] {
  const { of, test, isRight, expected, got, minutes } = tried;
  if (isRight) return [`✓ ${of}: ${test}`];
  return [
    `✗ ${of}: ${test}`,
    `    expected  ${bar(expected, minutes)}  ${listed(expected)}`,
    `    got       ${bar(got, minutes)}  ${listed(got)}`,
  ];
}

export function summaryLine(all: readonly Tried[]): string {
  const wrong = all.filter(({ isRight }) => !isRight).length;
  const tests = all.length === 1 ? "one test" : `${all.length} tests`;
  if (all.length === 0) return "No rule and no objective has tests.";
  return wrong === 0 ? `${tests} passed.` : `${wrong} of ${tests} failed.`;
}
