import { readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";

/** The groups of capabilities, in the order in which they may lean on each other. */
export const groups = ["platform", "run", "absorb", "observe", "respond", "learn"] as const;

export type SourceFile = { path: string; text: string };
/** A capability's folder: `id` is `group/name`, `files` are relative to it. */
export type Slice = { id: string; name: string; files: SourceFile[] };
/** What the tidy checks look at, so that a test can hand them a tree that is wrong. */
export type Tree = { sources: SourceFile[]; documents: SourceFile[]; rootEntries: string[] };

const skipped = new Set(["node_modules", ".git", "dist", ".castor", "coverage"]);

function walk(root: string, folder: string): string[] {
  return readdirSync(join(root, folder)).flatMap((entry) => {
    if (skipped.has(entry)) return [];
    const path = folder === "." ? entry : `${folder}/${entry}`;
    return statSync(join(root, path)).isDirectory() ? walk(root, path) : [path];
  });
}

/** Reads the project under `root`. */
export function readTree(root: string, rootEntries: string[]): Tree {
  const read = (path: string): SourceFile => ({
    path,
    text: readFileSync(join(root, path), "utf8"),
  });
  const files = walk(root, ".").sort();
  return {
    sources: files.filter((path) => /\.tsx?$/.test(path)).map(read),
    documents: files.filter((path) => path.endsWith(".md")).map(read),
    rootEntries,
  };
}

const sliceFile = new RegExp(`^src/((?:${groups.join("|")})/([^/]+))/(.+)$`);

/** The capabilities that a tree holds. */
export function slicesOf(tree: Tree): Slice[] {
  const slices = new Map<string, Slice>();
  for (const { path, text } of [...tree.sources, ...tree.documents]) {
    const [, id, name, rest] = sliceFile.exec(path) ?? [];
    if (id === undefined || name === undefined || rest === undefined) continue;
    const slice = slices.get(id) ?? { id, name, files: [] };
    slice.files.push({ path: rest, text });
    slices.set(id, slice);
  }
  return [...slices.values()];
}

/** Tests, and what only they use. */
export const isTest = (path: string): boolean =>
  /(\.(test|sim|testing)\.tsx?|\/testing\.ts|\/conformance[\w-]*\.ts|fixtures?\.ts)$/.test(path);

/** Code without its comments; strings stay. */
export const withoutComments = (text: string): string =>
  text.replaceAll(/\/\*[\s\S]*?\*\//g, "").replaceAll(/(^|\s)\/\/.*$/gm, "$1");
