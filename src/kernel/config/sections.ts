import * as z from "zod";
import type { Capability } from "../manifest/capability.ts";
import type { Check } from "./cross-checks.ts";
import { isEmptySection } from "./schema-walk.ts";

/** One schema per capability, by its id: the sections of `castor.yaml`. */
export type Sections = Readonly<Record<string, z.ZodType>>;

/** The schema of the whole file: every section, and nothing else. */
export const wholeSchema = (sections: Sections): z.ZodType => z.strictObject(sections);

/** The sections that have something to configure. */
export const offeredSections = (sections: Sections): string[] =>
  Object.entries(sections)
    .filter(([, schema]) => !isEmptySection(schema))
    .map(([name]) => name);

/** The sections of `castor.yaml` and the checks between them, from the capabilities alone. */
export const configurationOf = (
  capabilities: readonly Pick<Capability, "id" | "config" | "check">[],
): { sections: Sections; checks: Record<string, Check> } => ({
  sections: Object.fromEntries(capabilities.map((each) => [each.id, each.config])),
  checks: Object.fromEntries(
    capabilities.flatMap(({ id, check }) => (check ? [[id, check] as const] : [])),
  ),
});
