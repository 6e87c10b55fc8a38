import * as z from "zod";
import { Duration } from "../contract.ts";
import type { Path } from "./mistake.ts";

/** The parts of a zod schema's definition that configuration looks at; zod types them one class at a time. */
type Def = {
  type: string;
  innerType?: z.ZodType;
  in?: z.ZodType;
  out?: z.ZodType;
  getter?: () => z.ZodType;
  shape?: Record<string, z.ZodType>;
  catchall?: z.ZodType;
  keyType?: z.ZodType;
  valueType?: z.ZodType;
  element?: z.ZodType;
  items?: z.ZodType[];
  options?: z.ZodType[];
  left?: z.ZodType;
  right?: z.ZodType;
  values?: unknown[];
  entries?: Record<string, string | number>;
  checks?: z.core.$ZodCheck[];
  pattern?: RegExp;
  format?: string;
};
export const defOf = (schema: z.ZodType): Def => schema._zod.def as unknown as Def;

const wrappers = new Set([
  "optional",
  "nullable",
  "default",
  "prefault",
  "readonly",
  "nonoptional",
  "catch",
]);

/** What stands inside one layer of wrapping (optional, default, transform, lazy), if there is one. */
function inner(schema: z.ZodType): z.ZodType | undefined {
  const def = defOf(schema);
  if (wrappers.has(def.type)) return def.innerType;
  if (def.type === "lazy") return def.getter?.();
  if (def.type !== "pipe" || !def.in) return undefined;
  return defOf(def.in).type === "transform" ? def.out : def.in;
}

/** The schema below all optionals, defaults and transforms: what a person writes in the file. */
export function unwrapped(schema: z.ZodType): z.ZodType {
  const next = inner(schema);
  return next ? unwrapped(next) : schema;
}

/** A piece of metadata from the schema or from any layer of its wrapping. */
export function metaOf(schema: z.ZodType, name: string): unknown {
  const found = (schema.meta() as Record<string, unknown> | undefined)?.[name];
  if (found !== undefined) return found;
  const next = inner(schema);
  return next ? metaOf(next, name) : undefined;
}

/** The alternatives and parts that one schema is made of, all standing at the same place. */
const sidesOf = ({ type, options, left, right }: Def): z.ZodType[] | undefined => {
  if (type === "union") return options ?? [];
  return type === "intersection" && left && right ? [left, right] : undefined;
};

const childOf = (def: Def, part: string | number): z.ZodType | undefined =>
  def.shape?.[part] ?? def.valueType ?? def.element ?? def.items?.[Number(part)] ?? def.catchall;

/** The schemas that may stand at a path of the file: several where a union allows it. */
export function schemasAt(schema: z.ZodType, path: Path): z.ZodType[] {
  const def = defOf(unwrapped(schema));
  const sides = sidesOf(def);
  if (sides) return sides.flatMap((each) => schemasAt(each, path));
  const [part, ...rest] = path;
  if (part === undefined) return [schema];
  const next = childOf(def, part);
  return next ? schemasAt(next, rest) : [];
}

/** The keys that an object schema names, over all branches of a union. */
export function keysOf(schema: z.ZodType): string[] {
  const def = defOf(unwrapped(schema));
  if (def.shape) return Object.keys(def.shape);
  return [...new Set((sidesOf(def) ?? []).flatMap(keysOf))];
}

/** Whether an object schema takes keys that it does not name. */
export function isOpen(schema: z.ZodType): boolean {
  const def = defOf(unwrapped(schema));
  const sides = sidesOf(def);
  if (sides) return sides.some(isOpen);
  if (def.type !== "object") return true;
  return def.catchall !== undefined && defOf(def.catchall).type !== "never";
}

/** Whether a section has nothing to configure: such a one is not offered. */
export const isEmptySection = (schema: z.ZodType): boolean =>
  defOf(unwrapped(schema)).type === "object" && keysOf(schema).length === 0 && !isOpen(schema);

/** Every branch that remains at a schema, unions opened. */
export function branchesOf(schema: z.ZodType): z.ZodType[] {
  const bare = unwrapped(schema);
  const def = defOf(bare);
  return def.type === "union" ? (def.options ?? []).flatMap(branchesOf) : [bare];
}

/** The patterns that a text must match. */
function patternsOf(schema: z.ZodType): string[] {
  const bare = unwrapped(schema);
  const own = defOf(bare);
  const checks = (own.checks ?? []).map((each) => each._zod.def as unknown as Def);
  return [own, ...checks].flatMap((def) => (def.pattern ? [String(def.pattern)] : []));
}
const durationPatterns = patternsOf(Duration);

/** Whether a person writes a duration here, such as `30s`. */
export const isDuration = (schema: z.ZodType): boolean =>
  patternsOf(schema).some((each) => durationPatterns.includes(each));

/** Whether the value at a path, or what it is part of, must not be shown; a union may say so as a whole. */
export function isSecretAt(schema: z.ZodType, path: Path): boolean {
  if (metaOf(schema, "secret") === true) return true;
  const def = defOf(unwrapped(schema));
  const sides = sidesOf(def);
  if (sides) return sides.some((each) => isSecretAt(each, path));
  const [part, ...rest] = path;
  const next = part === undefined ? undefined : childOf(def, part);
  return next !== undefined && isSecretAt(next, rest);
}
