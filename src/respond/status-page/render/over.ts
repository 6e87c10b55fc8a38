const wordsCharsMax = 1_000;

type Tree = { readonly [key: string]: string | Tree };
const isTree = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** Words of another language laid over those that are there: the same keys, text for text. What does not fit is told, and left out. */
export function over<T extends Tree>(base: T, own: unknown): { merged: T; mistakes: string[] } {
  const mistakes: string[] = [];
  const lay = (below: Tree, above: unknown, path: string): Tree => {
    if (above === undefined || above === null) return below;
    if (!isTree(above)) {
      mistakes.push(`${path || "the file"} has no words by name`);
      return below;
    }
    for (const key of Object.keys(above))
      if (!Object.hasOwn(below, key)) mistakes.push(`there are no words ${path}${key}`);
    return Object.fromEntries(
      Object.entries(below).map(([key, text]) => {
        const given = Object.hasOwn(above, key) ? above[key] : undefined;
        if (typeof text !== "string") return [key, lay(text, given, `${path}${key}.`)];
        if (given === undefined) return [key, text];
        if (typeof given === "string" && given.length <= wordsCharsMax) return [key, given];
        mistakes.push(`${path}${key} is no text`);
        return [key, text];
      }),
    );
  };
  // The same keys, text for text.
  return { merged: lay(base, own, "") as T, mistakes };
}
