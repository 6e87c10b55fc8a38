import type { FrozenFile, FrozenIndex } from "../kept/contract.ts";
import { extensionFor } from "./file-types.ts";

const segmentLengthMax = 100;
const pathLengthMax = 400;
/** Extensions of programs: a folder of pages is not named after them. */
const programs = /\.(php\d?|phtml|aspx?|cgi|pl|jsp|do)$/i;

/** Where each address of a snapshot lies in the export, by its key; all paths are relative, of safe segments. */
export type Mapping = {
  host: string;
  paths: ReadonlyMap<string, string>;
  others: readonly string[];
};

const hash = (text: string): string =>
  new Bun.CryptoHasher("sha256").update(text).digest("hex").slice(0, 8);

/** One folder for one host: the one with most files; the others are named. */
export function mappingOf({ files }: Pick<FrozenIndex, "files">): Mapping {
  const counts = new Map<string, number>();
  for (const { key } of files) counts.set(hostOf(key), (counts.get(hostOf(key)) ?? 0) + 1);
  const [host = "", ...others] = [...counts].toSorted((a, b) => b[1] - a[1]).map(([name]) => name);
  const paths = new Map<string, string>();
  const taken = new Set<string>(["404.html"]);
  // Pages first: their addresses are the ones that people know.
  const ours = files.filter(({ key }) => hostOf(key) === host);
  for (const file of [...ours.filter(isPage), ...ours.filter((each) => !isPage(each))]) {
    const wished = wishedPath(file);
    const path =
      [wished, beside(wished, file.key)].find((each) => isFree(each, taken)) ??
      elsewhere(wished, file.key);
    take(path, taken);
    paths.set(file.key, path);
  }
  return { host, paths, others };
}

const hostOf = (key: string): string => key.slice(0, key.indexOf("/"));
const isPage = ({ kind }: FrozenFile): boolean => kind !== "file";

/** Some file systems take `A` and `a` for the same, and none takes a file for a folder. */
function isFree(path: string, taken: ReadonlySet<string>): boolean {
  const folded = path.toLowerCase();
  const isWithinFile = foldersOf(folded).some((folder) => taken.has(folder));
  return !taken.has(folded) && !taken.has(`${folded}/`) && !isWithinFile;
}
function take(path: string, taken: Set<string>): void {
  const folded = path.toLowerCase();
  taken.add(folded);
  for (const folder of foldersOf(folded)) taken.add(`${folder}/`);
}
const foldersOf = (path: string): string[] =>
  path
    .split("/")
    .slice(0, -1)
    .map((_, i, all) => all.slice(0, i + 1).join("/"));
const beside = (path: string, key: string): string =>
  path.endsWith("/index.html")
    ? `${path.slice(0, -"/index.html".length)}-${hash(key)}/index.html`
    : path.replace(/(\.[^./]*)?$/, (extension) => `-${hash(key)}${extension}`);

const elsewhere = (path: string, key: string): string =>
  path.endsWith("index.html")
    ? `kept/${hash(key)}/index.html`
    : `kept/${hash(key)}${/\.[a-z0-9]+$/i.exec(path)?.[0] ?? ""}`;

function wishedPath(file: FrozenFile): string {
  const target = file.key.slice(file.key.indexOf("/"));
  const [path = "/", query] = target.split(/\?(.*)/s);
  const segments = path
    .split("/")
    .filter((each) => each !== "")
    .map(safe);
  const last = segments.at(-1) ?? "";
  const type = file.fields.find(([name]) => name.toLowerCase() === "content-type")?.[1] ?? "";
  if (!isPage(file)) {
    const named = [...segments.slice(0, -1), last === "" ? "file" : last].join("/");
    const whole = query === undefined ? named : withQuery(named, query);
    return fitted(whole + extensionFor(whole, type), file.key);
  }
  const isNamed = /\.x?html?$/i.test(last) && query === undefined && !path.endsWith("/");
  if (isNamed) return fitted(segments.join("/"), file.key);
  const folder = [...segments.slice(0, -1), ...(last === "" ? [] : [last.replace(programs, "")])];
  if (query !== undefined) folder.push(safe(query.replaceAll("=", "-").replaceAll("&", "_")));
  return fitted([...folder, "index.html"].join("/"), file.key);
}

const withQuery = (path: string, query: string): string =>
  path.replace(/(\.[^./]*)?$/, (extension) => `-${hash(query)}${extension}`);

const fitted = (path: string, key: string): string =>
  path.length <= pathLengthMax ? path : elsewhere(path, key);

/** A piece of a path as a name of a file: never a way out of the folder, and the same on every system. */
function safe(segment: string): string {
  const decoded = decode(segment).replaceAll(/[\x00-\x1f\x7f\\/:*?"<>|]/g, "_");
  const named = /^\.+$/.test(decoded) || decoded === "" ? "_" : decoded.replace(/[. ]+$/, "_");
  const visible = named.startsWith(".") && !named.startsWith(".well-known") ? `_${named}` : named;
  return visible.length <= segmentLengthMax
    ? visible
    : `${visible.slice(0, segmentLengthMax - 9)}-${hash(segment)}`;
}

function decode(segment: string): string {
  try {
    return decodeURIComponent(Buffer.from(segment, "latin1").toString("utf8"));
  } catch {
    return segment;
  }
}

/** How one file of the export names another: relative, so that it may lie in any folder of any server. */
export function relativeUrl(from: string, to: string): string {
  const [here, there] = [from.split("/").slice(0, -1), to.split("/")];
  let same = 0;
  while (same < here.length && same < there.length - 1 && here[same] === there[same]) same++;
  const up = "../".repeat(here.length - same);
  const down = there.slice(same).map(encodeURIComponent).join("/");
  const pretty = down.replace(/(^|\/)index\.html$/, "$1");
  return up + pretty === "" ? "./" : up + pretty;
}
