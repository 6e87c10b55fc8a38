import * as z from "zod";
import { HIDDEN } from "../contract.ts";
import { type Path, pathText } from "./mistake.ts";
import { offeredSections, type Sections, wholeSchema } from "./sections.ts";
import { below } from "./tree.ts";
import { branchesOf, isDuration, isSecretAt, schemasAt } from "./schema-walk.ts";

/** One effective value: what it is, where it comes from, and whether it had to be masked. */
export type Effective = { path: string; value: unknown; origin: string; secret: boolean };

const units = [
  ["d", 86_400_000],
  ["h", 3_600_000],
  ["m", 60_000],
  ["s", 1000],
  ["ms", 1],
] as const;

/** Milliseconds as a person writes them: `90000` is `90s`. */
export function durationText(ms: number): string {
  const [unit, size] = units.find(([, each]) => ms >= each && ms % each === 0) ?? ["ms", 1];
  return `${ms / size}${unit}`;
}

function shown(root: z.ZodType, path: Path, value: unknown): unknown {
  const duration = schemasAt(root, path).flatMap(branchesOf).some(isDuration);
  return duration && typeof value === "number" ? durationText(value) : value;
}

const masked = (value: unknown): unknown => (value === undefined ? undefined : HIDDEN);

/** Every effective value in the order of the schemas; secrets are masked here, not by whoever prints. */
export const effectiveValues = (
  sections: Sections,
  values: Readonly<Record<string, unknown>>,
  origins: Readonly<Record<string, string>>,
): Effective[] => listed({ sections, values, origins, hide: masked });

/** What is in force after a change and was not before, by path: a secret that changed is told, and masked. */
export function changedValues(
  sections: Sections,
  before: Readonly<Record<string, unknown>>,
  now: Readonly<Record<string, unknown>>,
): { path: string; from?: unknown; to?: unknown }[] {
  const all = (values: Readonly<Record<string, unknown>>): Map<string, Effective> =>
    new Map(
      listed({ sections, values, origins: {}, hide: (value) => value }).map((row) => [
        row.path,
        row,
      ]),
    );
  const [old, present] = [all(before), all(now)];
  const told = (row: Effective): unknown => (row.secret ? masked(row.value) : row.value);
  const text = (row: Effective | undefined): string => JSON.stringify(row?.value) ?? "";
  const put = [...present.values()]
    .filter((row) => !old.has(row.path) || text(old.get(row.path)) !== text(row))
    .map((row) => {
      const earlier = old.get(row.path);
      return { path: row.path, to: told(row), ...(earlier ? { from: told(earlier) } : {}) };
    });
  const gone = [...old.values()]
    .filter(({ path }) => !present.has(path))
    .map((row) => ({ path: row.path, from: told(row) }));
  return [...put, ...gone];
}

function listed(of: {
  sections: Sections;
  values: Readonly<Record<string, unknown>>;
  origins: Readonly<Record<string, string>>;
  hide: (secret: unknown) => unknown;
}): Effective[] {
  const { sections, values, origins, hide } = of;
  const root = wholeSchema(sections);
  const rows: Effective[] = [];
  const visit = (value: unknown, path: Path): void => {
    const secret = isSecretAt(root, path);
    const parts = secret ? [] : below(value, path);
    if (parts.length === 0)
      rows.push({
        path: pathText(path),
        value: secret ? hide(value) : shown(root, path, value),
        origin: originAt(pathText(path), origins),
        secret,
      });
    for (const [at, part] of parts) visit(part, at);
  };
  for (const name of offeredSections(sections)) visit(values[name], [name]);
  return rows;
}

const originAt = (path: string, origins: Readonly<Record<string, string>>): string =>
  origins[path] ?? Object.entries(origins).find(([at]) => at.startsWith(path))?.[1] ?? "default";

/** The JSON Schema of `castor.yaml`, for editors: what may be written, not what it is read as. */
export function configJsonSchema(sections: Sections): Record<string, unknown> {
  const schema = z.toJSONSchema(wholeSchema(optionalSections(sections)), {
    io: "input",
    unrepresentable: "any",
    target: "draft-7",
  });
  return { ...schema, title: "castor.yaml" };
}
const optionalSections = (sections: Sections): Sections =>
  Object.fromEntries(
    offeredSections(sections).flatMap((name) => {
      const schema = sections[name];
      return schema ? [[name, schema.optional()] as const] : [];
    }),
  );
