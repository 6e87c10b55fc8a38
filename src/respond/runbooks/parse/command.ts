import { parse } from "yaml";
import type { Mistake } from "../contract.ts";
import type { RawCommand } from "./runbook.ts";

/** What a runbook may take from where it is opened. */
export const variables = ["service", "incident", "alert"] as const;
export type Variables = Partial<Record<(typeof variables)[number], string>>;

const isGroup = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** The inside of a ```castor block: a verb, and its input as YAML, on the same line or below. */
export function readCommand(
  text: string,
  line: number,
): { command: RawCommand } | { mistake: Omit<Mistake, "file"> } {
  const [, verb = "", rest = ""] =
    /^\s*([a-z][a-z0-9-]*\.[a-z0-9-]+)(?=\s|$)([\s\S]*)$/.exec(text) ?? [];
  const fix = "Write a verb and its input, such as `gateway.drain { service: $service }`.";
  if (verb === "") return { mistake: { line, what: "This block names no verb.", fix } };
  let input: unknown;
  try {
    input = parse(rest, { maxAliasCount: 0 }) ?? {};
  } catch (error) {
    const why =
      String(error)
        .split("\n")[0]
        ?.replace(/^\w+: /, "") ?? "";
    return { mistake: { line, what: `The input of ${verb} is no YAML: ${why}`, fix } };
  }
  if (!isGroup(input))
    return { mistake: { line, what: `The input of ${verb} is not names with values.`, fix } };
  const strange = variablesIn(input).find(
    (each) => !(variables as readonly string[]).includes(each),
  );
  if (strange !== undefined) {
    const there = variables.map((each) => `$${each}`).join(", ");
    return {
      mistake: {
        line,
        what: `There is no $${strange}.`,
        fix: `There are ${there}; a plain $ is $$.`,
      },
    };
  }
  return { command: { verb, input, line } };
}

const pattern = /\$\$|\$([a-zA-Z]\w*)/g;

function variablesIn(value: unknown): string[] {
  if (typeof value === "string")
    return [...value.matchAll(pattern)].flatMap(([, name]) => name ?? []);
  if (Array.isArray(value)) return value.flatMap(variablesIn);
  return isGroup(value) ? Object.values(value).flatMap(variablesIn) : [];
}

/** The input with values for its variables, and which of them have none. A value is only ever text within a value. */
export function filled(
  input: Record<string, unknown>,
  values: Variables,
): { input: Record<string, unknown>; needs: string[] } {
  const given: Readonly<Record<string, string | undefined>> = values;
  const fill = (value: unknown): unknown => {
    if (typeof value === "string")
      return value.replaceAll(pattern, (whole, name?: string) =>
        name === undefined ? "$" : (given[name] ?? whole),
      );
    if (Array.isArray(value)) return value.map(fill);
    return isGroup(value)
      ? Object.fromEntries(Object.entries(value).map(([name, each]) => [name, fill(each)]))
      : value;
  };
  const needs = [...new Set(variablesIn(input))].filter((name) => given[name] === undefined);
  return { input: fill(input) as Record<string, unknown>, needs };
}
