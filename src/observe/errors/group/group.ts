import type { Frame } from "../event/frames.ts";
import { functionName } from "../event/function-name.ts";
import { once } from "../event/once.ts";
import { crashFrames, type ErrorEvent } from "../event/read-event.ts";
import type { Thrown } from "../event/thrown.ts";
import { inAnyEngine } from "./engines.ts";
import { normalise } from "./normalise.ts";

/** One way to make keys. Its version is raised when a key changes for the same event. */
export type Algorithm = { version: number; groupOf: (event: ErrorEvent) => Grouping };
/** The one in force. */
export const algorithm: Algorithm = { version: 1, groupOf };
/** The one before it, for as long as its keys still lead to issues (`upgrade.ts`): `groupOf` as it was, under its old version. */
export const formerAlgorithm: Algorithm | undefined = undefined;

/** What an event is grouped by. `exact` is one way in which it can happen, `near` is the issue. Both are hex. */
export type Grouping = {
  exact: string;
  near: string;
  /** In words, for people who ask why these are one. */
  why: string;
};

const framesKept = 8;
const contextCharsMax = 120;

/** The two keys of an event: a pure function of what was read. */
export function groupOf(event: ErrorEvent): Grouping {
  const own = keysOf(event);
  const { fingerprint } = event;
  const isOwn = fingerprint?.length === 1 && isDefault(fingerprint[0] ?? "");
  if (!fingerprint || isOwn) return hashed(own.exact, own.near, own.why);
  // The order in which the default stands among the other parts says nothing.
  const parts = fingerprint.filter((each) => !isDefault(each)).toSorted();
  const usesDefault = parts.length < fingerprint.length;
  const near = ["fingerprint", ...parts, ...(usesDefault ? own.near : [])];
  return hashed([...near, ...own.exact], near, `the fingerprint ${fingerprint.join(", ")}`);
}

type Keys = { exact: string[]; near: string[]; why: string };
const isDefault = (part: string): boolean => /^\{\{\s*default\s*\}\}$/.test(part.trim());

function keysOf(event: ErrorEvent): Keys {
  const root = event.causes[0];
  return root ? thrownKeys(event, root) : messageKeys(event);
}

function thrownKeys(event: ErrorEvent, root: Thrown): Keys {
  const types = event.causes.map((each) => (each.synthetic ? "~" : (each.type ?? "")));
  const stack = crashFrames(event.causes);
  const frames = keysOfFrames(stack);
  const crash = frames.at(-1);
  const value = normalise(inAnyEngine(root.value, event.platform));
  if (crash === undefined || frames.every(({ weak }) => weak)) {
    const near = ["weak", ...types, value, event.transaction ?? ""];
    return {
      exact: near,
      near,
      why: "what it says and its transaction, as there is no stack to go by",
    };
  }
  return {
    exact: [
      ...["exc", types.join("<"), ...frames.map((each) => each.text)],
      ...linesThatTell(frames),
      // The stack of what is no error is where the SDK was told of it, for all of them.
      ...(root.synthetic ? [value] : []),
    ],
    near: ["near", types[0] ?? "", value, crash.text, ...calledLast(event, stack)],
    why: `${root.type ?? "the error"} “${value}” at ${wayTo(crash, frames)}${types.length > 1 ? `, in ${types.slice(1).join(" in ")}` : ""}`,
  };
}

const callersTold = 3;
/** What tells this way from the others of its issue: where, and who called that. */
function wayTo({ text, number }: FrameKey, frames: readonly FrameKey[]): string {
  const nameIn = (of: string): string => of.slice(of.indexOf("|") + 1);
  const callers = frames.slice(-1 - callersTold, -1).map((each) => nameIn(each.text));
  const file = text.slice(0, text.indexOf("|"));
  const line = number === undefined ? "" : `, line ${number}`;
  const called = callers.length === 0 ? "" : `, called by ${callers.toReversed().join(" ‹ ")}`;
  return `${nameIn(text)}${file === "" ? "" : ` in ${file}`}${line}${called}`;
}

