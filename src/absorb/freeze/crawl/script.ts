const imports = /(?:\bfrom|\bimport)\s*\(?\s*(["'])((?:\.{1,2})?\/[^"'\s<>]+)\1/g;
const importsMax = 500;

/** Modules that a script imports by a relative name, as far as they stand there as text. A guess: strings look the same. */
export const scriptNeeds = (script: string): string[] => [
  ...new Set([...script.matchAll(imports)].slice(0, importsMax).map(([, , url = ""]) => url)),
];

/** What a web app manifest names: its icons and screenshots. */
export function manifestNeeds(json: string): string[] {
  try {
    const { icons, screenshots } = JSON.parse(json) as Record<string, unknown>;
    return [icons, screenshots].flatMap((list) =>
      Array.isArray(list)
        ? list.flatMap((each: { src?: unknown }) =>
            typeof each?.src === "string" ? [each.src] : [],
          )
        : [],
    );
  } catch {
    return [];
  }
}
