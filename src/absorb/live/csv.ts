import type { QuestionResult } from "./contract/queries.ts";

/** One field of a CSV file (RFC 4180). What a spreadsheet would take for a formula is kept from being one. */
export function csvField(value: string | number): string {
  const text = String(value);
  const harmless = typeof value === "string" && /^[=+\-@\t\r]/.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(harmless) ? `"${harmless.replaceAll('"', '""')}"` : harmless;
}

export type Row = (string | number)[];

function rowsOf({ id, choices, right, groups }: QuestionResult): Row[] {
  return groups.flatMap(({ values, counts }) =>
    counts.flatMap((count, choice): Row[] =>
      count === null
        ? []
        : [
            [
              id,
              choices[choice] ?? "",
              right === null ? "" : String(right === choice),
              ...values,
              count,
            ],
          ],
    ),
  );
}

/** Published counts as lines: one for each question, choice and group that may be shown. */
export function csvOf(of: {
  dimensions: readonly string[];
  questions: readonly QuestionResult[];
}): string {
  const head: Row = ["question", "choice", "right", ...of.dimensions, "count"];
  return [head, ...of.questions.flatMap(rowsOf)]
    .map((row) => `${row.map(csvField).join(",")}\r\n`)
    .join("");
}
