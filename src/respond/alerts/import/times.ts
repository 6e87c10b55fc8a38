import { isRecord, nameOf, recordsOf, type Said, textsOf } from "./read.ts";

const days = ["sunday", "monday", "tuesday", "wednesday", "thursday", "friday", "saturday"];
const months = [
  ...["january", "february", "march", "april", "may", "june", "july", "august", "september"],
  ...["october", "november", "december"],
];

/** Named time intervals, new and old, as `times`. */
export function importedTimes(parsed: Said, notes: string[]): Record<string, Said[]> {
  const all = [...recordsOf(parsed["time_intervals"]), ...recordsOf(parsed["mute_time_intervals"])];
  const found: Record<string, Said[]> = {};
  for (const each of all) {
    const name = String(each["name"] ?? "");
    const intervals = recordsOf(each["time_intervals"]).map((interval) =>
      intervalOf(interval, `time_intervals.${name}`, notes),
    );
    const short = nameOf(name);
    if (short !== name) notes.push(`time interval ${name} is called ${short} here.`);
    if (intervals.length === 0) notes.push(`time interval ${name} is empty.`);
    else found[short] = intervals;
  }
  return found;
}

function intervalOf(interval: Said, path: string, notes: string[]): Said {
  const made: Said = {};
  if (typeof interval["location"] === "string") {
    if (interval["location"] === "Local") notes.push(`${path}.location: say the zone by its name.`);
    else made["zone"] = interval["location"];
  }
  if (Array.isArray(interval["times"]))
    made["hours"] = recordsOf(interval["times"]).map(
      (time) => `${String(time["start_time"])}-${String(time["end_time"])}`,
    );
  const weekdays = rangesOf(interval["weekdays"], days);
  if (weekdays) made["weekdays"] = weekdays.flatMap(daysBetween);
  const numbers = { days_of_month: "daysOfMonth", years: "years" };
  for (const [from, to] of Object.entries(numbers)) {
    const ranges = rangesOf(interval[from], []);
    if (ranges) made[to] = ranges.map(written);
  }
  const monthRanges = rangesOf(interval["months"], months, 1);
  if (monthRanges) made["months"] = monthRanges.map(written);
  for (const [name, value] of Object.entries(interval))
    if (isRecord(value)) notes.push(`${path}.${name}: not known here.`);
  return made;
}

type Range = [from: number, to: number];
const written = ([from, to]: Range): number | string => (from === to ? from : `${from}:${to}`);
const daysBetween = ([from, to]: Range): string[] =>
  Array.from({ length: Math.max(0, to - from + 1) }, (_, n) => (days[from + n] ?? "").slice(0, 3));

/** `monday:friday`, `1:5`, `may`: numbers, or names by their place. */
function rangesOf(said: unknown, names: readonly string[], first = 0): Range[] | undefined {
  const all = Array.isArray(said) ? said.map(String) : textsOf(said);
  if (all.length === 0) return undefined;
  const numberOf = (text: string): number => {
    const place = names.indexOf(text.toLowerCase());
    return place < 0 ? Number(text) : place + first;
  };
  return all.map((text): Range => {
    const [from = "", to = from] = text.split(":").map((each) => each.trim());
    return [numberOf(from), numberOf(to)];
  });
}
