/** What a file says, before anybody knows what it is. */
export type Said = Record<string, unknown>;

export const isRecord = (value: unknown): value is Said =>
  typeof value === "object" && value !== null && !Array.isArray(value);
export const recordsOf = (value: unknown): Said[] =>
  Array.isArray(value) ? value.filter(isRecord) : [];
export const textsOf = (value: unknown): string[] =>
  Array.isArray(value) ? value.filter((each) => typeof each === "string") : [];
/** Names are small letters, digits and dashes here. */
export const nameOf = (name: string): string =>
  name
    .toLowerCase()
    .replaceAll(/[^a-z0-9-]+/g, "-")
    .replaceAll(/^-+|-+$/g, "")
    .slice(0, 60) || "time";
