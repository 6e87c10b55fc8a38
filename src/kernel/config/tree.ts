import type { Path } from "./mistake.ts";

type Group = Record<string, unknown>;
export const isGroup = (value: unknown): value is Group =>
  typeof value === "object" && value !== null;

/** What stands below a value, each with its path: list items by number, keys by name. */
export const below = (value: unknown, path: Path): [path: Path, value: unknown][] =>
  isGroup(value)
    ? Object.entries(value).map(([key, each]) => [
        [...path, Array.isArray(value) ? Number(key) : key],
        each,
      ])
    : [];

/** The value at a path of the file. */
export function valueAt(value: unknown, path: Path): unknown {
  let at = value;
  for (const part of path) {
    if (!isGroup(at)) return undefined;
    at = at[part];
  }
  return at;
}

/** Whether the file says something at a path, be it nothing (`key:` alone). */
export function isSaid(value: unknown, path: Path): boolean {
  const last = path.at(-1);
  const parent = valueAt(value, path.slice(0, -1));
  return last === undefined || (isGroup(parent) && last in parent);
}

/** Sets a value at a path, making groups on the way; answers a new whole. */
export function withValue(whole: unknown, path: Path, value: unknown): unknown {
  const [part, ...rest] = path;
  if (part === undefined) return value;
  const into = isGroup(whole) ? whole : typeof part === "number" ? [] : {};
  const set = withValue((into as Group)[part], rest, value);
  if (!Array.isArray(into)) return { ...into, [part]: set };
  const copy: unknown[] = [...into];
  copy[Number(part)] = set;
  return copy;
}

/** Whether a path is another one, or leads to something below it. */
export const startsWith = (path: Path, start: Path): boolean =>
  start.every((part, at) => path[at] === part);
