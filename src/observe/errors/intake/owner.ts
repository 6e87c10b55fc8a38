import { framesOf } from "../event/frames.ts";
import { type Json, listOf, recordOf, valuesOf, wordOf } from "../event/json.ts";

export type OwnerRule = { path: string; owner: string };
const framesAskedMax = 20;

/** A source file's path as it stands in a repository, as far as a frame tells. */
const plainPath = (file: string): string =>
  file
    .replace(/^[a-z][\w+.-]*:\/\/[^/]*/i, "")
    .replace(/[?#].*$/, "")
    .replaceAll("\\", "/")
    .replace(/^(?:\.{0,2}\/)+/, "");

/** As in CODEOWNERS: with a slash at the front from the root, else anywhere; a folder means all that is in it. */
export function fits(pattern: string, file: string): boolean {
  const path = plainPath(file);
  const isRooted = pattern.startsWith("/");
  const bare = pattern.replace(/^\//, "");
  const whole = bare.endsWith("/") ? `${bare}**` : bare;
  const glob = (text: string): boolean => new Bun.Glob(text).match(path);
  if (isRooted) return glob(whole) || glob(`${whole}/**`);
  return glob(whole) || glob(`**/${whole}`) || glob(`**/${whole}/**`);
}

/** Whose an event is: by the frame nearest to the crash that any rule is about; the last rule that fits it decides. */
export function ownerOf(sent: Json, rules: readonly OwnerRule[]): string | undefined {
  const [root] = valuesOf(sent["exception"]);
  const frames = framesOf(
    { frames: listOf(recordOf(recordOf(root)?.["stacktrace"])?.["frames"]) },
    wordOf(sent["platform"]) ?? "",
  );
  const ours = frames.filter(({ inApp }) => inApp).slice(-framesAskedMax);
  for (const { file } of ours.toReversed()) {
    const rule = rules.findLast(({ path }) => fits(path, file));
    if (rule) return rule.owner;
  }
  return undefined;
}
