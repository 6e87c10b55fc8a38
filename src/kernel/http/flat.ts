import type * as z from "zod";
import { jsonSchema } from "../runtime/explain.ts";

type Property = { type?: string; items?: Property; anyOf?: Property[] };

/**
 * Reads flat text (`?limit=20&type=a,b`, `--limit 20`) as a schema's input: numbers, booleans and comma lists where the
 * schema says so. What does not read is passed on as text, so that the schema names the mistake.
 */
export function fromFlat(
  schema: z.ZodType | Record<string, unknown>,
  flat: Iterable<[string, string]>,
): Record<string, unknown> {
  const shape = ("safeParse" in schema ? jsonSchema(schema as z.ZodType) : schema) as {
    properties?: Record<string, Property>;
  };
  return Object.fromEntries(
    [...flat].map(([name, text]) => [name, read(shape.properties?.[name], text)]),
  );
}

const readers: Record<string, (text: string, property: Property | undefined) => unknown> = {
  number: (text) => (text.trim() === "" || Number.isNaN(Number(text)) ? text : Number(text)),
  boolean: (text) => (text === "" || text === "true" ? true : text === "false" ? false : text),
  array: (text, property) =>
    text === "" ? [] : text.split(",").map((each) => read(property?.items, each)),
  object: (text) => {
    try {
      return JSON.parse(text);
    } catch {
      return text;
    }
  },
};

function read(property: Property | undefined, text: string): unknown {
  const type = property?.type ?? property?.anyOf?.find((each) => each.type !== "null")?.type;
  const reader = readers[type === "integer" ? "number" : (type ?? "")];
  return reader ? reader(text, property) : text;
}
