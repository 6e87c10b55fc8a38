import { isCard, isSecretName, mark, scrubText, type Why } from "./secrets.ts";

/** What a project adds to the rules, or takes from them. */
export type ScrubRules = {
  /** Names whose values are taken out too, in any case. */
  keys: ReadonlySet<string>;
  /** Names that only look secret here. */
  keepKeys: ReadonlySet<string>;
  patterns: readonly RegExp[];
  /** Whether local variables of frames are kept, scrubbed like all else, or dropped. */
  variables: "keep" | "drop";
};
export const noRules: ScrubRules = {
  keys: new Set(),
  keepKeys: new Set(),
  patterns: [],
  variables: "keep",
};

/** Where something was taken out: `extra.environ`, and why. */
export type Scrubbed = { path: string; why: Why };

const depthMax = 40;
const valuesMax = 60_000;
const toldMax = 50;
const namesKnownMax = 10_000;

/** Of the SDK and the protocol, not of the program: names there mean something else (a package called `csrf`). */
const protocolParts = new Set(["modules", "sdk", "_meta", "debug_meta", "event_id", "fingerprint"]);
const codeNames = new Set(["context_line", "pre_context", "post_context"]);
/** Events repeat what is said of frames: it is looked through once. */
const repeatedNames = new Set([...codeNames, "filename", "abs_path", "function", "module"]);
const clean = new Set<string>();
const cleanMax = 20_000;
const environmentNames = /^(environ|environment_variables|env|process\.env|sys\.environ|envvars)$/i;
const environmentSigns = ["HOME", "PWD", "SHELL", "USER", "LANG", "HOSTNAME"];
const secretNames = new Map<string, boolean>();

/**
 * Takes out of an event what must not be kept, in place, before anything of it is written: values by their name, secrets by their
 * form, cookies, dumps of the environment. What was taken out is marked where it was, and the first places are told.
 */
export function scrub(event: Record<string, unknown>, rules: ScrubRules): Scrubbed[] {
  const walk = new Walk(rules);
  for (const name in event)
    if (!protocolParts.has(name)) event[name] = walk.value(event[name], name, 0);
  return walk.told;
}

class Walk {
  readonly told: Scrubbed[] = [];
  readonly #rules: ScrubRules;
  /** The names that lead to where the walk is; put together only when there is something to tell. */
  readonly #path: (string | number)[] = [];
  #values = 0;

  constructor(rules: ScrubRules) {
    this.#rules = rules;
  }

  value(value: unknown, name: string, depth: number): unknown {
    if (++this.#values > valuesMax) return "[left out: too many values]";
    if (depth === 0) this.#path[0] = name;
    if (typeof value === "string") return this.#text(value, name, depth);
    if (typeof value === "number")
      return value > 1e11 && isCard(String(value)) ? this.#gone("card number", depth) : value;
    if (typeof value !== "object" || value === null) return value;
    if (depth > depthMax) return "[left out: too deep]";
    if (Array.isArray(value)) return this.#list(value, name, depth + 1);
    return this.#record(value as Record<string, unknown>, name, depth + 1);
  }

  #list(list: unknown[], name: string, depth: number): unknown[] {
    for (let at = 0; at < list.length; at++) {
      const each = list[at];
      this.#path[depth] = at;
      const key = nameOfPair(each);
      const now =
        key !== undefined && this.#isSecret(key)
          ? [key, this.#gone("secret", depth)]
          : this.value(each, name, depth);
      if (now !== each) list[at] = now;
    }
    return list;
  }

  #record(record: Record<string, unknown>, name: string, depth: number): unknown {
    if (depth > 1 && isEnvironment(record, name)) return this.#gone("environment", depth - 1);
    if (name === "vars" && this.#rules.variables === "drop")
      return this.#gone("local variable", depth - 1);
    const areCookies = name === "cookies";
    for (const key in record) {
      const value = record[key];
      this.#path[depth] = key;
      const now = areCookies ? this.#gone("cookie", depth) : this.#field(value, key, depth);
      // Writing costs more than looking, and nearly all of an event is clean.
      if (now !== value) record[key] = now;
    }
    return record;
  }

  /** A value by its name; no secret lies in nothing, nor in a yes or no. */
  #field(value: unknown, key: string, depth: number): unknown {
    if (value === null || value === "" || typeof value === "boolean") return value;
    if (this.#isSecret(key)) return this.#gone(/cookie/i.test(key) ? "cookie" : "secret", depth);
    return this.value(value, key, depth);
  }

  #text(text: string, name: string, depth: number): string {
    if (name === "cookies") return this.#gone("cookie", depth);
    if (text.length < 6 && this.#rules.patterns.length === 0) return text;
    const hear = (why: Why): void => this.#tell(why, depth);
    const repeats = repeatedNames.has(name);
    const isClean = repeats && clean.has(text);
    const out = isClean ? text : scrubText(text, codeNames.has(name), hear);
    if (repeats && !isClean && out === text) rememberClean(text);
    return this.#rules.patterns.reduce(
      (left, pattern) => left.replace(pattern, () => this.#gone("rule", depth)),
      out,
    );
  }

  #isSecret(name: string): boolean {
    const { keys, keepKeys } = this.#rules;
    if (keys.size > 0 || keepKeys.size > 0) {
      const lower = name.toLowerCase();
      if (keepKeys.has(lower)) return false;
      if (keys.has(lower)) return true;
    }
    let known = secretNames.get(name);
    if (known === undefined) {
      known = isSecretName(name.replaceAll(/([a-z\d])([A-Z])/g, "$1_$2"));
      if (secretNames.size >= namesKnownMax) secretNames.clear();
      secretNames.set(name, known);
    }
    return known;
  }

  #gone(why: Why, depth: number): string {
    this.#tell(why, depth);
    return mark(why);
  }

  #tell(why: Why, depth: number): void {
    if (this.told.length >= toldMax) return;
    this.told.push({
      path: this.#path
        .slice(0, depth + 1)
        .join(".")
        .slice(0, 200),
      why,
    });
  }
}

/** Headers, query strings and tags also come as pairs of a name and a text. */
const nameOfPair = (each: unknown): string | undefined =>
  Array.isArray(each) &&
  each.length === 2 &&
  typeof each[0] === "string" &&
  typeof each[1] === "string"
    ? each[0]
    : undefined;

const isEnvironment = (record: Record<string, unknown>, name: string): boolean =>
  environmentNames.test(name) ||
  ("PATH" in record && environmentSigns.filter((sign) => sign in record).length >= 2);

function rememberClean(text: string): void {
  if (clean.size >= cleanMax) clean.clear();
  clean.add(text);
}
