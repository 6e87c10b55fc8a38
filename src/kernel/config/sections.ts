import type { Capability } from "../manifest/capability.ts";
import type { Check, Sections } from "./load.ts";

/** The sections of `castor.yaml` and the checks between them, from the capabilities alone. */
export const configurationOf = (
  capabilities: readonly Pick<Capability, "id" | "config" | "check">[],
): { sections: Sections; checks: Record<string, Check> } => ({
  sections: Object.fromEntries(capabilities.map((each) => [each.id, each.config])),
  checks: Object.fromEntries(
    capabilities.flatMap(({ id, check }) => (check ? [[id, check] as const] : [])),
  ),
});
