import { type Json, listOf, numberOf, recordOf, textOf, valuesOf, wordOf } from "../event/json.ts";
import { keysOf } from "./keys.ts";
import type { Library } from "./library.ts";
import type { Original, SourceMap } from "./source-map.ts";

type Writable = Record<string, unknown>;
type Stack = { frames: Writable[]; scripts: string[] };
export type Outcome = {
  /** Nothing was done yet: these keys have to be looked for first. */
  asks?: string[];
  /** Where a map would have been found, of the scripts that have none. */
  lacks: string[];
  /** Was any frame changed? */
  changed: boolean;
};

const framesMax = 250;
const keysMax = 40;
/** Shorter names than this are a minifier's. */
const ownNameCharsMin = 4;
const notOurs =
  /(^|\/)node_modules\/|(^|\/)@sentry(-internal)?\/|^\(?webpack\)?\/(bootstrap|runtime)/;

/**
 * Puts the frames of an event where people wrote them: file, line, function and the lines around, by maps that were uploaded.
 * `library` is asked for each script's map; without one (`undefined`) nobody uploaded any.
 */
export function symbolicate(
  sent: Json,
  of: { project: number; library: Library | undefined; mayAsk: boolean },
): Outcome {
  const stacks = stacksOf(sent);
  const scripts = [...new Set(stacks.flatMap((each) => each.scripts))].filter(
    (each) => each !== "",
  );
  const keys = keysOf(sent, scripts);
  const outcome: Outcome = { lacks: [], changed: false };
  if (keys.size === 0) return outcome;
  const maps = new Map<string, SourceMap>();
  for (const [script, own] of keys) {
    const found = mapAmong(own, of);
    if (found === undefined && of.mayAsk && of.library) {
      const asks = [...new Set([...keys.values()].flat())].slice(0, keysMax);
      return { ...outcome, asks };
    }
    if (found) maps.set(script, found);
    else outcome.lacks.push(...own);
  }
  for (const stack of stacks) outcome.changed = rewrite(stack, maps) || outcome.changed;
  outcome.lacks = outcome.lacks.slice(0, keysMax);
  return outcome;
}

/** The first that is there; null when there is none, nothing when one has to be asked for. */
function mapAmong(
  keys: readonly string[],
  { library, project }: { library: Library | undefined; project: number },
): SourceMap | null | undefined {
  for (const key of keys) {
    const found = library?.find(project, key);
    if (found === undefined && library) return undefined;
    if (found !== undefined && found !== "none") return found;
  }
  return null;
}

function stacksOf(sent: Json): Stack[] {
  const bare = recordOf(sent["exception"]);
  const thrown = bare && !("values" in bare) ? [bare] : valuesOf(sent["exception"]);
  const carriers = [...thrown, ...valuesOf(sent["threads"]), sent].slice(-60);
  return carriers.flatMap((each) => {
    const frames = listOf(recordOf(recordOf(each)?.["stacktrace"])?.["frames"])
      .slice(-framesMax)
      .map((frame) => recordOf(frame) as Writable | undefined)
      .filter((frame) => frame !== undefined);
    return frames.length > 0 ? [{ frames, scripts: frames.map(scriptOf) }] : [];
  });
}

/** As the SDK names it; nothing to look for where a frame was put right before. */
function scriptOf(frame: Json): string {
  if (recordOf(recordOf(frame["data"])?.["minified"])) return "";
  return wordOf(frame["abs_path"], 1_000) ?? wordOf(frame["filename"], 1_000) ?? "";
}

function rewrite({ frames, scripts }: Stack, maps: ReadonlyMap<string, SourceMap>): boolean {
  let changed = false;
  let caller: Original | undefined;
  frames.forEach((frame, nth) => {
    const map = maps.get(scripts[nth] ?? "");
    const original = map?.at(numberOf(frame["lineno"]) ?? 0, numberOf(frame["colno"]) ?? 0);
    if (original) {
      place(frame, original, caller);
      changed = true;
    }
    caller = original;
  });
  return changed;
}

/** By the source itself; else a call site names whom it calls, so a function's name stands where its caller is. */
function place(frame: Writable, original: Original, caller: Original | undefined): void {
  const [filename, sent] = [frame["filename"], textOf(frame["function"], 300)];
  const minified = {
    filename,
    function: sent,
    lineno: frame["lineno"],
    colno: frame["colno"],
  };
  const { within } = original;
  const own = within === "constructor" ? undefined : within;
  const name = own ?? caller?.names ?? within ?? nameWorthKeeping(sent);
  frame["filename"] = original.file;
  frame["abs_path"] = original.file;
  delete frame["module"];
  if (name === undefined) delete frame["function"];
  else frame["function"] = name;
  frame["lineno"] = original.line;
  frame["colno"] = original.column;
  if (original.context === undefined) delete frame["context_line"];
  else frame["context_line"] = original.context;
  frame["pre_context"] = original.before;
  frame["post_context"] = original.after;
  frame["in_app"] = !notOurs.test(original.file);
  frame["data"] = { ...recordOf(frame["data"]), minified };
}

const nameWorthKeeping = (sent: string | undefined): string | undefined => {
  const last = sent?.split(".").at(-1) ?? "";
  return last.length >= ownNameCharsMin && /^[\w$]+$/.test(last) ? sent : undefined;
};
