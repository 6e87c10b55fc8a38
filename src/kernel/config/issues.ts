import type * as z from "zod";
import { expectationOf, found, optionsOf } from "./expectation.ts";
import { type Finding, type Path, pathText } from "./mistake.ts";
import { listed, nearest } from "./nearest.ts";
import { isGroup, isSaid, valueAt } from "./tree.ts";
import {
  branchesOf,
  defOf,
  isDuration,
  isEmptySection,
  isOpen,
  isSecretAt,
  keysOf,
  schemasAt,
} from "./schema-walk.ts";

type Issue = z.core.$ZodIssue;

const imperative =
  /^(write|name|give|use|choose|set|add|remove|delete|put|say|list|pick|start|end|keep|make|quote)\b/i;

/** A schema's own message, as a statement or as an instruction, whichever it is. */
function custom(message: string, path: Path, shown: string, example: string): Finding {
  if (imperative.test(message)) return { path, what: `This is ${shown}.`, fix: ended(message) };
  return { path, what: ended(message), fix: `Write for example \`${label(path)}: ${example}\`.` };
}
const ended = (text: string): string => (/[.!?]$/.test(text) ? text : `${text}.`);
const label = (path: Path): string => {
  const named = path.filter((part) => typeof part === "string");
  return named.at(-1) ?? "value";
};

/** All that words for a wrong value need. */
type Wrong = { path: Path; value: unknown; schema: z.ZodType; shown: string };

function wrongValue(root: z.ZodType, whole: unknown, issue: Issue, path: Path): Finding {
  const value = valueAt(whole, path);
  const [schema] = schemasAt(root, path);
  if (!schema) return { path, what: ended(issue.message), fix: "Look at castor config schema." };
  const shown = isSecretAt(root, path) ? "a secret of the wrong form" : found(value);
  const wrong = { path, value, schema, shown };
  const { wants, example } = expectationOf(schema);
  const special = withoutUnit(wrong) ?? unquoted(wrong, wants) ?? noOption(wrong, issue, wants);
  if (special) return special;
  const builtIn = /^(Invalid|Too (big|small)|Unrecognized|Expected)/.test(issue.message);
  if (!builtIn) return custom(issue.message, path, shown, example);
  const fix = `Write for example \`${label(path)}: ${example}\`.`;
  return { path, what: `This is ${shown}; expected ${wants}.`, fix };
}

function withoutUnit({ path, value, schema }: Wrong): Finding | undefined {
  if (!isDuration(schema) || typeof value !== "number") return undefined;
  return {
    path,
    what: `The number ${value} has no unit; ${expectationOf(schema).wants} is expected.`,
    fix: `Write \`${label(path)}: ${value}s\` for seconds, \`${value}ms\` for milliseconds.`,
  };
}

function unquoted({ path, value, shown }: Wrong, wants: string): Finding | undefined {
  if (wants !== "text" || !["number", "boolean"].includes(typeof value)) return undefined;
  return {
    path,
    what: `This is ${shown}; expected text.`,
    fix: `Put it in quotes: \`${label(path)}: "${String(value)}"\`.`,
  };
}

function noOption(
  { path, value, schema, shown }: Wrong,
  issue: Issue,
  wants: string,
): Finding | undefined {
  if (issue.code !== "invalid_value") return undefined;
  const options = branchesOf(schema).flatMap(optionsOf);
  const meant = typeof value === "string" ? nearest(value, options) : undefined;
  const fix = `Write \`${label(path)}: ${meant ?? options[0] ?? "…"}\`.`;
  return { path, what: `This is ${shown}; expected ${wants}.`, fix };
}

function missing(root: z.ZodType, path: Path): Finding {
  const [schema] = schemasAt(root, path);
  const { wants, example } = schema ? expectationOf(schema) : { wants: "a value", example: "…" };
  const parent = path.slice(0, -1);
  return {
    path,
    at: "key",
    what: `\`${label(path)}\` is missing; expected ${wants}.`,
    fix: `Add \`${label(path)}: ${example}\`${parent.length > 0 ? ` below \`${pathText(parent)}\`` : ""}.`,
  };
}

/** Of a union's branches, the one whose mistakes are fewest and deepest: what was most likely meant. */
function closest(errors: readonly (readonly Issue[])[]): readonly Issue[] {
  const depth = (issues: readonly Issue[]) =>
    Math.max(0, ...issues.map((each) => each.path.length));
  return [...errors].sort((a, b) => depth(b) - depth(a) || a.length - b.length)[0] ?? [];
}

/** One zod issue as findings with whole paths from the root. */
export function findingsOf(root: z.ZodType, whole: unknown, issue: Issue, above: Path): Finding[] {
  const path: Path = [
    ...above,
    ...issue.path.map((part) => (typeof part === "number" ? part : String(part))),
  ];
  if (issue.code === "unrecognized_keys") return []; // Found by `unknownKeys`, which knows more.
  if (issue.code === "invalid_union") {
    const branch = closest(issue.errors);
    const deep = branch.some((each) => each.path.length > 0);
    if (deep) return branch.flatMap((each) => findingsOf(root, whole, each, path));
  }
  if (issue.code === "invalid_key")
    return [
      {
        path,
        at: "key",
        what: `The name \`${String(path.at(-1))}\` is not accepted.`,
        fix: ended(issue.issues[0]?.message ?? "Choose another name"),
      },
    ];
  if (issue.code === "invalid_element")
    return issue.issues.flatMap((each) => findingsOf(root, whole, each, path));
  if (!isSaid(whole, path)) return [missing(root, path)];
  return [wrongValue(root, whole, issue, path)];
}

/** Keys that no schema names: a typo must never silently mean the default. */
export function unknownKeys(root: z.ZodType, whole: unknown, above: Path = []): Finding[] {
  const value = valueAt(whole, above);
  if (!isGroup(value)) return [];
  const schemas = schemasAt(root, above);
  if (Array.isArray(value))
    return value.flatMap((_, at) => unknownKeys(root, whole, [...above, at]));
  const objects = schemas.flatMap(branchesOf).filter((each) => defOf(each).type === "object");
  const closed =
    objects.length > 0 && schemas.every((each) => branchesOf(each).every(isClosedObject));
  const known = [...new Set(objects.flatMap(keysOf))];
  const offered = known.filter((key) => !schemasAt(root, [...above, key]).some(isEmptySection));
  return Object.keys(value).flatMap((key): Finding[] => {
    const path = [...above, key];
    if (!closed || known.includes(key)) return unknownKeys(root, whole, path);
    const meant = nearest(key, offered);
    const owner = above.at(-1);
    return [
      {
        path,
        at: "key",
        what: `\`${key}\` is not known${owner === undefined ? "" : ` in \`${owner}\``}${meant ? `; did you mean \`${meant}\`?` : "."}`,
        fix: meant
          ? `Write \`${meant}\`.`
          : `Remove it; known here: ${listed(offered) || "nothing"}.`,
      },
    ];
  });
}
const isClosedObject = (schema: z.ZodType): boolean =>
  defOf(schema).type !== "record" && (defOf(schema).type !== "object" || !isOpen(schema));
