import type { Incoming } from "../intake/incoming.ts";

/** What a request of some format says: alerts, and how many of its messages were only tests. */
export type Understood = { alerts: Incoming[]; tests: number };

export type Json = Readonly<Record<string, unknown>>;
export const recordOf = (value: unknown): Json | undefined =>
  typeof value === "object" && value !== null && !Array.isArray(value)
    ? (value as Json)
    : undefined;
export const listOf = (value: unknown): readonly unknown[] =>
  Array.isArray(value) ? (value as unknown[]) : [];
export const textOf = (value: unknown): string | undefined =>
  typeof value === "string" && value !== ""
    ? value
    : typeof value === "number"
      ? String(value)
      : undefined;

/** What holds until it is said to be over: senders of this kind repeat nothing. */
export const untilSaidMs = 365 * 86_400_000;

/** Labels as texts. What Grafana marks as its own (`__x__`) is left out. */
export function textsOf(value: unknown): Record<string, string> {
  const found: Record<string, string> = {};
  for (const [name, each] of Object.entries(recordOf(value) ?? {})) {
    const text = textOf(each);
    if (text === undefined || /^__.*__$/.test(name)) continue;
    found[name] = text.slice(0, 8_000);
  }
  return found;
}

const detailsMax = 100;
const detailCharsMax = 4_000;
const asText = (value: unknown): string | undefined =>
  value === null || value === undefined ? undefined : (textOf(value) ?? JSON.stringify(value));

/** Whatever somebody said besides, as texts: an object's fields, a list or text as `details`. */
export function detailsOf(value: unknown, otherwise = "details"): Record<string, string> {
  const fields = recordOf(value) ?? { [otherwise]: value };
  const said: [string, string][] = [];
  for (const [name, each] of Object.entries(fields).slice(0, detailsMax)) {
    const text = asText(each);
    if (name !== "" && text !== undefined && text !== "")
      said.push([name.slice(0, 200), text.slice(0, detailCharsMax)]);
  }
  return Object.fromEntries(said);
}

/** Leaves out what is not said. */
export const said = (all: Record<string, string | undefined>): Record<string, string> =>
  Object.fromEntries(
    Object.entries(all).flatMap(([name, value]) =>
      value === undefined || value === "" ? [] : [[name, value.slice(0, 8_000)]],
    ),
  );
