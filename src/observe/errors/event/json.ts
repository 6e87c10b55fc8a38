/** What an SDK may have sent in place of what it should: every reader here gives `undefined` rather than throwing. */
export type Json = Readonly<Record<string, unknown>>;

export const recordOf = (value: unknown): Json | undefined =>
  typeof value === "object" && value !== null && !Array.isArray(value)
    ? (value as Json)
    : undefined;

export const listOf = (value: unknown): readonly unknown[] =>
  Array.isArray(value) ? (value as unknown[]) : [];

export const recordsOf = (list: readonly unknown[]): Json[] =>
  list.map(recordOf).filter((each) => each !== undefined);

/** What shows text in another order than it has, so that code reads as something else (CVE-2021-42574). */
const turning = /[\u202a-\u202e\u2066-\u2069]/;
const allTurning = new RegExp(turning, "g");

/** Text, or a number or boolean as text; cut to so many characters. */
export function textOf(value: unknown, charsMax = 8_192): string | undefined {
  if (typeof value === "string") {
    const text = value.length > charsMax ? value.slice(0, charsMax) : value;
    return turning.test(text) ? text.replaceAll(allTurning, "\ufffd") : text;
  }
  if (typeof value === "number" || typeof value === "boolean") return String(value);
  return undefined;
}

/** Text that says something, in one line. */
export const wordOf = (value: unknown, charsMax = 200): string | undefined =>
  plain(textOf(value, charsMax) ?? "").trim() || undefined;

const odd = /[\u0000-\u001f\u007f-\u009f\u200e\u200f\u2028-\u202e\u2066-\u2069\ud800-\udfff]/;
/** Without what steers a terminal or turns the direction of writing, and without halves of letters, which no address can carry. */
export const plain = (text: string): string =>
  odd.test(text)
    ? text.replaceAll(/[\p{Cc}\u200e\u200f\u2028-\u202e\u2066-\u2069]+/gu, " ").toWellFormed()
    : text;

export const numberOf = (value: unknown): number | undefined =>
  typeof value === "number" && Number.isFinite(value) ? value : undefined;

/** `[…]`, or `{ values: […] }` as the protocol also allows. */
export const valuesOf = (value: unknown): readonly unknown[] =>
  Array.isArray(value) ? (value as unknown[]) : listOf(recordOf(value)?.["values"]);

type Known<T> = { [K in keyof T]?: Exclude<T[K], undefined> };
/** Without the fields that nothing is known of. */
export const known = <T extends Record<string, unknown>>(of: T): Known<T> =>
  Object.fromEntries(Object.entries(of).filter(([, value]) => value !== undefined)) as Known<T>;
