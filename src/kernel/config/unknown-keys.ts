import type * as z from "zod";
import type { Finding, Path } from "./mistake.ts";
import { listed, nearest } from "./nearest.ts";
import { branchesOf, defOf, isEmptySection, isOpen, keysOf, schemasAt } from "./schema-walk.ts";
import { isGroup, valueAt } from "./tree.ts";

/** `means` is the path of the key that was probably meant. */
export type UnknownKey = Finding & { means?: Path };

/** Keys that no schema names: a typo must never silently mean the default. */
export function unknownKeys(root: z.ZodType, whole: unknown, above: Path = []): UnknownKey[] {
  const value = valueAt(whole, above);
  if (!isGroup(value)) return [];
  if (Array.isArray(value))
    return value.flatMap((_, at) => unknownKeys(root, whole, [...above, at]));
  const branches = schemasAt(root, above).flatMap(branchesOf);
  const objects = branches.filter((each) => defOf(each).type === "object");
  const isClosed = objects.length > 0 && branches.every(isClosedObject);
  const known = [...new Set(objects.flatMap(keysOf))];
  const offered = (): string[] =>
    known.filter((key) => !schemasAt(root, [...above, key]).some(isEmptySection));
  return Object.keys(value).flatMap((key) =>
    isClosed && !known.includes(key)
      ? [unknownKey(above, key, offered())]
      : unknownKeys(root, whole, [...above, key]),
  );
}

const isClosedObject = (schema: z.ZodType): boolean =>
  defOf(schema).type !== "record" && (defOf(schema).type !== "object" || !isOpen(schema));

function unknownKey(above: Path, key: string, offered: readonly string[]): UnknownKey {
  const owner = above.findLast((part) => typeof part === "string");
  const where = owner === undefined ? "" : ` in \`${owner}\``;
  const meant = nearest(key, offered);
  const path = [...above, key];
  if (meant === undefined)
    return {
      path,
      at: "key",
      what: `\`${key}\` is not known${where}.`,
      fix: `Remove it; known here: ${listed(offered) || "nothing"}.`,
    };
  return {
    path,
    at: "key",
    what: `\`${key}\` is not known${where}; did you mean \`${meant}\`?`,
    fix: `Write \`${meant}\`.`,
    means: [...above, meant],
  };
}
