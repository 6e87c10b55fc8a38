import { expressionOf } from "#kernel";
import * as z from "zod";
import type { Matcher } from "../contract/silence.ts";
import { bareName, type Labels } from "./labels.ts";

const pattern = /^\s*(?:("(?:[^"\\]|\\.)+")|([^\s{}!=~,\\"'`]+))\s*(=~|!~|!=|=)\s*(.*?)\s*$/s;

/** Reads `severity=~"crit.*"`, with or without quotes; nothing where it is none. */
export function readMatcher(text: string): Matcher | undefined {
  const [, quoted, bare, sign, raw] = pattern.exec(text) ?? [];
  const name = quoted === undefined ? bare : unquoted(quoted);
  if (name === undefined || name === "" || sign === undefined || raw === undefined)
    return undefined;
  const value = unquoted(raw);
  if (value === undefined) return undefined;
  const matcher = { name, value, isRegex: sign.endsWith("~"), isEqual: sign.startsWith("=") };
  return isSound(matcher) ? matcher : undefined;
}

function unquoted(raw: string): string | undefined {
  if (!raw.startsWith('"')) return raw.includes('"') ? undefined : raw;
  if (raw.length < 2 || !raw.endsWith('"')) return undefined;
  try {
    return JSON.parse(raw.replaceAll("\n", "\\n")) as string;
  } catch {
    return undefined;
  }
}

/** A regular expression that cannot be one matches nothing, so it is refused when it is given. */
export function isSound({ isRegex, value }: Matcher): boolean {
  if (!isRegex) return true;
  try {
    return expressionOf(value) !== undefined;
  } catch {
    return false;
  }
}

export function matches({ name, value, isRegex, isEqual }: Matcher, labels: Labels): boolean {
  const has = labels[name] ?? "";
  return (isRegex ? expressionOf(value).test(has) : has === value) === isEqual;
}

export const matchesAll = (matchers: readonly Matcher[], labels: Labels): boolean =>
  matchers.every((each) => matches(each, labels));

/** As people write it: `severity=~"crit.*"`. */
export const matcherText = ({ name, value, isRegex, isEqual }: Matcher): string =>
  `${bareName.test(name) ? name : JSON.stringify(name)}${isEqual ? "=" : "!"}${isRegex ? "~" : isEqual ? "" : "="}${JSON.stringify(value)}`;

/** A matcher in configuration, as text. */
export const MatcherText = z
  .string()
  .max(1_000)
  .refine(
    (text) => readMatcher(text) !== undefined,
    'Write a matcher such as severity="critical" or team=~"a|b"',
  )
  .transform((text): Matcher => readMatcher(text) ?? nothing);
const nothing: Matcher = { name: "alertname", value: "", isRegex: false, isEqual: true };
