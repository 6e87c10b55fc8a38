import { type Bundle, type File, pulsePath } from "../render/bundle.ts";
import type { Change, Place } from "./place.ts";

/** The list of what Castor put somewhere; it stands there too, so that whoever publishes next sends only what changed. */
export const listPath = "files.json";
const filesMax = 20_000;

/** Path → hash. */
export type Listed = ReadonlyMap<string, string>;

const hashOf = ({ type, body }: File): string => Bun.hash.xxHash64(`${type}\n${body}`).toString(36);

/** Whoever may write there may have written anything: a path leads nowhere but into the page's own folder. */
const isOurs = (path: string): boolean =>
  /^[a-z0-9][a-z0-9_/-]*(\.[a-z0-9]+)?$/i.test(path) && !path.includes("//") && path.length < 300;

export function listedIn(text: string): Listed {
  try {
    const { files } = JSON.parse(text) as { files?: unknown };
    return new Map(
      Object.entries(files as object)
        .filter(([path, hash]) => isOurs(path) && typeof hash === "string")
        .slice(0, filesMax),
    );
  } catch {
    return new Map();
  }
}

/** What leads to other files comes after them; the front page after all, then the pulse. */
function rank(path: string): number {
  if (path === pulsePath) return 4;
  if (path === "index.html") return 3;
  if (/^[a-z]{2}\/index\.html$/.test(path)) return 2;
  return path.endsWith("index.html") ? 1 : 0;
}

/** What has to be done where `before` stands, in the order in which readers find no link that leads nowhere. */
export function changesOf(before: Listed, bundle: Bundle): { changes: Change[]; after: Listed } {
  const after = new Map([...bundle].map(([path, file]) => [path, hashOf(file)]));
  const puts = [...bundle]
    .filter(([path]) => before.get(path) !== after.get(path))
    .map(([path, file]): Change => ({ path, file }))
    .toSorted((a, b) => rank(a.path) - rank(b.path));
  const goes = [...before.keys()].filter((path) => !after.has(path) && path !== listPath);
  if (puts.length === 0 && goes.length === 0) return { changes: [], after };
  const list = JSON.stringify({ files: Object.fromEntries(after) });
  const file = { type: "application/json; charset=utf-8", body: list };
  return { changes: [...puts, ...goes.map((path) => ({ path })), { path: listPath, file }], after };
}

export type Published = { listed: Listed; files: number; bytes: number };
/** Brings a place up to date; `known` is what it is known to hold, read from there otherwise. */
export async function publishTo(
  place: Place,
  bundle: Bundle,
  known: Listed | undefined,
): Promise<Published> {
  const list = known === undefined ? await place.read(listPath) : undefined;
  const before = known ?? (list === undefined ? new Map<string, string>() : listedIn(list));
  const { changes, after } = changesOf(before, bundle);
  if (changes.length > 0) await place.write(changes);
  const bytes = changes.reduce((sum, { file }) => sum + Buffer.byteLength(file?.body ?? ""), 0);
  return { listed: after, files: changes.length, bytes };
}
