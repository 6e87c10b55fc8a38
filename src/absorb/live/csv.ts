import type { QuestionResult } from "./contract/queries.ts";

/** One field of a CSV file (RFC 4180). What a spreadsheet would take for a formula is kept from being one. */
export function csvField(value: string | number): string {
  const text = String(value);
  const harmless = typeof value === "string" && /^[=+\-@\t\r\n]/.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(harmless) ? `"${harmless.replaceAll('"', '""')}"` : harmless;
}

export type Row = (string | number)[];

function rowsOf(
  { id, choices, right, totals, error95, tables }: QuestionResult,
  dimensions: readonly string[],
): Row[] {
  const isRight = (choice: number): string => (right === null ? "" : String(right === choice));
  const row = (choice: number, values: readonly string[], count: number, error: number): Row => [
    ...[id, choices[choice] ?? "", isRight(choice), ...values, count, error],
  ];
  const everybody = dimensions.map(() => "");
  const all = totals.map((count, choice) => row(choice, everybody, count, error95));
  const split = tables.flatMap(({ by, error95: error, groups }) =>
    groups.flatMap(({ values, counts }) =>
      counts.flatMap((count, choice): Row[] => {
        const places = dimensions.map((each) => values[by.indexOf(each)] ?? "");
        return count === null ? [] : [row(choice, places, count, error)];
      }),
    ),
  );
  return [...all, ...split];
}

/**
 * Published counts as lines: one for each question, choice and group that may be shown. A dimension that a count is not split by is
 * empty; error95 is how far the count is off at most, in 95 of 100 cases.
 */
export function csvOf(of: {
  dimensions: readonly string[];
  questions: readonly QuestionResult[];
}): string {
  const head: Row = ["question", "choice", "right", ...of.dimensions, "count", "error95"];
  return [head, ...of.questions.flatMap((each) => rowsOf(each, of.dimensions))]
    .map((row) => `${row.map(csvField).join(",")}\r\n`)
    .join("");
}
