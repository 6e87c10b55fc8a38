import { type Json, listOf, numberOf, recordOf, textOf, wordOf } from "./json.ts";
import { once } from "./once.ts";

/** One step of a stack, the crash last. Lines and columns count from one. */
export type Frame = {
  /** As it was sent: a path, a URL, or a bare name. */
  file: string;
  module?: string;
  /** As it was sent; nothing for an anonymous function. */
  name?: string;
  line?: number;
  column?: number;
  context?: string;
  /** Ours to mend, as Castor sees it: SDKs mark their own wrappers and the runtime as ours. */
  inApp: boolean;
  /** Of the error SDK or of the runtime: it says nothing about the bug. */
  foreign: boolean;
};

export const framesMax = 250;
const contextCharsMax = 400;
const placesKnownMax = 10_000;

const sdk =
  /[/\\]@sentry(-internal)?[/\\.]|^@sentry[./]|sentry_sdk([/\\.]|$)|[/\\]sentry-(ruby|php|cocoa)|io\.sentry\./i;
const runtime =
  /^(node|bun|internal|native|<anonymous>|<frozen)[:.]|^(node:|internal[/\\]|bun:|native:|<frozen |<native)|[/\\]usr[/\\](local[/\\])?lib[/\\](?:lib)?python[\d.]*[/\\](?!site-packages|dist-packages)|[/\\]lib[/\\]python[\d.]+[/\\](?!site-packages|dist-packages)|^(chrome|moz|safari|safari-web|ms-browser)-extension:|^webkit-masked-url:/i;
const library =
  /[/\\](node_modules|bower_components|site-packages|dist-packages|vendor[/\\]bundle|gems)[/\\]|^(webpack|vite)[:/].*(bootstrap|runtime)|[/\\]\.(cargo|rustup)[/\\]/i;
/** What Python's own modules are called when only the name was sent. */
const pythonOwn =
  /^(threading|asyncio|concurrent|unittest|runpy|importlib|multiprocessing|socketserver|http|queue|contextlib|functools)(\.|$)/;

const anonymous =
  /^(\?|<?anonymous>?|<lambda>|\(anonymous\)|<unknown>|unknown|null|undefined|eval)?$/i;

/** The function's own name: `Object.foo`, `async foo`, `new Foo`, `Foo.bar [as baz]` are foo, foo, Foo, bar; nothing when anonymous. */
export function functionName(sent: string | undefined): string | undefined {
  if (sent === undefined) return undefined;
  const bare = sent.replace(/\s*\[as [^\]]*\]$/, "").replace(/^(async|new|get|set)\s+/, "");
  const last = /^<.*>$/.test(bare) ? bare : (bare.split(/::|[.#/]/).at(-1) ?? "");
  return anonymous.test(last.trim()) ? undefined : last.trim();
}

/** Frames of one stack trace, oldest call first, as every SDK sends them. Nobody may change what it was given, or what it gave. */
export function framesOf(stacktrace: unknown, platform: string): readonly Frame[] {
  const sent = recordOf(stacktrace);
  if (!sent) return [];
  const read = framesRead(sent);
  let frames = read.get(platform);
  if (!frames) read.set(platform, (frames = readFrames(sent, platform)));
  return frames;
}
/** By platform: many events share one stack. */
const framesRead = once<Json, Map<string, readonly Frame[]>>(() => new Map());

function readFrames(stacktrace: Json, platform: string): Frame[] {
  const sent = listOf(stacktrace["frames"]);
  // The crash is at the end: of a runaway recursion the beginning says where it came from, and nothing is lost in between.
  const kept =
    sent.length <= framesMax ? sent : [...sent.slice(0, 50), ...sent.slice(-(framesMax - 50))];
  return kept.flatMap((each) => {
    const frame = recordOf(each);
    return frame ? [frameOf(frame, platform)] : [];
  });
}

function frameOf(sent: Json, platform: string): Frame {
  const path = wordOf(sent["abs_path"], 1_000);
  const file = wordOf(sent["filename"], 1_000) ?? path ?? wordOf(sent["package"], 1_000) ?? "";
  const module = wordOf(sent["module"]);
  const { foreign, library } = placeOf(file, path, module, platform);
  const frame: Frame = {
    file,
    foreign,
    inApp: !foreign && !library && sent["in_app"] !== false,
  };
  if (module !== undefined) frame.module = module;
  const name = wordOf(sent["function"], 300);
  if (name !== undefined) frame.name = name;
  const line = numberOf(sent["lineno"]);
  if (line !== undefined) frame.line = line;
  const column = numberOf(sent["colno"]);
  if (column !== undefined) frame.column = column;
  const context = textOf(sent["context_line"], contextCharsMax);
  if (context !== undefined) frame.context = context;
  return frame;
}

type Place = { foreign: boolean; library: boolean };
/** Every event of a program names the same files. */
const places = new Map<string, Place>();

function placeOf(
  file: string,
  path: string | undefined,
  module: string | undefined,
  platform: string,
): Place {
  const key = `${platform}\n${file}\n${path}\n${module}`;
  let place = places.get(key);
  if (!place) {
    if (places.size >= placesKnownMax) places.clear();
    const isLibrary = library.test(file) || (path !== undefined && library.test(path));
    place = { foreign: isForeign(file, path, module, platform), library: isLibrary };
    places.set(key, place);
  }
  return place;
}

function isForeign(
  file: string,
  path: string | undefined,
  module: string | undefined,
  platform: string,
): boolean {
  const named = [file, path, module].filter((each) => each !== undefined);
  if (named.some((each) => sdk.test(each))) return true;
  if (platform === "python" && module !== undefined && pythonOwn.test(module))
    return path === undefined || path === file || runtime.test(path) || /lib[/\\]python/.test(path);
  return [file, path].some((each) => each !== undefined && runtime.test(each));
}
