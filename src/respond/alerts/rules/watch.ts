import type { Labels, Millis } from "#kernel";
import { type Held, type Hold, turned } from "./hold.ts";
import { keyOf } from "./look.ts";
import type { Numbers } from "./numbers.ts";

/** What a look at one possible alert found. */
export type Found = {
  labels: Labels;
  annotations: Labels;
  value: number;
  /** Open where nothing can be said. */
  isBad: boolean | undefined;
};

/** Something that is looked at again and again: a rule, or an objective. */
export type Watch = {
  name: string;
  everyMs: Millis;
  /** The stretches of time that it looks at. */
  windowMs: { min: Millis; max: Millis };
  hold: Hold;
  /** Whether an alert fires already may matter: some are harder to end than to begin. */
  look(numbers: Numbers, at: Millis, isFiring: (labels: Labels) => boolean): Found[];
};

export type Kept = { held: Held; labels: Labels };
/** How it stands with all alerts of one watch, by their labels. */
export type Standing = Map<string, Kept>;
export type Turn = {
  turn: "fires" | "ends";
  labels: Labels;
  annotations: Labels;
  value: number;
  /** Since when it is bad. */
  since: Millis;
  at: Millis;
};

/** One more look at an instant: the standing changes, and what fires or ends is told. */
export function lookOnce(watch: Watch, standing: Standing, numbers: Numbers, at: Millis): Turn[] {
  const isFiring = (labels: Labels): boolean => standing.get(keyOf(labels))?.held.isFiring ?? false;
  const found = new Map(
    watch.look(numbers, at, isFiring).map((each) => [keyOf(each.labels), each]),
  );
  for (const [key, { labels }] of standing)
    if (!found.has(key)) found.set(key, { labels, annotations: {}, value: 0, isBad: false });
  return [...found].flatMap(([key, { labels, annotations, value, isBad }]) => {
    const before = standing.get(key)?.held;
    const { held, turn } = turned(before, isBad, at, watch.hold);
    if (held) standing.set(key, { held, labels });
    else standing.delete(key);
    if (turn === undefined) return [];
    const since = held?.since ?? before?.since ?? at;
    return [{ turn, labels, annotations, value, since, at }];
  });
}
