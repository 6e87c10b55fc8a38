import { ink, plain, table } from "./ink.ts";
import type { Terminal } from "./terminal.ts";

const isGroup = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

const hasId = (value: unknown): value is { id: string } =>
  isGroup(value) && typeof value["id"] === "string";

const isText = (value: unknown): value is string => typeof value === "string";
/** Sentences stand on lines of their own; names fit on one. */
const isLines = (value: readonly unknown[]): boolean =>
  value.every(isText) && value.some((each) => each.includes(" "));

/** A text of several lines, to be read as it is. */
const isLetter = (value: unknown): value is string => isText(value) && value.includes("\n");

function cell(value: unknown, name = ""): string {
  if (value === null || value === undefined || value === "") return "–";
  if (typeof value === "number") return figure(value, name);
  if (Array.isArray(value) && value.length > 0) {
    if (value.every(hasId)) return plain(value.map((each) => each.id).join(", "));
    if (value.every(isText)) return plain(value.join(", "));
  }
  if (isGroup(value) && !Object.values(value).some(isDeep))
    return Object.entries(value)
      .map(([field, each]) => `${plain(field)} ${cell(each, field)}`)
      .join(", ");
  return plain(typeof value === "object" ? JSON.stringify(value) : String(value));
}

/** Moments are milliseconds in the API, and their names end so everywhere; `from` and `to` may be of anything else too. */
function figure(value: number, name: string): string {
  if (/(^(at|since|until)|At|Since|Until)$/.test(name)) return new Date(value).toISOString();
  if (/^(from|to)$/.test(name) && value >= spanMomentMin) return new Date(value).toISOString();
  return String(Number.isInteger(value) ? value : Number(value.toPrecision(digitsShown)));
}
const digitsShown = 4;
/** The year 2000: no count of anything is as large. */
const spanMomentMin = 946_684_800_000;

/** What no cell of a table has room for. */
const isDeep = (value: unknown): boolean =>
  (isGroup(value) && Object.keys(value).length > groupFieldsMax) ||
  (Array.isArray(value) && value.some(isGroup) && !value.every(hasId));
const groupFieldsMax = 3;

/** Any answer for people: lists of groups as a table, a group as fields, events in short; JSON when asked. */
export function printValue(value: unknown, asJson: boolean, terminal: Terminal): void {
  if (asJson) terminal.out(`${JSON.stringify(value)}\n`);
  else terminal.out(`${shown(value, terminal)}\n`);
}

function shown(value: unknown, terminal: Terminal): string {
  const { bold, dim, green } = ink(terminal);
  if (Array.isArray(value)) {
    if (value.length === 0) return dim("none");
    if (!value.every(isGroup)) return value.map((each) => cell(each)).join("\n");
    // Rows that hold lists of their own are told one after the other.
    if (value.some((row) => Object.values(row).some(isDeep)))
      return value.map((row) => indented(shown(row, terminal))).join("\n\n");
    const fields = [...new Set(value.flatMap(Object.keys))];
    const rows = value.map((row) => fields.map((field) => cell(row[field], field)));
    return table([fields.map((field) => bold(field)), ...rows]);
  }
  if (!isGroup(value)) return value === null ? dim("nothing") : cell(value);
  if (isDone(value)) {
    if (value.events.length === 0) return `${green("✓")} already so`;
    return value.events
      .map(({ type, says = type }) => `${green("✓")} ${plain(says)}`)
      .join("\n")
      .concat(` ${dim(`(#${value.position})`)}`);
  }
  const lists = Object.entries(value).filter(
    ([, each]) =>
      isLetter(each) ||
      (Array.isArray(each) && each.length > 0 && (each.every(isGroup) || isLines(each))),
  );
  const fields = Object.entries(value).filter((each) => !lists.some(([name]) => name === each[0]));
  return [
    ...(fields.length > 0
      ? [table(fields.map(([name, each]) => [bold(name), cell(each, name)]))]
      : []),
    ...lists.map(
      ([name, each]) =>
        `${bold(name)}\n${isLetter(each) ? each.split("\n").map(plain).join("\n") : shown(each, terminal)}`,
    ),
  ].join("\n\n");
}

const indented = (text: string): string => text.replaceAll(/^(?=.)/gm, "  ");

/** What a command answers. */
const isDone = (
  value: Record<string, unknown>,
): value is { position: number | null; events: { type: string; says?: string }[] } =>
  "position" in value && Array.isArray(value["events"]) && Object.keys(value).length === 2;
