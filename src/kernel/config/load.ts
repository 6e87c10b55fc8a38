import * as z from "zod";
import { type Environment, interpolate, overridesFrom, withValue } from "./environment.ts";
import { findingsOf, unknownKeys, valueAt } from "./issues.ts";
import { type Finding, type Mistake, type Path, pathText } from "./mistake.ts";
import { listed, nearest } from "./nearest.ts";
import { isEmptySection } from "./schema-walk.ts";
import { readYaml, type Source } from "./yaml-source.ts";

/** One schema per capability, by its id: the sections of `castor.yaml`. */
export type Sections = Readonly<Record<string, z.ZodType>>;
/** What a schema cannot see: references from one section to another. Sections with grave mistakes are absent from `values`, and what a check finds without them does not count. */
export type Check = (values: Readonly<Record<string, unknown>>) => readonly Finding[];

export type Loaded =
  | {
      ok: true;
      values: Record<string, unknown>;
      /** Where each value comes from, by its path: `castor.yaml:12:5`, a variable, `default`, `command line`. */
      origins: Record<string, string>;
    }
  | { ok: false; mistakes: Mistake[] };

export type Input = {
  /** The text of the configuration file; empty when there is none. */
  text: string;
  /** Its name, as mistakes and origins tell it. */
  file: string;
  sections: Sections;
  env: Environment;
  checks?: Readonly<Record<string, Check>>;
  /** Values from the command line, by path; they win over everything. */
  given?: readonly { path: Path; value: unknown }[];
};

/** The schema of the whole file: every section, and nothing else. */
export const wholeSchema = (sections: Sections): z.ZodType => z.strictObject(sections);

/** Reads, completes and checks the whole configuration: every mistake at once, or the values with their origins. */
export function loadConfig({ text, file, sections, env, checks = {}, given = [] }: Input): Loaded {
  const read = readYaml(text, file);
  if (read.mistakes.length > 0) return { ok: false, mistakes: read.mistakes };
  const { source } = read;
  const root = wholeSchema(sections);
  const shape = wrongShape(source, read.value, offeredSections(sections));
  if (shape) return { ok: false, mistakes: [shape] };

  const references = interpolate(source, env, root);
  const unset = new Set(references.mistakes.map((each) => each.path));
  const written = withSections(asGroup(source.document.toJS()), sections);
  const fromEnv = overridesFrom(env, root, written);
  const overrides = [
    ...fromEnv.overrides.map((each) => ({ ...each, origin: `${each.variable} environment` })),
    ...given.map((each) => ({ ...each, origin: "command line" })),
  ];
  const whole = overrides.reduce<unknown>(
    (all, each) => withValue(all, each.path, each.value),
    written,
  );

  const place = (finding: Finding) => placed(source, overrides, finding);
  const unknown = unknownKeys(root, whole);
  const parsed = parseSections(root, whole, sections);
  const wrong = [...unknown, ...parsed.findings];
  const usable = wrong.length > 0 ? salvaged(root, whole, sections, wrong) : parsed.values;
  const checked = Object.entries(checks)
    .flatMap(([section, check]) => (section in usable ? checkedOver(usable, sections, check) : []))
    .filter((each) => !wrong.some((known) => startsWith(each.path, known.path)));
  const mistakes = [
    ...references.mistakes,
    ...fromEnv.mistakes,
    ...[...wrong, ...checked].map(place).filter((each) => !unset.has(each.path)),
  ];
  if (mistakes.length > 0) return { ok: false, mistakes: inOrder(mistakes) };
  const origins = originsOf(parsed.values, whole, (path) => {
    const override = overrides.findLast((each) => startsWith(path, each.path));
    if (override) return override.origin;
    const from = source.place(path, "value");
    const variables = references.origins.get(pathText(path));
    return `${source.file}:${from.line}:${from.column}${variables ? ` (${variables})` : ""}`;
  });
  return { ok: true, values: parsed.values, origins };
}

/** The sections that have something to configure. */
export const offeredSections = (sections: Sections): string[] =>
  Object.keys(sections).filter((each) => {
    const schema = sections[each];
    return schema && !isEmptySection(schema);
  });

const asGroup = (value: unknown): Record<string, unknown> =>
  typeof value === "object" && value !== null ? (value as Record<string, unknown>) : {};

