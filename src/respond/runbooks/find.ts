import type { Match } from "./contract.ts";
import { type Runbook, stepsOf } from "./parse/runbook.ts";

/** `Checkout*` is every name that begins so. */
export function isLike(pattern: string, name: string): boolean {
  const [first = "", ...rest] = pattern.split("*");
  if (rest.length === 0) return pattern === name;
  const last = rest.pop() ?? "";
  if (!name.startsWith(first)) return false;
  let from = first.length;
  for (const part of rest) {
    const at = name.indexOf(part, from);
    if (at < 0) return false;
    from = at + part.length;
  }
  return name.length - from >= last.length && name.endsWith(last);
}

/** Words that tell nothing apart. */
const common = new Set(
  `the and for not with this that from have has are was were does will can its our your all any how when what which who
  nobody cannot into out over too than then service services server error errors alert alerts runbook page`.split(
    /\s+/,
  ),
);
export const wordsIn = (text: string): Set<string> =>
  new Set(
    (text.toLowerCase().match(/[\p{L}\p{N}]{3,}/gu) ?? [])
      .filter((word) => !common.has(word))
      // Enough of a stem for plurals and tenses to meet.
      .map((word) => word.replace(/(?<=\p{L}{3})(ies|es|s|ed|ing|e)$/u, "")),
  );

const textOf = ({ title, runbook, services, alerts, blocks }: Runbook): string =>
  [
    ...[title, title, runbook, ...services, ...alerts],
    ...blocks.map((each) =>
      each.kind === "text" ? each.markdown : `${each.step.says} ${each.step.more}`,
    ),
  ].join(" ");

/** So much of what was asked must be there for a likeness to be worth showing. */
const likenessMin = 0.25;

/** The share of the words asked for that a runbook has, the rarer counting more (inverse document frequency). */
export function likenesses(runbooks: readonly Runbook[], text: string): Map<Runbook, number> {
  const asked = wordsIn(text);
  if (asked.size === 0) return new Map();
  const held = runbooks.map((each) => [each, wordsIn(textOf(each))] as const);
  const weights = new Map(
    [...asked].map((word) => {
      const holders = held.filter(([, words]) => words.has(word)).length;
      return [word, Math.log(1 + runbooks.length / (0.5 + holders))];
    }),
  );
  const whole = [...weights.values()].reduce((sum, each) => sum + each, 0);
  return new Map(
    held.map(([runbook, words]) => {
      const shared = [...weights].reduce((sum, [word, w]) => sum + (words.has(word) ? w : 0), 0);
      return [runbook, shared / whole];
    }),
  );
}

type Asked = {
  services: readonly string[];
  alerts: readonly string[];
  labels: Readonly<Record<string, string>>;
  text: string;
};
type Reason = Pick<Match, "why" | "says">;

function reasonFor(runbook: Runbook, asked: Asked, likeness: number): Reason | undefined {
  const alert = asked.alerts.find((name) => runbook.alerts.some((each) => isLike(each, name)));
  if (alert !== undefined) return { why: "alert", says: `is for the alert ${alert}` };
  const labels = Object.entries(runbook.labels);
  const has = ([name, value]: [string, string]): boolean => isLike(value, asked.labels[name] ?? "");
  if (labels.length > 0 && labels.every(has))
    return { why: "labels", says: `is for ${labels.map((each) => each.join(" ")).join(", ")}` };
  const service = asked.services.find((name) =>
    runbook.services.some((each) => isLike(each, name)),
  );
  if (service !== undefined) return { why: "service", says: `is for ${service}` };
  return likeness >= likenessMin ? { why: "words", says: "has the same words" } : undefined;
}

const order: readonly Match["why"][] = ["alert", "labels", "service", "words"];

/** Which runbooks help now, the surest first; of those equally sure, those whose words are nearer. */
export function matches(
  runbooks: readonly Runbook[],
  asked: Asked,
): (Reason & { runbook: Runbook; steps: number })[] {
  const alike = likenesses(runbooks, [asked.text, ...asked.alerts, ...asked.services].join(" "));
  return runbooks
    .flatMap((runbook) => {
      const reason = reasonFor(runbook, asked, alike.get(runbook) ?? 0);
      return reason ? [{ runbook, ...reason, steps: stepsOf(runbook).length }] : [];
    })
    .toSorted(
      (a, b) =>
        order.indexOf(a.why) - order.indexOf(b.why) ||
        (alike.get(b.runbook) ?? 0) - (alike.get(a.runbook) ?? 0) ||
        (a.runbook.runbook < b.runbook.runbook ? -1 : 1),
    );
}
