import { type Fields, joined, listOf } from "./fields.ts";

/** The directives of a Cache-Control field: names in lower case, values without quotes, `true` without value. */
export type Directives = ReadonlyMap<string, string | true>;

const nothing: Directives = new Map();
const token = /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/;
const secondsMax = 2_147_483_648;

/** Reads Cache-Control. What is not well formed is left out; of two with the same name the first counts. */
export function directivesOf(text: string | undefined): Directives {
  if (text === undefined) return nothing;
  const found = new Map<string, string | true>();
  for (const member of listOf(text)) {
    const equals = member.indexOf("=");
    const name = (equals < 0 ? member : member.slice(0, equals)).toLowerCase();
    if (!token.test(name) || found.has(name)) continue;
    found.set(name, equals < 0 ? true : unquoted(member.slice(equals + 1)));
  }
  return found;
}

const unquoted = (value: string): string =>
  value.length > 1 && value.startsWith('"') && value.endsWith('"')
    ? value.slice(1, -1).replaceAll(/\\(.)/g, "$1")
    : value;

/** RFC 9111 §1.2.2, in milliseconds; undefined without the directive, 0 when its value makes no sense. */
export function millisOf(directives: Directives, name: string): number | undefined {
  const value = directives.get(name);
  if (value === undefined) return undefined;
  if (value === true || !/^\d+$/.test(value)) return 0;
  return Math.min(Number(value), secondsMax) * 1_000;
}

/** The field names that a directive such as `no-cache="a, b"` lists; empty when it stands alone. */
export function namesIn(directives: Directives, name: string): string[] {
  const value = directives.get(name);
  return typeof value === "string" ? listOf(value).map((each) => each.toLowerCase()) : [];
}

const memberOfDictionary =
  /^([a-z*][a-z0-9_.*-]*)(?:=("(?:[^"\\]|\\["\\])*"|-?\d+(?:\.\d+)?|\?[01]|[A-Za-z*][^\s,;"]*))?(?:\s*;.*)?$/;

/** RFC 9213: a targeted field is a structured dictionary; one that cannot be read is as good as absent. */
export function targetedOf(text: string | undefined): Directives | undefined {
  if (text === undefined) return undefined;
  const members = listOf(text);
  if (members.length === 0) return undefined;
  const found = new Map<string, string | true>();
  for (const member of members) {
    const [, name, value] = memberOfDictionary.exec(member) ?? [];
    if (name === undefined) return undefined;
    found.set(name, value === undefined ? true : unquoted(value));
  }
  return found;
}

/** The directives that hold for this cache, and whether they came by a field that puts Expires aside. */
export function responseDirectives(fields: Fields): { said: Directives; isTargeted: boolean } {
  const targeted = targetedOf(joined(fields, "cdn-cache-control"));
  return targeted === undefined
    ? { said: directivesOf(joined(fields, "cache-control")), isTargeted: false }
    : { said: targeted, isTargeted: true };
}
