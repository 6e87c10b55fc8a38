import { type Image, located } from "./images.ts";
import { type Json, known, listOf, numberOf, recordOf, recordsOf, textOf, wordOf } from "./json.ts";
import { once } from "./once.ts";
import { placeOf } from "./place.ts";

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
  /** Of the error SDK or of the runtime, or a bare address: it says nothing about the bug. */
  foreign: boolean;
};

export const framesMax = 250;
const contextCharsMax = 400;

/**
 * Frames of one stack trace, oldest call first, as every SDK sends them; `images` are the binaries that addresses are found in.
 * Nobody may change what it was given, or what it gave.
 */
export function framesOf(
  stacktrace: unknown,
  platform: string,
  images: readonly Image[] = [],
): readonly Frame[] {
  const sent = recordOf(stacktrace);
  if (!sent) return [];
  if (images.length > 0) return readFrames(sent, platform, images);
  const read = framesRead(sent);
  let frames = read.get(platform);
  if (!frames) read.set(platform, (frames = readFrames(sent, platform, images)));
  return frames;
}
/** By platform: many events share one stack. */
const framesRead = once<Json, Map<string, readonly Frame[]>>(() => new Map());

function readFrames(stacktrace: Json, platform: string, images: readonly Image[]): Frame[] {
  const sent = framesSent(stacktrace);
  // Some SDKs mark only what is ours, others only what is not.
  const marksOurs = sent.some((each) => each["in_app"] === true);
  return sent.map((each) => frameOf(located(each, images), platform, marksOurs));
}

/** What was sent of each frame that is read, in the same order. */
export function framesSent(stacktrace: unknown): readonly Json[] {
  const sent = listOf(recordOf(stacktrace)?.["frames"]);
  // The crash is at the end: of a runaway recursion the beginning says where it came from, and nothing is lost in between.
  const kept =
    sent.length <= framesMax ? sent : [...sent.slice(0, 50), ...sent.slice(-(framesMax - 50))];
  return recordsOf(kept);
}

function frameOf(sent: Json, platform: string, marksOurs: boolean): Frame {
  const own = wordOf(sent["platform"], 40)?.toLowerCase() ?? platform;
  const path = wordOf(sent["abs_path"], 1_000);
  const binary = wordOf(sent["package"], 1_000);
  const file = wordOf(sent["filename"], 1_000) ?? path ?? binary ?? "";
  const module = wordOf(sent["module"]);
  const { foreign, library } = placeOf({ file, path, module, binary }, own);
  const isOurs = typeof sent["in_app"] === "boolean" ? sent["in_app"] : !marksOurs;
  const optional = {
    module,
    name: wordOf(sent["function"], 300) ?? wordOf(sent["raw_function"], 300),
    line: numberOf(sent["lineno"]),
    column: numberOf(sent["colno"]),
    context: textOf(sent["context_line"], contextCharsMax),
  };
  const saysNothing = file === "" && optional.name === undefined && module === undefined;
  const inApp = isOurs && !foreign && !library && !saysNothing;
  return { file, foreign: foreign || saysNothing, inApp, ...known(optional) };
}
