import { readdirSync, readFileSync, realpathSync, statSync } from "node:fs";
import { join, resolve, sep } from "node:path";

/** A file of a folder of texts: what it says, or why it could not be read. */
export type TextFile = { path: string; text: string } | { path: string; fault: string };
export type TextFolderLimits = { filesMax: number; fileBytesMax: number; depthMax: number };
/** Reads texts that people keep beside the configuration. */
export type TextFolder = {
  /** The files below `folder` with that ending, by path; an unchanged file is not read again. */
  files(folder: string, ending: string, limits: TextFolderLimits): TextFile[];
};

type Wanted = TextFolderLimits & { path: string };
type Seen = { stamp: string; file: TextFile };

/** Texts below `root`, which a relative `folder` starts from. Nothing outside the folder is read, whatever links say. */
export function textFolder(root: string): TextFolder {
  const seen = new Map<string, Seen>();
  const readOnce = (key: string, real: string, { path, fileBytesMax }: Wanted): TextFile => {
    const about = statSync(real);
    // A pipe would hold up everything until somebody writes into it.
    if (!about.isFile()) return { path, fault: "It is no file." };
    const { size, mtimeMs, ino } = about;
    const stamp = `${size} ${mtimeMs} ${ino}`;
    const known = seen.get(key);
    if (known?.stamp === stamp) return known.file;
    const file: TextFile =
      size > fileBytesMax
        ? { path, fault: `It has ${size} bytes; at most ${fileBytesMax} are read.` }
        : { path, text: readFileSync(real, "utf8") };
    seen.set(key, { stamp, file });
    return file;
  };
  const readInside = (top: string, inside: string, wanted: Wanted): TextFile => {
    const key = join(top, wanted.path);
    const real = realpathSync(key);
    return real.startsWith(inside + sep)
      ? readOnce(key, real, wanted)
      : { path: wanted.path, fault: "It is a link out of the folder." };
  };
  return {
    files: (folder, ending, limits) => {
      const top = resolve(root, folder);
      const inside = realOf(top);
      if (inside === undefined) return [];
      const [paths, more] = pathsIn(top, ending, limits);
      const found = paths.map((path) =>
        faultless(path, () => readInside(top, inside, { path, ...limits })),
      );
      const there = new Set(paths.map((path) => join(top, path)));
      for (const known of seen.keys()) if (!there.has(known)) seen.delete(known);
      const fault = `Only ${limits.filesMax} files are read; this is one more.`;
      return more === undefined ? found : [...found, { path: more, fault }];
    },
  };
}

function realOf(path: string): string | undefined {
  try {
    return realpathSync(path);
  } catch {
    return undefined;
  }
}

function faultless(path: string, read: () => TextFile): TextFile {
  try {
    return read();
  } catch (error) {
    const code = error instanceof Error && "code" in error ? String(error.code) : String(error);
    return { path, fault: `It cannot be read: ${code}.` };
  }
}

/** So many names are looked at: a folder that is the whole disk must not hold up its reader. */
const entriesMax = 20_000;

/** Paths in the order of their names, and the first that is too many; hidden files and folders are somebody else's. */
function pathsIn(
  top: string,
  ending: string,
  { depthMax, filesMax }: TextFolderLimits,
): [paths: string[], more: string | undefined] {
  const found: string[] = [];
  let looked = 0;
  const walk = (within: string, depth: number): void => {
    if (found.length > filesMax || looked > entriesMax) return;
    let entries;
    try {
      entries = readdirSync(join(top, within), { withFileTypes: true });
    } catch {
      return; // It went away meanwhile, or is not ours to read.
    }
    looked += entries.length;
    for (const entry of entries.toSorted((a, b) => (a.name < b.name ? -1 : 1))) {
      if (entry.name.startsWith(".") || entry.name === "node_modules") continue;
      const path = within === "" ? entry.name : `${within}/${entry.name}`;
      if (entry.isDirectory() && depth < depthMax) walk(path, depth + 1);
      else if (!entry.isDirectory() && entry.name.endsWith(ending)) found.push(path);
    }
  };
  walk("", 1);
  return [found.slice(0, filesMax), found[filesMax]];
}
