import { agoText, barsOf, sizeText, spanText } from "./figures.ts";
import { plain } from "./ink.ts";

/** For whom something is printed: people who watch get words, a pipe gets the figures themselves. */
export type Look = { isWatched: boolean; now: number };
export type Group = Record<string, unknown>;

export const isGroup = (value: unknown): value is Group =>
  typeof value === "object" && value !== null && !Array.isArray(value);
const isText = (value: unknown): value is string => typeof value === "string";
const isFigure = (value: unknown): value is number => typeof value === "number";
const hasId = (value: unknown): value is { id: string } => isGroup(value) && isText(value["id"]);
/** Who did something: `kind` and `id`, and a name where one is known. */
const isSomebody = (value: Group): value is { kind: string; id: string; name?: string } =>
  isText(value["kind"]) &&
  isText(value["id"]) &&
  Object.keys(value).every((each) => ["kind", "id", "name"].includes(each));

/** Nothing is there to be told. */
export const isEmpty = (value: unknown): boolean =>
  value === null ||
  value === undefined ||
  value === "" ||
  (Array.isArray(value) && value.length === 0) ||
  (isGroup(value) && Object.keys(value).length === 0);

/** Sentences stand on lines of their own; names fit on one. */
export const isLines = (value: unknown): value is readonly string[] =>
  Array.isArray(value) &&
  value.length > 0 &&
  value.every(isText) &&
  value.some((each) => each.includes(" "));
/** A text of several lines, to be read as it is. */
export const isLetter = (value: unknown): value is string => isText(value) && value.includes("\n");
/** Groups that are told one below the other, or as rows of a table. */
export const isRows = (value: unknown): value is readonly Group[] =>
  Array.isArray(value) && value.length > 0 && value.every(isGroup);

/** What no cell of a table has room for. */
export const isDeep = (value: unknown): boolean =>
  isGroup(value)
    ? !isSomebody(value) &&
      (Object.keys(value).length > groupFieldsMax || Object.values(value).some(isDeepWithin))
    : isRows(value) && !value.every(hasId);
const groupFieldsMax = 4;
const isDeepWithin = (value: unknown): boolean =>
  isSeries(value) || (isGroup(value) ? !isEmpty(value) && !isSomebody(value) : isDeep(value));

/** Figures that follow one another; a few are told as they are. */
const isSeries = (value: unknown): value is readonly (number | null)[] =>
  Array.isArray(value) &&
  value.length >= seriesLengthMin &&
  value.every((each) => isFigure(each) || each === null);
const seriesLengthMin = 8;
const seriesColumns = 40;
/** From the year 2000 to 2100 in milliseconds: no count of anything is as large, but for bytes. */
const moments = { min: 946_684_800_000, max: 4_102_444_800_000 };
const isMomentous = (value: number): boolean => value >= moments.min && value <= moments.max;

/** Moments are milliseconds in the API, and the names of most end so; others are known by their size. */
const isMoment = (value: unknown, name: string): boolean =>
  isFigure(value) &&
  (/(^(at|since|until)|At|Since|Until)$/.test(name) ||
    (isMomentous(value) && !/([bB]ytes|[mM]s)/.test(name)));

/** Right in its column, so that figures can be compared. */
export const standsRight = (value: unknown, name: string): boolean =>
  isFigure(value) && !isMoment(value, name);

const digitsShown = 4;

function figure(value: number, name: string, look: Look): string {
  if (isMoment(value, name))
    return look.isWatched ? agoText(value, look.now) : new Date(value).toISOString();
  if (look.isWatched && /(^ms|Ms|Ms(Min|Max|P\d+))$/.test(name)) return spanText(value);
  if (look.isWatched && /([bB]ytes)(Max|Min)?$/.test(name)) return sizeText(value);
  return String(Number.isInteger(value) ? value : Number(value.toPrecision(digitsShown)));
}

/** A row of bars with its highest figure; in a pipe, the figures. */
function series(values: readonly (number | null)[], name: string, look: Look): string {
  if (!look.isWatched) return values.map((each) => cell(each, name, look)).join(", ");
  const known = values.filter(isFigure);
  const [first = 0] = known;
  if (known.length === 0) return "–";
  if (isMomentous(first)) return `${cell(first, "at", look)} to ${cell(known.at(-1), "at", look)}`;
  const most = known.reduce((max, each) => Math.max(max, each));
  const least = known.reduce((min, each) => Math.min(min, each));
  const bars = barsOf(
    values.map((each) => each ?? 0),
    seriesColumns,
    most,
  );
  return least === most
    ? `always ${figure(most, name, look)}`
    : `${bars} to ${figure(most, name, look)}`;
}

/** Words with a comma between them; what comes several times in a row is counted. */
function words(values: readonly string[]): string {
  const runs: { word: string; times: number }[] = [];
  for (const word of values) {
    const last = runs.at(-1);
    if (last?.word === word) last.times += 1;
    else runs.push({ word, times: 1 });
  }
  return runs.map(({ word, times }) => (times > 1 ? `${word} ×${times}` : word)).join(", ");
}

/** What a group is in, all in it is: `latencyMs` holds quantiles. */
const unitOf = (name: string): string | undefined => /(Ms|Bytes)$/.exec(name)?.[0];

/** A value in one line. Names say what numbers are: `sinceMs`, `doorsAt`, `usedBytes`. */
export function cell(value: unknown, name: string, look: Look): string {
  if (isEmpty(value)) return Array.isArray(value) ? "none" : "–";
  if (typeof value === "boolean") return value ? "yes" : "no";
  if (isFigure(value)) return figure(value, name, look);
  if (isSeries(value)) return series(value, name, look);
  if (Array.isArray(value)) {
    if (value.every(hasId)) return plain(value.map(({ id }) => id).join(", "));
    if (value.some(isGroup)) return `${value.length} of them`;
    return words(value.map((each) => cell(each, name, look)));
  }
  if (!isGroup(value)) return plain(String(value));
  if (isSomebody(value)) return plain(value.name ?? value.id);
  return Object.entries(value)
    .map(([field, each]) => `${plain(field)}=${cell(each, unitOf(name) ?? field, look)}`)
    .join("  ");
}
