import { type Path, pathText } from "./mistake.ts";
import { below, isGroup, valueAt } from "./tree.ts";

/** Where each value comes from, by its path: `castor.yaml:12:5`, a variable, `default`, `command line`. */
export type Origins = Record<string, string>;

/**
 * Finds the origin of every single value. One that became a group when it was read (an address as host and port) gives
 * its origin to all that it became.
 */
export function originsOf(
  values: Readonly<Record<string, unknown>>,
  written: unknown,
  origin: (path: Path) => string,
): Origins {
  const origins: Origins = {};
  const visit = (value: unknown, path: Path, inherited: string | undefined): void => {
    const input = valueAt(written, path);
    const said = input === undefined ? "default" : origin(path);
    const here = inherited ?? (input === undefined || isGroup(input) ? undefined : said);
    const parts = below(value, path);
    if (parts.length === 0) origins[pathText(path)] = here ?? said;
    for (const [at, part] of parts) visit(part, at, here);
  };
  for (const [at, value] of below(values, [])) visit(value, at, undefined);
  return origins;
}
