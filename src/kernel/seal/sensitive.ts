import type * as z from "zod";

/** Replaces the values of the sensitive fields within a value; what holds none is given back as it is. */
export type FieldWalk = (value: unknown, replace: (field: unknown) => unknown) => unknown;

type Schema = z.core.$ZodType;
const walks = new WeakMap<Schema, FieldWalk | null>();

/** The walk to the fields that a schema marks `sensitive`; undefined when it marks none. */
export function sensitiveFields(schema: Schema): FieldWalk | undefined {
  const known = walks.get(schema);
  if (known !== undefined) return known ?? undefined;
  if (!marksAny(schema, new Set())) {
    walks.set(schema, null);
    return undefined;
  }
  // A schema that contains itself meets this stand-in while its walk is being made.
  walks.set(schema, (value, replace) => sensitiveFields(schema)?.(value, replace) ?? value);
  const walk = walkOf(schema);
  walks.set(schema, walk);
  return walk;
}

const isMarked = (schema: Schema): boolean => (schema as z.ZodType).meta()?.["sensitive"] === true;

function marksAny(schema: Schema, seen: Set<Schema>): boolean {
  if (seen.has(schema)) return false;
  seen.add(schema);
  return isMarked(schema) || partsOf(schema).some((part) => marksAny(part, seen));
}

/** The schemas within a schema. */
function partsOf(schema: Schema): readonly Schema[] {
  const { def } = (schema as z.core.$ZodTypes)._zod;
  switch (def.type) {
    case "object":
      return [...Object.values(def.shape), ...(def.catchall ? [def.catchall] : [])];
    case "array":
      return [def.element];
    case "tuple":
      return [...def.items, ...(def.rest ? [def.rest] : [])];
    case "record":
      return [def.valueType];
    case "union":
      return def.options;
    case "intersection":
      return [def.left, def.right];
    case "pipe":
      return [def.in, def.out];
    case "lazy":
      return [def.getter()];
    default:
      // Everything that wraps one schema: optional, nullable, default, readonly and the like.
      return "innerType" in def ? [def.innerType] : [];
  }
}

function walkOf(schema: Schema): FieldWalk {
  if (isMarked(schema))
    return (value, replace) => (value === undefined || value === null ? value : replace(value));
  const { def } = (schema as z.core.$ZodTypes)._zod;
  switch (def.type) {
    case "object":
      return objectWalk(def.shape, def.catchall);
    case "array":
      return listWalk([], def.element);
    case "tuple":
      return listWalk(def.items, def.rest);
    case "record":
      return objectWalk({}, def.valueType);
    default: {
      // Which option of a union a value is cannot be told once it is sealed: a field that any of them marks is
      // replaced. To seal too much loses nothing.
      const found = partsOf(schema).flatMap((part) => sensitiveFields(part) ?? []);
      return (value, replace) => found.reduce((so, walk) => walk(so, replace), value);
    }
  }
}

function objectWalk(shape: Readonly<Record<string, Schema>>, others?: Schema): FieldWalk {
  const fields = new Map(
    Object.entries(shape).map(([name, field]) => [name, sensitiveFields(field)]),
  );
  const otherWalk = others && sensitiveFields(others);
  return (value, replace) => {
    if (typeof value !== "object" || value === null || Array.isArray(value)) return value;
    const walked = Object.entries(value).map(([name, each]: [string, unknown]) => {
      const walk = fields.has(name) ? fields.get(name) : otherWalk;
      return [name, walk ? walk(each, replace) : each] as const;
    });
    return Object.fromEntries(walked);
  };
}

function listWalk(items: readonly Schema[], rest: Schema | null): FieldWalk {
  const itemWalks = items.map(sensitiveFields);
  const restWalk = rest ? sensitiveFields(rest) : undefined;
  return (value, replace) =>
    Array.isArray(value)
      ? value.map((each: unknown, index) => {
          const walk = index < itemWalks.length ? itemWalks[index] : restWalk;
          return walk ? walk(each, replace) : each;
        })
      : value;
}
