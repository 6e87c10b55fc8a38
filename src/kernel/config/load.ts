import type * as z from "zod";
import { type Checks, crossChecked } from "./cross-checks.ts";
import { type Environment, interpolate, overridesFrom } from "./environment.ts";
import { givenVariable } from "./given.ts";
import { findingsOf } from "./issues.ts";
import { type Finding, type Mistake, type Path, pathText } from "./mistake.ts";
import { listed } from "./nearest.ts";
import { type Origins, originsOf } from "./origins.ts";
import { offeredSections, type Sections, wholeSchema } from "./sections.ts";
import { isGroup, startsWith, valueAt, withValue } from "./tree.ts";
import { unknownKeys } from "./unknown-keys.ts";
import { readYaml, type Source } from "./yaml-source.ts";

export type Loaded =
  | { ok: true; values: Record<string, unknown>; origins: Origins }
  | { ok: false; mistakes: Mistake[] };

export type Input = {
  /** The text of the configuration file; empty when there is none. */
  text: string;
  /** Its name, as mistakes and origins tell it. */
  file: string;
  sections: Sections;
  env: Environment;
  checks?: Checks;
  /** Values from the command line, by path; they win over everything. */
  given?: readonly Given[];
};
export type Given = { path: Path; value: unknown };
type Override = Given & { origin: string };

/** Reads, completes and checks the whole configuration: every mistake at once, or the values with their origins. */
export function loadConfig(input: Input): Loaded {
  const { text, file, sections, env } = input;
  const read = readYaml(text, file);
  if (read.mistakes.length > 0) return { ok: false, mistakes: read.mistakes };
  const { source } = read;
  const shape = wrongShape(source, read.value, offeredSections(sections));
  if (shape) return { ok: false, mistakes: [shape] };

  const root = wholeSchema(sections);
  const references = interpolate(source, env, root);
  const written = withSections(source.document.toJS(), sections);
  const fromEnv = overridesFrom(env, root, written);
  const overrides = inOneList(fromEnv.overrides, input.given ?? [], env);
  const whole = overrides.reduce<unknown>(
    (all, { path, value }) => withValue(all, path, value),
    written,
  );

  const parsed = parseSections(root, whole, sections);
  const unknown = unknownKeys(root, whole);
  // A misspelled key is one mistake, not also a missing one.
  const meant = new Set(unknown.map((each) => pathText(each.means ?? [])));
  const wrong = [...unknown, ...parsed.findings.filter((each) => !meant.has(pathText(each.path)))];
  const parse = (other: unknown) => parseSections(root, other, sections);
  const checked = crossChecked({ checks: input.checks ?? {}, sections, parse, whole, wrong });
  const unset = new Set(references.mistakes.map((each) => each.path));
  const mistakes = [
    ...references.mistakes,
    ...fromEnv.mistakes,
    ...[...wrong, ...checked]
      .map((finding) => placed(source, overrides, finding))
      .filter((each) => !unset.has(each.path)),
  ];
  if (mistakes.length > 0) return { ok: false, mistakes: inOrder(mistakes) };
  const origin = originIn(source, overrides, references.origins);
  return { ok: true, values: parsed.values, origins: originsOf(parsed.values, whole, origin) };
}

const originOf = (variable: string, env: Environment): string =>
  env[givenVariable]?.split(",").includes(variable) ? "command line" : `environment ${variable}`;

/** The strongest last. */
const inOneList = (
  fromEnv: readonly (Given & { variable: string })[],
  given: readonly Given[],
  env: Environment,
): Override[] => [
  ...fromEnv.map((each) => ({ ...each, origin: originOf(each.variable, env) })),
  ...given.map((each) => ({ ...each, origin: "command line" })),
];

/** An absent or empty section means its defaults. */
function withSections(read: unknown, sections: Sections): Record<string, unknown> {
  const said = isGroup(read) ? read : {};
  const empty = Object.keys(sections).filter((each) => (said[each] ?? null) === null);
  return { ...said, ...Object.fromEntries(empty.map((each) => [each, {}])) };
}

function wrongShape(source: Source, value: unknown, sections: string[]): Mistake | undefined {
  if (value === null || value === undefined) return undefined;
  if (isGroup(value) && !Array.isArray(value)) return undefined;
  return {
    file: source.file,
    path: pathText([]),
    what: `The file holds ${Array.isArray(value) ? "a list" : "a single text"}; sections are expected.`,
    fix: `Start with a section at the left edge: ${listed(
      sections.map((each) => `\`${each}:\``),
      "or",
    )}.`,
    ...source.place([], "value"),
  };
}

function parseSections(
  root: z.ZodType,
  whole: unknown,
  sections: Sections,
): { values: Record<string, unknown>; findings: Finding[] } {
  const values: Record<string, unknown> = {};
  const findings: Finding[] = [];
  for (const [name, schema] of Object.entries(sections)) {
    // Each is read once, or once in a long while: writing code for it would take longer than reading it.
    const result = schema.safeParse(valueAt(whole, [name]), { jitless: true });
    if (result.success) values[name] = result.data;
    else
      findings.push(
        ...result.error.issues.flatMap((each) => findingsOf(root, whole, each, [name])),
      );
  }
  return { values, findings };
}

function placed(
  source: Source,
  overrides: readonly Override[],
  { path, what, fix, at = "value" }: Finding,
): Mistake {
  const override = overrides.findLast((each) => startsWith(path, each.path));
  const words = { path: pathText(path), what, fix };
  if (override) return { file: override.origin, line: 0, column: 0, excerpt: "", ...words };
  return { file: source.file, ...words, ...source.place(path, at) };
}

/** In the order of the file, one for each place: what is said of a value after its first mistake is noise. */
function inOrder(mistakes: readonly Mistake[]): Mistake[] {
  const first = mistakes.filter(
    ({ path }, at) => mistakes.findIndex((each) => each.path === path) === at,
  );
  return first.sort((a, b) => a.line - b.line || a.column - b.column);
}

const originIn =
  (source: Source, overrides: readonly Override[], variables: ReadonlyMap<string, string>) =>
  (path: Path): string => {
    const override = overrides.findLast((each) => startsWith(path, each.path));
    if (override) return override.origin;
    const { line, column } = source.place(path, "value");
    const from = variables.get(pathText(path));
    return `${source.file}:${line}:${column}${from ? ` (${from})` : ""}`;
  };
