import type * as z from "zod";
import { expectationOf, found, optionsOf } from "./expectation.ts";
import { type Finding, type Path, pathText } from "./mistake.ts";
import { nearest } from "./nearest.ts";
import { branchesOf, isDuration, isSecretAt, schemasAt } from "./schema-walk.ts";
import { valueAt } from "./tree.ts";

const imperative =
  /^(write|name|give|use|choose|set|add|remove|delete|put|say|list|pick|start|end|keep|make|quote)\b/i;
/** Messages of the library rather than of a schema. */
export const builtIn = /^(Invalid|Too (big|small)|Unrecognized|Expected)/;

export const sentence = (text: string): string => (/[.!?]$/.test(text) ? text : `${text}.`);
/** Whether a schema's own message says what to do, rather than what is wrong. */
export const isInstruction = (message: string): boolean => imperative.test(message);
/** The key that a path ends with, list numbers left out. */
export const label = (path: Path): string =>
  path.findLast((part) => typeof part === "string") ?? "value";

/** All that words for a wrong value need. */
type Wrong = {
  path: Path;
  value: unknown;
  schemas: readonly z.ZodType[];
  shown: string;
  wants: string;
  example: string;
};
type Issue = { code?: string; message: string };

/** A value that is there and does not fit: what it is, what is expected, and what to write. */
export function wrongValue(root: z.ZodType, whole: unknown, issue: Issue, path: Path): Finding {
  const value = valueAt(whole, path);
  const schemas = schemasAt(root, path);
  const shown = isSecretAt(root, path) ? "a secret of the wrong form" : found(value);
  const wrong = { path, value, schemas, shown, ...expectationOf(schemas) };
  return (
    withoutUnit(wrong) ??
    notText(wrong) ??
    noOption(wrong, issue) ??
    said(wrong, issue.message) ?? {
      path,
      what: `This is ${shown}; expected ${wrong.wants}.`,
      fix: `Write for example \`${label(path)}: ${wrong.example}\`.`,
    }
  );
}

function withoutUnit({ path, value, schemas, wants }: Wrong): Finding | undefined {
  if (!schemas.some(isDuration) || typeof value !== "number") return undefined;
  return {
    path,
    what: `The number ${value} has no unit; ${wants} is expected.`,
    fix: `Write \`${label(path)}: ${value}s\` for seconds, \`${value}ms\` for milliseconds.`,
  };
}

/** A number where text belongs: quotes do, unless the text is to have a form that the number has not. */
function notText(wrong: Wrong): Finding | undefined {
  const { path, value, schemas, shown, wants } = wrong;
  if (!wants.startsWith("text") || !["number", "boolean"].includes(typeof value)) return undefined;
  const tried = schemas.map((each) => each.safeParse(String(value)));
  const refused = tried.flatMap(({ error }) => error?.issues ?? []);
  if (tried.every(({ success }) => !success))
    for (const { message } of refused) {
      const finding = said(wrong, message);
      if (finding) return finding;
    }
  const fix = `Put it in quotes: \`${label(path)}: "${String(value)}"\`.`;
  return { path, what: `This is ${shown}; expected ${wants}.`, fix };
}

function noOption(
  { path, value, schemas, shown, wants }: Wrong,
  issue: Issue,
): Finding | undefined {
  if (issue.code !== "invalid_value" && issue.code !== "invalid_union") return undefined;
  const options = schemas.flatMap(branchesOf).flatMap(optionsOf);
  const meant = typeof value === "string" ? nearest(value, options) : undefined;
  const option = meant ?? (issue.code === "invalid_value" ? options[0] : undefined);
  if (option === undefined) return undefined;
  return {
    path,
    what: `This is ${shown}; expected ${wants}.`,
    fix: `Write \`${label(path)}: ${option}\`.`,
  };
}

/** A schema's own message, as a statement or as an instruction, whichever it is. */
function said({ path, shown, example }: Wrong, message: string): Finding | undefined {
  if (builtIn.test(message)) return undefined;
  if (isInstruction(message)) return { path, what: `This is ${shown}.`, fix: sentence(message) };
  const fix = `Write for example \`${label(path)}: ${example}\`.`;
  return { path, what: sentence(message), fix };
}

/** A field that must be said and is not. */
export function missing(root: z.ZodType, path: Path): Finding {
  const { wants, example } = expectationOf(schemasAt(root, path));
  const parent = path.slice(0, -1);
  return {
    path,
    at: "key",
    what: `\`${label(path)}\` is missing; expected ${wants}.`,
    fix: `Add \`${label(path)}: ${example}\`${parent.length > 0 ? ` below \`${pathText(parent)}\`` : ""}.`,
  };
}
