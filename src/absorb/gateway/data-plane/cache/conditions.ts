import { type Fields, first, joined, listOf } from "./fields.ts";
import { httpDate } from "./http-date.ts";
import type { Terms } from "./terms.ts";

/** What a stored response is compared with when a request has conditions. */
export type Validators = Pick<Terms, "etag" | "lastModified" | "receivedAt">;

const weakless = (tag: string): string => (tag.startsWith("W/") ? tag.slice(2) : tag);

/** RFC 9110 §13.2.2: would the origin say 304? If-None-Match goes before If-Modified-Since. */
export function isNotModified(request: Fields, stored: Validators): boolean {
  const tags = joined(request, "if-none-match");
  if (tags !== undefined) {
    if (tags.trim() === "*") return true;
    const { etag } = stored;
    if (etag === undefined) return false;
    return listOf(tags).some((each) => weakless(each) === weakless(etag));
  }
  const since = httpDate(first(request, "if-modified-since"), stored.receivedAt);
  const modified = httpDate(stored.lastModified, stored.receivedAt);
  return since !== undefined && modified !== undefined && modified <= since;
}

/** The part of a body that is wanted: first byte, and the one after the last. */
export type Part = { from: number; to: number };

/** RFC 9110 §14.2, one range: the part, `"unsatisfiable"`, or undefined when the whole body is the answer. */
export function partOf(
  request: Fields,
  stored: Validators,
  length: number,
): Part | "unsatisfiable" | undefined {
  const range = first(request, "range");
  if (range === undefined || !rangeHolds(request, stored)) return undefined;
  const [, start = "", end = ""] = /^bytes=\s*(\d*)-(\d*)\s*$/i.exec(range) ?? [];
  if (start === "" && end === "") return undefined;
  if (start === "") {
    const last = Math.min(Number(end), length);
    return last === 0 ? "unsatisfiable" : { from: length - last, to: length };
  }
  const from = Number(start);
  const to = end === "" ? length : Math.min(Number(end) + 1, length);
  if (end !== "" && Number(end) < from) return undefined;
  return from >= length ? "unsatisfiable" : { from, to };
}

/** RFC 9110 §13.1.5: If-Range needs a strong match. */
function rangeHolds(request: Fields, { etag, lastModified }: Validators): boolean {
  const condition = first(request, "if-range");
  if (condition === undefined) return true;
  if (condition.startsWith('"')) return condition === etag;
  return !condition.startsWith("W/") && condition === lastModified;
}
