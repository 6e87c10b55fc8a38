import type { RE2JS } from "re2js";

/** A regular expression that takes time in proportion to the text, whoever wrote it. */
export type Expression = { test(text: string): boolean };

/** One character of a text: itself, escaped, any, of a class. Such mean the same here as in RE2. */
const atom = String.raw`(?:[^\\^$.|?*+()[\]{}]|\\[\^$\\.*+?()[\]{}|/]|\\[dDwW]|\.|\[\^?(?:[^\\[\]^]|\\[\^$\\.*+?()[\]{}|/-])+\])`;
const branch = `${atom}*(?:${atom}[*+?]${atom}*)?`;
/** What people mostly write, `a|b` and `prefix-.*`: with one repetition in each branch the engine at hand is linear too, and fast. */
const plain = new RegExp(`^${branch}(?:\\|${branch})*$`, "su");

/** Linear in the text, and in the expression too: `.{0,1000}.{0,1000}` is twenty letters and two thousand steps. */
const stepsMax = 2_000;
const charsMax = 2_000;
/** What repetitions by number may make of it before it is looked at more closely (RE2 takes 1,000 of one within another). */
const writtenOutCharsMax = 200_000;
const repeatsMax = 1_000;

/** RE2, as Prometheus has it: loaded where somebody wrote more than that. */
let engine: typeof RE2JS | undefined;
function linear(value: string, how: "matches" | "find"): Expression {
  const counts = [...value.matchAll(/\{(\d+)(?:,(\d*))?\}/g)].map(([, n, m]) => Number(m || n));
  const times = counts.reduce((all, each) => Math.min(repeatsMax, all * Math.max(1, each)), 1);
  if (value.length > charsMax || value.length * times > writtenOutCharsMax) throw new TooLarge();
  engine ??= (require("re2js") as { RE2JS: typeof RE2JS }).RE2JS;
  const made = engine.compile(value, engine.DOTALL);
  if (made.programSize() > stepsMax) throw new TooLarge();
  return { test: (text) => made.matcher(text)[how]() };
}
class TooLarge extends Error {}

const knownMax = 2_000;
const known = new Map<string, Expression>();
function once(key: string, make: () => Expression): Expression {
  const found = known.get(key);
  if (found) return found;
  const made = make();
  if (known.size >= knownMax) known.clear();
  known.set(key, made);
  return made;
}

/** Anchored at both ends, as Prometheus does. Throws where it is none. */
export const expressionOf = (value: string): Expression =>
  once(`^${value}`, () =>
    plain.test(value) ? new RegExp(`^(?:${value})$`, "su") : linear(value, "matches"),
  );

/** True where some part of the text is it. Throws where it is no expression. */
export const foundIn = (value: string): Expression =>
  once(`~${value}`, () => linear(value, "find"));
