import type { Finding, Path } from "./mistake.ts";
import { listed, nearest } from "./nearest.ts";
import type { Sections } from "./sections.ts";
import { startsWith, valueAt, withValue } from "./tree.ts";

/**
 * What a schema cannot see: references from one section to another. Sections with grave mistakes are absent from `values`,
 * and what a check finds without them does not count.
 */
export type Check = (values: Readonly<Record<string, unknown>>) => readonly Finding[];
export type Checks = Readonly<Record<string, Check>>;

type Values = Readonly<Record<string, unknown>>;
type Parse = (whole: unknown) => { values: Values };

/** Runs every check that has enough to look at, and leaves out what is known to be wrong already. */
export function crossChecked(of: {
  checks: Checks;
  sections: Sections;
  parse: Parse;
  whole: unknown;
  wrong: readonly Finding[];
}): Finding[] {
  const { values } = of.parse(of.wrong.length > 0 ? withoutWrong(of.whole, of.wrong) : of.whole);
  return Object.entries(of.checks)
    .flatMap(([section, check]) => (section in values ? run(check, values, of.sections) : []))
    .filter((each) => !of.wrong.some((known) => startsWith(each.path, known.path)));
}

/** The whole less its wrong single values: a section that is right without them can be looked at all the same. */
function withoutWrong(whole: unknown, wrong: readonly Finding[]): unknown {
  const left = wrong.reduce((all, { path }) => {
    const single = typeof valueAt(all, path) !== "object" && typeof path.at(-1) === "string";
    return single ? withValue(all, path, undefined) : all;
  }, whole);
  return JSON.parse(JSON.stringify(left)); // Drops the keys that are now undefined.
}

/** What a check finds; nothing when it looked at a section that is absent because of its own mistakes. */
function run(check: Check, values: Values, sections: Sections): readonly Finding[] {
  let missed = false;
  const watched = new Proxy(values, {
    get: (known, name) => {
      if (typeof name === "string" && name in sections && !(name in known)) missed = true;
      return known[String(name)];
    },
  });
  const findings = check(watched);
  return missed ? [] : findings;
}

/** A finding for a name that refers to something that is not there: it lists what is. */
export function unknownReference(
  path: Path,
  kind: string,
  name: string,
  known: readonly string[],
): Finding {
  const meant = nearest(name, known);
  const there = known.length > 0 ? `those that exist: ${listed(known)}` : `there are none yet`;
  return {
    path,
    what: `There is no ${kind} \`${name}\`${meant ? `; did you mean \`${meant}\`?` : "."}`,
    fix: meant ? `Write \`${meant}\` (${there}).` : `Name a ${kind} that exists (${there}).`,
  };
}
