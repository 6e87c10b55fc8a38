import type { Labels } from "#kernel";
import { counterNamed } from "./known-counters.ts";
import { withoutEmpty } from "../model/labels.ts";
import { fromNothing, look } from "./look.ts";
import { lookEveryMs } from "./numbers.ts";
import type { Rule } from "./rule.ts";
import type { Watch } from "./watch.ts";

const dayMs = 86_400_000;
const everyMsMax = 60_000;
/** A window moves by a tenth of itself between two looks. */
export const everyMsOf = (overMs: number): number =>
  Math.min(everyMsMax, Math.max(lookEveryMs, Math.floor(overMs / 10 / lookEveryMs) * lookEveryMs));

export function ruleWatch(name: string, rule: Rule): Watch {
  const service = rule.where["service"] ?? rule.of?.["service"];
  const own: Labels = {
    ...(service === undefined ? {} : { service }),
    ...rule.labels,
    ...{ alertname: name, severity: rule.severity },
  };
  return {
    name,
    everyMs: everyMsOf(rule.over),
    windowMs: { min: rule.over, max: rule.over + Math.max(rule.against ?? rule.over, dayMs) },
    hold: { forMs: rule.for, keepMs: rule.keepFor },
    look: (numbers, at) =>
      look(rule, numbers, at).map(({ labels: group, value, isBad }) => {
        const labels = withoutEmpty({ ...group, ...own });
        const summary = summaryOf(rule, value, labels);
        return { labels, value, isBad, annotations: { ...rule.annotations, summary } };
      }),
  };
}

function summaryOf(rule: Rule, value: number, labels: Labels): string {
  const figure = figureOf(rule, value);
  if (rule.summary !== undefined)
    return rule.summary.replaceAll(/\{(\w+)\}/g, (whole, name: string) =>
      name === "value" ? figure : (labels[name] ?? whole),
    );
  return `${subjectOf(rule, labels)} ${verdict(rule, figure)}`;
}

/** What a rule looks at: `gateway.latency p99 (service shop)`. */
function subjectOf(rule: Rule, labels: Labels): string {
  const where = Object.entries({ ...rule.where, ...pick(labels, rule.by) }).map(
    ([name, text]) => `${name} ${text}`,
  );
  const what = [
    rule.counter,
    ...(rule.quantile === undefined ? [] : [`p${Number((rule.quantile * 100).toPrecision(4))}`]),
  ];
  return `${what.join(" ")}${where.length === 0 ? "" : ` (${where.join(", ")})`}`;
}

/** When a rule is bad, in words: `gateway.requests (class 5xx) above 5 % within 5 min`. */
export function conditionOf(rule: Rule): string {
  const bound = (value: number): string => figureOf(rule, value);
  const bad =
    rule.above !== undefined
      ? `above ${bound(rule.above)}`
      : rule.below !== undefined
        ? `below ${bound(rule.below)}`
        : rule.absent
          ? "not counted at all"
          : rule.rises !== undefined
            ? `up by more than ${percentOf(rule.rises)}`
            : `down by more than ${percentOf(rule.falls ?? 0)}`;
  const each = rule.by.length === 0 ? "" : `, for each ${rule.by.join(" and ")}`;
  const subject = subjectOf({ ...rule, by: [] }, {});
  return `${subject} ${bad} within ${Number((rule.over / 60_000).toFixed(1))} min${each}`;
}

const pick = (labels: Labels, names: readonly string[]): Labels =>
  Object.fromEntries(names.map((name) => [name, labels[name] ?? ""]));

function verdict(rule: Rule, figure: string): string {
  if (rule.absent) return "was not counted at all";
  if (rule.above !== undefined) return `is ${figure}, above ${figureOf(rule, rule.above)}`;
  if (rule.below !== undefined) return `is ${figure}, below ${figureOf(rule, rule.below)}`;
  return `changed by ${figure}`;
}

/** A value in the unit of its rule. */
export function figureOf(rule: Rule, value: number): string {
  if (rule.rises !== undefined || rule.falls !== undefined)
    return value >= fromNothing
      ? "all, from nothing"
      : `${value < 0 ? "-" : "+"}${percentOf(Math.abs(value))}`;
  if (rule.of !== undefined) return percentOf(value);
  const { unit } = counterNamed(rule.counter);
  const rounded = Number(value.toPrecision(3));
  return `${rounded} ${unit}${rule.per === undefined ? "" : ` a ${rule.per}`}`;
}
const percentOf = (share: number): string => `${Number((share * 100).toPrecision(3))} %`;
