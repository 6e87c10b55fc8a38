import { type Effects, route, type Route } from "#kernel";
import type { Config } from "./config.ts";
import { results } from "./contract/queries.ts";
import { unknownShow } from "./contract/problems.ts";
import { ShowId } from "./contract/show.ts";
import { showNamed } from "./present.ts";
import type { QuestionResult } from "./contract/queries.ts";

/** One field of a CSV file (RFC 4180). What a spreadsheet would take for a formula is kept from being one. */
export function csvField(value: string | number): string {
  const text = String(value);
  const harmless = typeof value === "string" && /^[=+\-@\t\r]/.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(harmless) ? `"${harmless.replaceAll('"', '""')}"` : harmless;
}

type Row = (string | number)[];

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

/** `GET /api/live.export?show=…&format=csv|json`: what was published, as a file. */
export const exportRoute: Route = route<Config>("GET", "/api/live.export", {
  about: "The published results of a show as a file: format=csv or format=json.",
  allow: "viewer",
  serve: async (request, fx: Effects<Config>) => {
    const { searchParams } = new URL(request.url, "http://castor");
    const show = ShowId.safeParse(searchParams.get("show"));
    if (!show.success || showNamed(fx, show.data) === undefined) return unknownShow();
    const found = await fx.ask(results, { show: show.data });
    const isJson = searchParams.get("format") === "json";
    return new Response(isJson ? JSON.stringify(found) : csvOf(found), {
      headers: {
        "content-type": isJson ? "application/json" : "text/csv; charset=utf-8",
        "content-disposition": `attachment; filename="${show.data}.${isJson ? "json" : "csv"}"`,
        "cache-control": "no-store",
      },
    });
  },
});
