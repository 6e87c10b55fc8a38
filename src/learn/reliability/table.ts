import { type Read, route } from "#kernel";
import { lengthsOf } from "../../respond/incidents/contract.ts";
import { incidentsOf } from "./answers.ts";
import { Asked } from "./contract.ts";

const columns = [
  ...["incident", "title", "severity", "services", "origin", "cause", "changes_before"],
  ...["started", "detected", "declared", "acknowledged", "mitigated", "resolved", "reviewed"],
  ...["detect_s", "acknowledge_s", "mitigate_s", "resolve_s", "post_mortem", "actions_open"],
] as const;
type Row = Record<(typeof columns)[number], string | number | null>;

const moment = (at: number | null): string | null =>
  at === null ? null : new Date(at).toISOString();
const seconds = (ms: number | null): number | null => (ms === null ? null : Math.round(ms / 1_000));

async function rowsOf(read: Read, asked: Asked): Promise<Row[]> {
  return (await incidentsOf(read, asked)).map(({ incident: of, postMortem, changes }) => {
    const { times } = of;
    const lengths = lengthsOf(times);
    return {
      ...{ incident: of.incident, title: of.title, severity: of.severity },
      ...{ services: of.services.join(" "), origin: of.origin.kind },
      ...{ cause: postMortem?.cause ?? null, changes_before: changes.join(", ") },
      ...{ started: moment(times.started), detected: moment(times.detected) },
      ...{ declared: moment(times.declared), acknowledged: moment(times.acknowledged) },
      ...{ mitigated: moment(times.mitigated), resolved: moment(times.resolved) },
      ...{ reviewed: moment(times.reviewed), detect_s: seconds(lengths.detect) },
      ...{ acknowledge_s: seconds(lengths.acknowledge), mitigate_s: seconds(lengths.mitigate) },
      ...{ resolve_s: seconds(lengths.resolve), post_mortem: postMortem?.state ?? null },
      actions_open: postMortem?.actions.filter(({ state }) => state === "open").length ?? null,
    };
  });
}

/** RFC 4180; what a spreadsheet would take for a formula is made text. */
export function csvCell(value: string | number | null): string {
  if (value === null) return "";
  if (typeof value === "number") return String(value);
  const text = /^[=+\-@\t\r]/.test(value) ? `'${value}` : value;
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

const number = (text: string | null): number | undefined =>
  text === null || text.trim() === "" ? undefined : Number(text);

/** `GET /api/reliability.table`: a line for each incident of the period, as CSV or JSON. */
export const tableRoute = route("GET", "/api/reliability.table", {
  about:
    "Incidents of a period, a line each, with how long every part took: CSV, or JSON (?format=json).",
  allow: "viewer",
  serve: async (request, fx) => {
    const { searchParams: at } = new URL(request.url);
    const asked = Asked.safeParse({
      ...{ days: number(at.get("days")), to: number(at.get("to")) },
      ...{ service: at.get("service") || undefined, severity: at.get("severity") || undefined },
    });
    if (!asked.success) return new Response("Not such a period.\n", { status: 422 });
    const rows = await rowsOf(fx, asked.data);
    if (at.get("format") === "json") return Response.json(rows);
    const lines = [
      columns.join(","),
      ...rows.map((row) => columns.map((c) => csvCell(row[c])).join(",")),
    ];
    return new Response(`${lines.join("\r\n")}\r\n`, {
      headers: {
        "content-type": "text/csv; charset=utf-8",
        "content-disposition": 'attachment; filename="reliability.csv"',
      },
    });
  },
});
