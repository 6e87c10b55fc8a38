import * as z from "zod";
import { type Path, pathText } from "./mistake.ts";
import { offeredSections, type Sections, wholeSchema } from "./sections.ts";
import { below } from "./tree.ts";
import { branchesOf, isDuration, isSecretAt, schemasAt } from "./schema-walk.ts";

export const MASK = "••••••";

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

/** Every effective value in the order of the schemas; secrets are masked here, not by whoever prints. */
export function effectiveValues(
  sections: Sections,
  values: Readonly<Record<string, unknown>>,
  origins: Readonly<Record<string, string>>,
): Effective[] {
  const root = wholeSchema(sections);
  const rows: Effective[] = [];
  const visit = (value: unknown, path: Path): void => {
    const secret = isSecretAt(root, path);
    const parts = secret ? [] : below(value, path);
    if (parts.length === 0)
      rows.push({
        path: pathText(path),
        value: secret && value !== undefined ? MASK : shown(root, path, value),
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
