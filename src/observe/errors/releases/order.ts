/** A release as far as its place among the others goes. `at` is when it was first heard of. */
export type Placed = { release: string; at: number };

type Version = { name: string; core: number[]; pre: string[] };
const shape =
  /^(?:(.{1,200}?)[@/-])?v?(\d{1,9})\.(\d{1,9})(?:\.(\d{1,9}))?(?:\.(\d{1,9}))?(?:-([0-9a-z.-]{1,100}))?(?:\+[\w.-]{1,100})?$/i;

/** `shop@2.3.1-rc.1+77`, or nothing where a release is named otherwise, such as by a commit. */
export function versionOf(release: string): Version | undefined {
  const [, name = "", ...rest] = shape.exec(release) ?? [];
  const pre = rest[4] ?? "";
  if (rest[0] === undefined) return undefined;
  return {
    name,
    core: rest.slice(0, 4).map((each) => Number(each ?? 0)),
    pre: pre === "" ? [] : pre.split("."),
  };
}

/**
 * Order of releases, negative when `a` came before `b`: by version (semver.org 2.0, section 11) where both are versions of
 * one thing, else by when each was first heard of.
 */
export function compareReleases(a: Placed, b: Placed): number {
  if (a.release === b.release) return 0;
  const [x, y] = [versionOf(a.release), versionOf(b.release)];
  const byVersion = x && y && x.name === y.name ? compareVersions(x, y) : 0;
  return byVersion !== 0 ? byVersion : a.at - b.at;
}

function compareVersions(x: Version, y: Version): number {
  for (const [at, part] of x.core.entries()) {
    const difference = part - (y.core[at] ?? 0);
    if (difference !== 0) return difference;
  }
  if (x.pre.length === 0 || y.pre.length === 0) return y.pre.length - x.pre.length;
  for (let at = 0; at < Math.max(x.pre.length, y.pre.length); at++) {
    const [left, right] = [x.pre[at], y.pre[at]];
    if (left === undefined || right === undefined) return left === undefined ? -1 : 1;
    const difference = compareParts(left, right);
    if (difference !== 0) return difference;
  }
  return 0;
}

function compareParts(left: string, right: string): number {
  const [a, b] = [left, right].map((each) => (/^\d+$/.test(each) ? Number(each) : undefined));
  if (a !== undefined && b !== undefined) return a - b;
  if (a !== undefined || b !== undefined) return a !== undefined ? -1 : 1;
  return left < right ? -1 : left > right ? 1 : 0;
}
