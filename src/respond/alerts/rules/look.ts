import type { CounterDef, Labels, Millis } from "#kernel";
import { counterNamed } from "./known-counters.ts";
import type { Numbers, Span } from "./numbers.ts";
import type { Rule } from "./rule.ts";

/** What a look at one group of labels found. `isBad` is open where nothing can be said: then everything stays as it is. */
export type Seen = { labels: Labels; value: number; isBad: boolean | undefined };

export const seriesMax = 200;
/** The change of what was nothing before: a number that facts can hold. */
export const fromNothing = 1e9;
const dayMs = 86_400_000;
/** Where what was not counted looks bad, somebody must have counted for so much of the time; a busy machine looks late. */
const watchedMin = 0.6;
const unitMs = { second: 1_000, minute: 60_000, hour: 3_600_000 };

type Value = { labels: Labels; value: number; count: number };

/** Looks at a rule as of an instant; the worst come first where there are too many. */
export function look(rule: Rule, numbers: Numbers, at: Millis): Seen[] {
  const span = { from: at - rule.over, to: at };
  const seen = findings(rule, numbers, span);
  if (seen.length <= seriesMax) return seen;
  const sign = rule.below === undefined && rule.falls === undefined ? 1 : -1;
  return seen.toSorted((a, b) => sign * (b.value - a.value)).slice(0, seriesMax);
}

function findings(rule: Rule, numbers: Numbers, span: Span): Seen[] {
  const { above, below, rises, falls, atLeast } = rule;
  const now = valuesOf(rule, numbers, span);
  if (above !== undefined)
    return now.map(({ labels, value, count }) => ({
      ...{ labels, value, isBad: count >= atLeast && value > above },
    }));
  const isWatched = wasWatched(numbers, span);
  if (below !== undefined || rule.absent)
    return withUnheard(rule, numbers, { span, now }).map(({ labels, value, count }) => {
      const isLow = below === undefined ? value === 0 : value < below;
      const isBad = isLow && (rule.of === undefined || count >= atLeast);
      return { labels, value, isBad: isBad && !isWatched ? undefined : isBad };
    });
  const backMs = rule.against ?? rule.over;
  const past = { from: span.from - backMs, to: span.to - backMs };
  const before = new Map(valuesOf(rule, numbers, past).map((each) => [keyOf(each.labels), each]));
  const isPastWatched = wasWatched(numbers, past);
  return withUnheard(rule, numbers, { span, now }).map(({ labels, value, count }) => {
    const old = before.get(keyOf(labels)) ?? { value: 0, count: 0 };
    const change = old.value === 0 ? (value === 0 ? 0 : fromNothing) : value / old.value - 1;
    const isKnown = rises === undefined ? isWatched : isPastWatched;
    const isBad =
      rises === undefined
        ? change < -(falls ?? 0) && old.count >= atLeast
        : change > rises && count >= atLeast;
    return { labels, value: change, isBad: isBad && !isKnown ? undefined : isBad };
  });
}

const wasWatched = (numbers: Numbers, span: Span): boolean =>
  numbers.since <= span.from && numbers.watched(span) >= watchedMin;

function valuesOf(rule: Rule, numbers: Numbers, span: Span): Value[] {
  const counter = counterNamed(rule.counter);
  const { by, where } = rule;
  if (rule.quantile !== undefined) {
    const { quantile } = rule;
    return numbers
      .distributions(counter, span, { where, by })
      .map((each) => ({ ...each, value: each.quantile(quantile) ?? 0 }));
  }
  if (rule.of === undefined) {
    const share = rule.per === undefined ? 1 : unitMs[rule.per] / (span.to - span.from);
    return numbers
      .total(counter, span, { where, by })
      .map(({ labels, value }) => ({ labels, value: value * share, count: value }));
  }
  const part = new Map(
    numbers.total(counter, span, { where, by }).map((each) => [keyOf(each.labels), each.value]),
  );
  return numbers
    .total(counter, span, { where: rule.of, by })
    .flatMap(({ labels, value }) =>
      value > 0 ? [{ labels, count: value, value: (part.get(keyOf(labels)) ?? 0) / value }] : [],
    );
}

/** Those that were heard within the last day and are not now count as zero; without `by` there is always one. */
function withUnheard(
  rule: Rule,
  numbers: Numbers,
  { span, now }: { span: Span; now: Value[] },
): Value[] {
  // Of a share or a quantile without anything counted nothing can be said.
  if (rule.of !== undefined || rule.quantile !== undefined) return now;
  const known = new Set(now.map(({ labels }) => keyOf(labels)));
  const silent = (labels: Labels): Value => ({ labels, value: 0, count: 0 });
  if (rule.by.length === 0) return known.size === 0 ? [silent({})] : now;
  const counter: CounterDef = counterNamed(rule.counter);
  const lately = { from: span.to - dayMs, to: span.from };
  const heard = numbers.total(counter, lately, { where: rule.where, by: rule.by });
  return [
    ...now,
    ...heard.filter(({ labels }) => !known.has(keyOf(labels))).map(({ labels }) => silent(labels)),
  ];
}

export const keyOf = (labels: Labels): string =>
  Object.keys(labels)
    .sort()
    .map((name) => `${name}\u001f${labels[name]}`)
    .join("\u001e");
