import { type Fields, joined, listOf } from "./fields.ts";

/** One request field that a response depends on, with the value it was made for. */
export type Selector = readonly [name: string, value: string];

/** The request fields that a response depends on, lower case; `"everything"` when no two requests are alike to it. */
export function variesOn(fields: Fields): readonly string[] | "everything" {
  const names = listOf(joined(fields, "vary") ?? "").map((each) => each.toLowerCase());
  return names.includes("*") ? "everything" : [...new Set(names)];
}

/** The selectors of a response to this request. */
export const selectorsOf = (names: readonly string[], request: Fields): Selector[] =>
  names.map((name) => [name, normalised(name, joined(request, name))] as const);

/** Was the stored response made for a request like this one? (RFC 9111 §4.1) */
export function selects(
  selectors: readonly Selector[],
  request: Fields,
  contentLanguage: string | undefined,
): boolean {
  return selectors.every(([name, value]) => {
    const asked = joined(request, name);
    if (normalised(name, asked) === value) return true;
    // Who wants one language above all would be given the same one.
    if (name !== "accept-language" || contentLanguage === undefined) return false;
    return prefers(asked) === contentLanguage.toLowerCase();
  });
}

/** Requests that mean the same have the same text. */
function normalised(name: string, value: string | undefined): string {
  if (value === undefined) return "";
  const members = listOf(value);
  if (name === "accept-language" || name === "accept-encoding" || name === "accept") {
    return members
      .map((each) => each.toLowerCase().replaceAll(/\s+/g, ""))
      .filter((each) => !/;q=0(\.0+)?$/.test(each) || each.startsWith("identity"))
      .sort()
      .join(",");
  }
  return members.join(",");
}

/** The one language that is wanted more than all others, if there is one. */
function prefers(value: string | undefined): string | undefined {
  const wanted = listOf(value ?? "").map((member) => {
    const [language = "", ...parameters] = member.toLowerCase().split(";");
    const quality = parameters.map((each) => /^\s*q=([\d.]+)\s*$/.exec(each)?.[1]).find(Boolean);
    return { language: language.trim(), quality: Number(quality ?? 1) };
  });
  const most = Math.max(...wanted.map(({ quality }) => quality));
  const best = wanted.filter(({ quality }) => quality === most);
  return best.length === 1 ? best[0]?.language : undefined;
}
