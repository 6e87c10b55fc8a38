import { posix } from "node:path";
import type { Check } from "./checks.ts";
import { groups, isTest, type Tree } from "./tree.ts";

const sliceOf = new RegExp(`^src/((?:${groups.join("|")})/[^/]+)/`);
const imported = /\bfrom\s+"(\.\.?\/[^"]+)"/g;

/** Which slices each slice imports from; its pages and tests aside. */
function needsOf({ sources }: Tree): Map<string, Set<string>> {
  const needs = new Map<string, Set<string>>();
  for (const { path, text } of sources) {
    const [, slice] = sliceOf.exec(path) ?? [];
    if (slice === undefined || isTest(path) || /\/console(\.tsx$|\/)/.test(path)) continue;
    const own = needs.get(slice) ?? new Set();
    needs.set(slice, own);
    for (const [, specifier = ""] of text.matchAll(imported)) {
      const target = posix.join(posix.dirname(path), specifier);
      const [, other] = sliceOf.exec(target) ?? [];
      if (other !== undefined && other !== slice) own.add(other);
    }
  }
  return needs;
}

/** A cycle of slices is one slice in two folders. */
export const slicesAreAcyclic: Check = (tree) => {
  const needs = needsOf(tree);
  const settled = new Set<string>();
  const found: string[] = [];
  const visit = (slice: string, way: string[]): void => {
    if (way.includes(slice)) {
      const cycle = [...way.slice(way.indexOf(slice)), slice].join(" → ");
      found.push(`${cycle}: slices that need each other are one, or one of them reacts to events`);
      return;
    }
    if (settled.has(slice)) return;
    for (const other of needs.get(slice) ?? []) visit(other, [...way, slice]);
    settled.add(slice);
  };
  for (const slice of needs.keys()) visit(slice, []);
  return found;
};
