import type * as z from "zod";
import { listed } from "./nearest.ts";
import { branchesOf, defOf, isDuration, keysOf, metaOf, unwrapped } from "./schema-walk.ts";

/** What a field wants, in words that follow "expected", and a value that it would take. */
export type Expectation = { wants: string; example: string };

const portMax = 65_535;

function numbers(schema: z.ZodType): Expectation {
  const { minValue, maxValue, format } = schema as z.ZodNumber;
  const low = minValue !== null && minValue > Number.MIN_SAFE_INTEGER ? minValue : undefined;
  const high = maxValue !== null && maxValue < Number.MAX_SAFE_INTEGER ? maxValue : undefined;
  const kind = format?.includes("int") ? "a whole number" : "a number";
  const example = high === portMax ? 8080 : Math.min(Math.max(3, low ?? 0), high ?? 3);
  const wants = `${high === portMax ? "a port" : kind}${rangeText(low, high)}`;
  return { wants, example: String(example) };
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

const options = (schema: z.ZodType): string[] => {
  const def = defOf(schema);
  return (def.type === "enum" ? Object.values(def.entries ?? {}) : (def.values ?? [])).map(String);
};

function bare(schema: z.ZodType): Expectation {
  const def = defOf(schema);
  switch (def.type) {
    case "number":
    case "int":
      return numbers(schema);
    case "string":
      return texts(schema);
    case "boolean":
      return { wants: "true or false", example: "true" };
    case "enum":
    case "literal":
      return { wants: listed(options(schema), "or"), example: options(schema)[0] ?? "" };
    case "array": {
      const item = def.element ? expectationOf(def.element) : { wants: "values", example: "…" };
      return { wants: `a list (of ${item.wants})`, example: `[${item.example}]` };
    }
    case "record":
      return { wants: "keys of your choice with values below them", example: "{ name: … }" };
    case "object": {
      const [first = "key"] = keysOf(schema);
      return { wants: `the keys ${listed(keysOf(schema))}`, example: `{ ${first}: … }` };
    }
    default:
      return { wants: "another kind of value", example: "…" };
  }
}

/** What the schema of a field wants; a schema's own `.meta({ example })` has the last word. */
export function expectationOf(schema: z.ZodType): Expectation {
  const each = [...new Set(branchesOf(schema).map((branch) => bare(unwrapped(branch)).wants))];
  const [first] = branchesOf(schema);
  const found = first ? bare(unwrapped(first)) : { wants: "a value", example: "…" };
  const example = metaOf(schema, "example");
  return {
    wants: listed(each, "or"),
    example: example === undefined ? found.example : exampleText(example),
  };
}

const exampleText = (value: unknown): string =>
  typeof value === "string" ? value : JSON.stringify(value);

const shownCharactersMax = 60;

/** What stands in the file, in words: `the text "three"`, `the number 3`, `a list`. */
export function found(value: unknown): string {
  if (value === null || value === undefined) return "empty";
  if (typeof value === "string")
    return `the text "${value.length > shownCharactersMax ? `${value.slice(0, shownCharactersMax)}…` : value}"`;
  if (typeof value === "boolean") return `${value}`;
  if (typeof value === "number" || typeof value === "bigint") return `the number ${value}`;
  if (Array.isArray(value)) return value.length === 0 ? "an empty list" : "a list";
  return `a group of keys (${listed(Object.keys(value).slice(0, 4)) || "none"})`;
}
