import { isScalar, parse, visit } from "yaml";
import type * as z from "zod";
import { excerptOf, type Mistake, type Path, pathText } from "./mistake.ts";
import { listed, nearest } from "./nearest.ts";
import { branchesOf, defOf, keysOf, schemasAt } from "./schema-walk.ts";
import { isGroup, valueAt } from "./tree.ts";
import type { Source } from "./yaml-source.ts";

export type Environment = Readonly<Record<string, string | undefined>>;

const shout = (name: string): string =>
  name
    .replaceAll(/([a-z0-9])([A-Z])/g, "$1_$2")
    .replaceAll(/[-. ]/g, "_")
    .toUpperCase();

/** The variable that sets the field at a path. */
export const variableOf = (path: readonly string[]): string =>
  `CASTOR_${path.map(shout).join("__")}`;

/** Text from outside as the kind of value the schema wants there: `"3"` is 3 where a number belongs. */
export function coerced(text: string, schemas: readonly z.ZodType[]): unknown {
  const kinds = schemas.flatMap(branchesOf).map((each) => defOf(each).type);
  if (kinds.length === 0 || kinds.includes("string") || kinds.includes("enum")) return text;
  try {
    return parse(text) ?? text;
  } catch {
    return text;
  }
}

/** A variable that sets one value: `CASTOR_GATEWAY__LISTEN` sets `gateway.listen`. */
export type Override = { variable: string; path: Path; value: unknown };

/** The keys that may stand at a path: those the schema names, and those the file says. */
const keysAt = (root: z.ZodType, value: unknown, path: Path): string[] => {
  const here = valueAt(value, path);
  return [...schemasAt(root, path).flatMap(keysOf), ...(isGroup(here) ? Object.keys(here) : [])];
};

/** The path that the segments of a variable's name mean, or what could have been meant instead. */
function followSegments(
  root: z.ZodType,
  value: unknown,
  segments: readonly string[],
): Path | string {
  const path: (string | number)[] = [];
  for (const segment of segments) {
    const types = schemasAt(root, path)
      .flatMap(branchesOf)
      .map((each) => defOf(each).type);
    const named = keysAt(root, value, path);
    const free = types.includes("record") || types.includes("array");
    const key =
      named.find((each) => shout(each) === segment) ??
      (free ? segment.toLowerCase().replaceAll("_", "-") : undefined);
    if (key === undefined) {
      const known = named.map(shout);
      return nearest(segment, known) ?? (listed(known) || "nothing below it");
    }
    path.push(types.includes("array") ? Number(key) : key);
  }
  return path;
}

/** What the environment overrides: every variable `CASTOR_<SECTION>__<KEY>…`; one that names nothing is a mistake. */
export function overridesFrom(
  env: Environment,
  root: z.ZodType,
  value: unknown,
): { overrides: Override[]; mistakes: Mistake[] } {
  const overrides: Override[] = [];
  const mistakes: Mistake[] = [];
  for (const [variable, text] of Object.entries(env)) {
    if (!variable.startsWith("CASTOR_") || !variable.includes("__") || text === undefined) continue;
    const segments = variable.slice("CASTOR_".length).split("__");
    if (segments[0] === "") continue; // CASTOR___X is nobody's section.
    const path = followSegments(root, value, segments);
    if (typeof path === "string")
      mistakes.push({
        file: `environment ${variable}`,
        line: 0,
        column: 0,
        path: segments.map((each) => each.toLowerCase()).join("."),
        what: "No field of the configuration has this name.",
        fix: `Unset ${variable}, or use one of: ${path}.`,
        excerpt: "",
      });
    else overrides.push({ variable, path, value: coerced(text, schemasAt(root, path)) });
  }
  return { overrides, mistakes };
}

const reference = /\$\$\{|\$\{([A-Za-z_][A-Za-z0-9_]*)(?::-([^}]*))?\}/g;

/** Replaces `${NAME}` and `${NAME:-default}` in the file's values, in place; `$${` stays as `${`. */
export function interpolate(
  source: Source,
  env: Environment,
  root: z.ZodType,
): { mistakes: Mistake[]; origins: Map<string, string> } {
  const mistakes: Mistake[] = [];
  const origins = new Map<string, string>();
  visit(source.document, {
    Scalar(key, node, ancestors) {
      if (typeof node.value !== "string" || key === "key" || !node.value.includes("${")) return;
      const path = pathOf([...ancestors, node]);
      const used: string[] = [];
      const text = node.value.replaceAll(reference, (all, name?: string, otherwise?: string) => {
        if (name === undefined) return "${";
        used.push(name);
        const value = env[name] ?? otherwise;
        if (value === undefined) mistakes.push(unset(source, path, name));
        return value ?? all;
      });
      const whole = node.value.match(reference)?.[0] === node.value && used.length === 1;
      node.value = whole ? coerced(text, schemasAt(root, path)) : text;
      if (used.length > 0) origins.set(pathText(path), listed(used.map((name) => `$${name}`)));
    },
  });
  return { mistakes, origins };
}

/** The path of the last of a chain of nodes, from the document down. */
function pathOf(chain: readonly unknown[]): Path {
  const path: (string | number)[] = [];
  for (const [at, node] of chain.entries()) {
    const below = chain[at + 1];
    if (typeof node !== "object" || node === null || below === undefined) continue;
    if ("key" in node && isScalar(node.key)) path.push(String(node.key.value));
    else if ("items" in node && Array.isArray(node.items) && !isPair(below))
      path.push(node.items.indexOf(below));
  }
  return path;
}
const isPair = (node: unknown): boolean =>
  typeof node === "object" && node !== null && "key" in node;

function unset(source: Source, path: Path, name: string): Mistake {
  const place = source.place(path, "value");
  const line = source.text.split(/\r?\n/)[place.line - 1] ?? "";
  const column = line.indexOf(`\${${name}`) + 1 || place.column;
  return {
    file: source.file,
    line: place.line,
    column,
    excerpt: excerptOf(source.text, place.line, column, name.length + 3),
    path: pathText(path),
    what: `The environment variable ${name} is not set.`,
    fix: `Set ${name} before starting Castor, or give a default: \`\${${name}:-…}\`; for the text itself write \`$\${${name}}\`.`,
  };
}