const binaries = new Set(["native", "cocoa", "c", "objc", "cpp"]);
/** A signal says as good as nothing: what our last function had called tells two of them apart. */
function calledLast({ platform }: ErrorEvent, stack: readonly Frame[]): string[] {
  const ours = stack.findLastIndex(({ inApp }) => inApp);
  const called = ours < 0 ? undefined : stack[ours + 1];
  return binaries.has(platform) && called ? [frameKey(called).text] : [];
}

function messageKeys(event: ErrorEvent): Keys {
  const text = normalise(event.message?.template ?? "");
  if (text === "") {
    const frames = keysOfFrames(event.frames).map(({ text }) => text);
    const near = ["none", event.logger ?? "", event.transaction ?? "", frames.at(-1) ?? ""];
    return { exact: [...near, ...frames], near, why: "where it came from, as it says nothing" };
  }
  const near = ["msg", event.logger ?? "", text];
  return { exact: near, near, why: `the message “${text}”` };
}

/** Ours, else whatever is neither of the SDK nor of the runtime; repetitions once; the last few. */
const keysOfFrames = once((frames: readonly Frame[]) => framesThatTell(frames).map(frameKey));

function framesThatTell(frames: readonly Frame[]): Frame[] {
  const useful = frames.filter((each) => !each.foreign);
  const ours = useful.filter((each) => each.inApp);
  const chosen = ours.length > 0 ? ours : useful;
  return chosen
    .filter((each, at) => {
      const next = chosen[at + 1];
      return !next || next.file !== each.file || next.name !== each.name || each.name === undefined;
    })
    .slice(-framesKept);
}

/** One function may fail in many ways: the line where it was thrown; where that throws for others (`throw new Error(why)`), the caller's too. */
function linesThatTell(frames: readonly FrameKey[]): string[] {
  const words = frames.at(-1)?.words ?? true;
  return frames.slice(words ? -1 : -2).map(({ line }) => line);
}

type FrameKey = {
  text: string;
  line: string;
  /** What it says may stand in the line itself. */
  words: boolean;
  number: number | undefined;
  weak: boolean;
};
function frameKey(frame: Frame): FrameKey {
  const written = writtenLine(frame);
  const name = functionName(frame.name) ?? (written && `L:${normalise(written)}`);
  return {
    text: `${fileKey(frame)}|${name ?? "?"}`,
    // A number moves with each edit above it: then what the error says leads to its issue.
    line: written?.replaceAll(/\s+/g, " ") ?? `${frame.line ?? ""}:${frame.column ?? ""}`,
    words: written === undefined || /["'`]/.test(written),
    number: frame.line,
    weak: name === undefined,
  };
}

/** The line itself, if it is one that a person wrote; it also stands for a function without a name. */
function writtenLine({ context }: Frame): string | undefined {
  const line = context?.trim();
  return !line || line.length > contextCharsMax || line.includes("{snip}") ? undefined : line;
}

/** A file wherever it lies and however often it was built. */
function fileKey({ file, module }: Frame): string {
  if (module && module !== "__main__" && !/^https?:/.test(module)) return withoutHash(module);
  const path = file
    .replace(/^[a-z][\w+.-]*:\/\/[^/]*/i, "")
    .replace(/[?#].*$/, "")
    .replaceAll("\\", "/");
  return withoutHash(path.split("/").filter(Boolean).slice(-2).join("/"));
}

const withoutHash = (path: string): string =>
  path
    .toLowerCase()
    .replaceAll(/(^|[-._/])(?=[0-9a-z_]*\d)[0-9a-f]{6,64}(?=[-._/]|$)/g, "$1<h>")
    .replaceAll(/([-.])(?=\w*\d)(?=\w*[a-z])\w{8}(?=\.(?:m?js|css)$)/g, "$1<h>")
    .replace(/\.(?:m?[jt]sx?|c[jt]s)$/, "");

const hashed = (exact: readonly string[], near: readonly string[], why: string): Grouping => ({
  exact: digest(exact),
  near: digest(near),
  why,
});
/** Half of a SHA-256: two bugs of a lifetime do not meet in 128 bits. */
function digest(parts: readonly string[]): string {
  const hash = new Bun.CryptoHasher("sha256");
  hash.update(parts.join("\u001f"));
  return hash.digest("hex").slice(0, 32);
}
