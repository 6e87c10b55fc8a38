import type { Matcher } from "../contract/silence.ts";
import type { Incoming } from "../intake/incoming.ts";
import { readMatcher } from "../model/matcher.ts";

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** Go's zero time means "not said". */
export function timeIn(value: unknown): number | undefined {
  if (typeof value !== "string" || value === "" || value.startsWith("0001-")) return undefined;
  const at = Date.parse(value.replace(/([+-]\d\d)(\d\d)$/, "$1:$2"));
  return Number.isNaN(at) ? undefined : at;
}

const isTime = (value: unknown): boolean =>
  value === undefined ||
  value === null ||
  value === "" ||
  (typeof value === "string" && (value.startsWith("0001-") || !Number.isNaN(Date.parse(value))));

function textsIn(value: unknown): Record<string, string> | undefined {
  if (value === undefined || value === null) return {};
  if (!isRecord(value)) return undefined;
  for (const name in value) if (typeof value[name] !== "string") return undefined;
  return value as Record<string, string>;
}

/** What `POST /api/v2/alerts` carries; a text says why it is none. */
export function readAlerts(body: unknown): Incoming[] | string {
  if (body === null) return [];
  if (!Array.isArray(body)) return "parsing alerts body: it is no array";
  const found: Incoming[] = [];
  for (const each of body as unknown[]) {
    if (!isRecord(each)) return "parsing alerts body: an alert is no object";
    const labels = textsIn(each["labels"]);
    const annotations = textsIn(each["annotations"]);
    if (!labels || !annotations) return "parsing alerts body: labels and annotations are texts";
    if (each["labels"] === undefined) return "validation failure: labels in body is required";
    const { startsAt, endsAt, generatorURL } = each;
    if (!isTime(startsAt) || !isTime(endsAt)) return "parsing alerts body: a time is not RFC 3339";
    found.push({
      ...{ labels, annotations, startsAt: timeIn(startsAt), endsAt: timeIn(endsAt) },
      generatorURL: typeof generatorURL === "string" ? generatorURL.slice(0, 4_000) : undefined,
    });
  }
  return found;
}

/** The matchers of a question; a text says why one is none. */
export function filterIn(query: URLSearchParams): Matcher[] | string {
  const filter: Matcher[] = [];
  for (const text of query.getAll("filter")) {
    const matcher = readMatcher(text);
    if (!matcher) return `bad matcher format: ${text}`;
    filter.push(matcher);
  }
  return filter;
}
