import { type Fields, first } from "./fields.ts";

/** RFC 9110 §9.2.1. */
const safe = new Set(["GET", "HEAD", "OPTIONS", "TRACE"]);

export const isUnsafe = (method: string): boolean => !safe.has(method);

/**
 * RFC 9111 §4.4: the URLs whose stored responses are no longer true after this answer; its own, and what Location and
 * Content-Location name on the same host, so that one site cannot empty the cache of another.
 */
export function invalidatedBy(of: {
  method: string;
  url: string;
  status: number;
  fields: Fields;
}): string[] {
  if (!isUnsafe(of.method) || of.status < 200 || of.status >= 400) return [];
  const origin = URL.parse(of.url)?.origin;
  const named = ["location", "content-location"].flatMap((name) => {
    const target = URL.parse(first(of.fields, name) ?? "", of.url);
    if (target === null || target.origin !== origin || !of.fields.some(isNamed(name))) return [];
    return [`${target.origin}${target.pathname}${target.search}`];
  });
  return [...new Set([of.url, ...named])];
}

const isNamed =
  (name: string) =>
  ([each]: readonly [string, string]): boolean =>
    each.toLowerCase() === name;
