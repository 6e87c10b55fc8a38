import { type Alert, rank, severityOf } from "./alert.ts";
import type { Labels } from "./labels.ts";
import type { Matcher } from "../contract/silence.ts";
import { matchesAll } from "./matcher.ts";

export type InhibitRule = {
  source: readonly Matcher[];
  target: readonly Matcher[];
  equal: readonly string[];
};
/** Which service needs which others to work. */
export type DependsOn = Readonly<Record<string, readonly string[]>>;

const loudFrom = rank("error");
type Sources = { any: Map<string, string>; notTargets: Map<string, string> };

/** What is firing now, indexed so that each alert's causes are found at once. */
export class Causes {
  readonly #rules: readonly { rule: InhibitRule; sources: Sources }[];
  readonly #roots: ReadonlyMap<string, string>;
  readonly #dependsOn: DependsOn;

  constructor(of: {
    rules: readonly InhibitRule[];
    dependsOn: DependsOn;
    firing: Iterable<Alert>;
  }) {
    this.#dependsOn = of.dependsOn;
    this.#rules = of.rules.map((rule) => ({
      rule,
      sources: { any: new Map(), notTargets: new Map() },
    }));
    const down = new Map<string, string>();
    const wantsServices = Object.keys(of.dependsOn).length > 0;
    if (this.#rules.length > 0 || wantsServices)
      for (const alert of of.firing) {
        for (const { rule, sources } of this.#rules) note(rule, sources, alert);
        const { service } = alert.labels;
        if (wantsServices && service !== undefined && rank(severityOf(alert.labels)) >= loudFrom)
          down.set(service, alert.fingerprint);
      }
    // In a circle of services that all are down nobody is the root, so nobody is silent.
    this.#roots = new Map(
      [...down].filter(([service]) => !this.#above(service).some((each) => down.has(each))),
    );
  }

  /** The fingerprints of what makes this one not worth a page. */
  of(alert: Alert): string[] {
    const found: string[] = [];
    for (const { rule, sources } of this.#rules) {
      if (!matchesAll(rule.target, alert.labels)) continue;
      // What is both cause and effect is not silenced by its like.
      const isSource = matchesAll(rule.source, alert.labels);
      const cause = (isSource ? sources.notTargets : sources.any).get(equalKey(rule, alert.labels));
      if (cause !== undefined && cause !== alert.fingerprint) found.push(cause);
    }
    const root = this.rootOf(alert.labels["service"]);
    if (root !== undefined) found.push(root.fingerprint);
    return found;
  }

  /** The service below this one that is down by itself. */
  rootOf(service: string | undefined): { service: string; fingerprint: string } | undefined {
    if (service === undefined || this.#roots.size === 0) return undefined;
    for (const each of this.#above(service)) {
      const fingerprint = this.#roots.get(each);
      if (fingerprint !== undefined) return { service: each, fingerprint };
    }
    return undefined;
  }

  /** All that a service needs, directly or not, without itself. */
  #above(service: string): string[] {
    const seen = new Set<string>();
    const waiting = [...(this.#dependsOn[service] ?? [])];
    for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
      if (next === service || seen.has(next)) continue;
      seen.add(next);
      waiting.push(...(this.#dependsOn[next] ?? []));
    }
    return [...seen];
  }
}

function note(rule: InhibitRule, sources: Sources, alert: Alert): void {
  if (!matchesAll(rule.source, alert.labels)) return;
  const key = equalKey(rule, alert.labels);
  sources.any.set(key, alert.fingerprint);
  if (!matchesAll(rule.target, alert.labels)) sources.notTargets.set(key, alert.fingerprint);
}

const equalKey = ({ equal }: InhibitRule, labels: Labels): string =>
  equal.map((name) => labels[name] ?? "").join("\u0000");