/** An absent or empty section means its defaults. */
function withSections(read: Record<string, unknown>, sections: Sections): Record<string, unknown> {
  const empty = Object.keys(sections).filter((each) => (read[each] ?? null) === null);
  return { ...read, ...Object.fromEntries(empty.map((each) => [each, {}])) };
}

function wrongShape(source: Source, value: unknown, sections: string[]): Mistake | undefined {
  if (value === null || value === undefined) return undefined;
  if (typeof value === "object" && !Array.isArray(value)) return undefined;
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

function parseSections(root: z.ZodType, whole: unknown, sections: Sections) {
  const values: Record<string, unknown> = {};
  const findings: Finding[] = [];
  for (const [name, schema] of Object.entries(sections)) {
    const result = schema.safeParse(valueAt(whole, [name]));
    if (result.success) values[name] = result.data;
    else
      findings.push(
        ...result.error.issues.flatMap((each) => findingsOf(root, whole, each, [name])),
      );
  }
  return { values, findings };
}

/**
 * What the checks between sections may look at although some values are wrong: the sections that become right when the
 * wrong single values are left out. A section with more wrong than that is absent, rather than half there.
 */
function salvaged(root: z.ZodType, whole: unknown, sections: Sections, wrong: readonly Finding[]) {
  const without = wrong.reduce((all, { path }) => {
    const value = valueAt(all, path);
    const single = typeof value !== "object" && typeof path.at(-1) === "string";
    return single ? withValue(all, path, undefined) : all;
  }, whole);
  return parseSections(root, JSON.parse(JSON.stringify(without)), sections).values;
}

/** What a check finds; nothing when it looked at a section that is absent because of its own mistakes. */
function checkedOver(
  usable: Readonly<Record<string, unknown>>,
  sections: Sections,
  check: Check,
): readonly Finding[] {
  let missed = false;
  const watched = new Proxy(usable, {
    get: (values, name) => {
      if (typeof name === "string" && name in sections && !(name in values)) missed = true;
      return values[String(name)];
    },
  });
  const findings = check(watched);
  return missed ? [] : findings;
}

const startsWith = (path: Path, start: Path): boolean =>
  start.every((part, at) => path[at] === part);

function placed(
  source: Source,
  overrides: readonly { path: Path; origin: string }[],
  { path, what, fix, at = "value" }: Finding,
): Mistake {
  const override = overrides.findLast((each) => startsWith(path, each.path));
  const words = { path: pathText(path), what, fix };
  if (override) return { file: override.origin, line: 0, column: 0, excerpt: "", ...words };
  return { file: source.file, ...words, ...source.place(path, at) };
}

/** In the order of the file; the same thing said twice is said once. */
function inOrder(mistakes: Mistake[]): Mistake[] {
  const unique = new Map(mistakes.map((each) => [`${each.path} ${each.what}`, each]));
  return [...unique.values()].sort((a, b) => a.line - b.line || a.column - b.column);
}

function originsOf(
  values: unknown,
  written: unknown,
  origin: (path: Path) => string,
): Record<string, string> {
  const origins: Record<string, string> = {};
  const visit = (value: unknown, path: Path, known: string | undefined): void => {
    const input = valueAt(written, path);
    const isLeafInput = input !== undefined && (typeof input !== "object" || input === null);
    const here = known ?? (isLeafInput ? origin(path) : undefined);
    const entries = typeof value === "object" && value !== null ? Object.entries(value) : [];
    if (entries.length === 0) {
      origins[pathText(path)] = here ?? (input === undefined ? "default" : origin(path));
      return;
    }
    for (const [key, below] of entries)
      visit(below, [...path, Array.isArray(value) ? Number(key) : key], here);
  };
  for (const [name, value] of Object.entries(values as object)) visit(value, [name], undefined);
  return origins;
}

/** A finding for a name that refers to something that is not there: it lists what is. */
export function unknownReference(
  path: Path,
  kind: string,
  name: string,
  known: readonly string[],
): Finding {
  const meant = nearest(name, known);
  const there = known.length > 0 ? `those that exist: ${listed(known)}` : `there are none yet`;
  return {
    path,
    what: `There is no ${kind} \`${name}\`${meant ? `; did you mean \`${meant}\`?` : "."}`,
    fix: meant ? `Write \`${meant}\` (${there}).` : `Name a ${kind} that exists (${there}).`,
  };
}
