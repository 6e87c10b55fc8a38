import type * as z from "zod";
import { listed } from "./nearest.ts";
import { branchesOf, defOf, isDuration, keysOf, metaOf, unwrapped } from "./schema-walk.ts";

/** What a field wants, in words that follow "expected", and a value that it would take. */
export type Expectation = { wants: string; example: string };

const portMax = 65_535;
const usualNumber = 3;

const within = (bound: number | null): number | undefined =>
  bound !== null && Number.isFinite(bound) && Math.abs(bound) < Number.MAX_SAFE_INTEGER
    ? bound
    : undefined;

function numbers(schema: z.ZodType): Expectation {
  const { minValue, maxValue, format } = schema as z.ZodNumber;
  const [low, high] = [within(minValue), within(maxValue)];
  if (high === portMax) return { wants: `a port${rangeText(low, high)}`, example: "8080" };
  const kind = format?.includes("int") ? "a whole number" : "a number";
  const example = Math.min(Math.max(usualNumber, low ?? 0), high ?? Infinity);
  return { wants: `${kind}${rangeText(low, high)}`, example: String(example) };
}

function rangeText(low: number | undefined, high: number | undefined): string {
  if (low !== undefined && high !== undefined) return ` from ${low} to ${high}`;
  if (low !== undefined) return `, at least ${low}`;
  return high === undefined ? "" : `, at most ${high}`;
}

function texts(schema: z.ZodType): Expectation {
  if (isDuration(schema)) return { wants: "a duration with its unit", example: "30s" };
  const format = defOf(schema).format;
  if (format === "url") return { wants: "a URL", example: "http://127.0.0.1:3000" };
  if (format === "email") return { wants: "an e-mail address", example: "ops@example.org" };
  if (format === "ipv4" || format === "ipv6")
    return { wants: "an IP address", example: "127.0.0.1" };
  return { wants: "text", example: '"…"' };
}

/** The values that an enum or a literal allows. */
export const optionsOf = (schema: z.ZodType): string[] => {
  const def = defOf(unwrapped(schema));
  return Object.values(def.entries ?? def.values ?? {}).map(String);
};

const choice = (schema: z.ZodType): Expectation => ({
  wants: listed(optionsOf(schema), "or"),
  example: optionsOf(schema)[0] ?? "",
});

function list(schema: z.ZodType): Expectation {
  const { element } = defOf(schema);
  const item = element ? expectationOf([element]) : { wants: "values", example: "…" };
  return { wants: `a list (of ${item.wants})`, example: `[${item.example}]` };
}

const group = (schema: z.ZodType): Expectation => ({
  wants: `the keys ${listed(keysOf(schema))}`,
  example: `{ ${keysOf(schema)[0] ?? "key"}: … }`,
});

const byType: Record<string, (schema: z.ZodType) => Expectation> = {
  number: numbers,
  string: texts,
  boolean: () => ({ wants: "true or false", example: "true" }),
  enum: choice,
  literal: choice,
  array: list,
  record: () => ({ wants: "keys of your choice with values below them", example: "{ name: … }" }),
  object: group,
};
const bare = (schema: z.ZodType): Expectation =>
  byType[defOf(schema).type]?.(schema) ?? { wants: "another kind of value", example: "…" };

/** What the schemas of a field want; a schema's own `.meta({ example })` has the last word. */
export function expectationOf(schemas: readonly z.ZodType[]): Expectation {
  const branches = schemas.flatMap(branchesOf).map((each) => bare(unwrapped(each)));
  const [first = { wants: "a value", example: "…" }] = branches;
  const example = schemas.map((each) => metaOf(each, "example")).find((each) => each !== undefined);
  return {
    wants: listed([...new Set(branches.map((each) => each.wants))], "or"),
    example: example === undefined ? first.example : exampleText(example),
  };
}

const exampleText = (value: unknown): string =>
  typeof value === "string" ? value : JSON.stringify(value);

const shownCharactersMax = 60;
const keysShownMax = 4;

const shortened = (text: string): string =>
  text.length > shownCharactersMax ? `${text.slice(0, shownCharactersMax)}…` : text;

/** What stands in the file, in words: `the text "three"`, `the number 3`, `a list`. */
export function found(value: unknown): string {
  if (value === null || value === undefined) return "empty";
  if (Array.isArray(value)) return value.length === 0 ? "an empty list" : "a list";
  if (typeof value === "string") return `the text "${shortened(value)}"`;
  if (typeof value === "number") return `the number ${value}`;
  if (typeof value !== "object") return String(value);
  return `a group of keys (${listed(Object.keys(value).slice(0, keysShownMax)) || "none"})`;
}
