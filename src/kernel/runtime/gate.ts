import type { Actor, Refusal } from "../contract.ts";
import type { Capability } from "../manifest/capability.ts";
import type { Action, Command } from "../manifest/decisions.ts";
import type { Deed } from "../manifest/guard.ts";
import { effectsFor, readFor, type World } from "./effects.ts";

/** How a deed may come past the guard: it was released, or somebody typed the name of what is lost. */
export type Pass = { isReleased?: true; confirm?: string };

type Asked = {
  verb: Command | Action;
  owner: Capability;
  /** As the schema read it. */
  input: unknown;
  by: Actor;
};

export type Loss = Pick<Deed, "what" | "name">;

const nameCharsMax = 120;

/** A name goes into subjects of letters and into the log, and is typed to confirm: one short line, whatever an input holds. */
const inOneLine = (name: string): string =>
  name
    .replaceAll(/[\p{Cc}\u200e\u200f\u2028-\u202e\u2066-\u2069]+/gu, " ")
    .trim()
    .slice(0, nameCharsMax)
    // A character of two halves is not cut in two.
    .replace(/[\ud800-\udbff]$/, "")
    .trim();

/** What is lost if this is done, or undefined where nothing is. */
export function lossOf(world: World, asked: Asked): Loss | undefined {
  const { verb, owner, input, by } = asked;
  const { destroys } = verb;
  if (!destroys || "nothing" in destroys) return undefined;
  const name = destroys.name(input, readFor(owner, world), by);
  return name === undefined
    ? undefined
    : { what: destroys.what, name: inOneLine(name) || verb.name };
}

/**
 * The one place that every deed passes, whether it comes over HTTP, by a route, by an order or from a reaction: what destroys
 * is put before the capability that guards. Gives the pass for what it does in turn. What capabilities do by themselves (retention, deadlines) is nobody's deed.
 */
export function gate(
  capabilities: readonly Capability[],
  world: () => World,
): (asked: Asked & { raw: unknown; pass?: Pass }) => Promise<Refusal | Pass> {
  const guardian = capabilities.find(({ guard }) => guard !== undefined);
  const own = new Set(capabilities.map(({ id }) => id));
  return async (asked) => {
    const { verb, raw: input, by, pass = {} } = asked;
    if (!guardian?.guard || pass.isReleased || (by.kind === "system" && own.has(by.id)))
      return pass;
    const loss = lossOf(world(), asked);
    if (!loss) return pass;
    const { name, kind, destroys } = verb;
    const allow = (destroys && "what" in destroys ? destroys.allow : undefined) ?? verb.allow;
    const confirm = pass.confirm === undefined ? {} : { confirm: pass.confirm };
    const deed: Deed = { ...loss, verb: name, kind, allow, input, by, ...confirm };
    const no = await guardian.guard(deed, effectsFor(guardian, world(), { actor: by }));
    // What it sets in motion in turn is part of what was allowed.
    return no ?? { isReleased: true };
  };
}
