import {
  cell,
  type Group,
  isDeep,
  isEmpty,
  isGroup,
  isLetter,
  isLines,
  isRows,
  type Look,
  standsRight,
} from "./cell.ts";
import { type Ink, ink, plain, table, widthOf, wrapped } from "./ink.ts";
import { fitted } from "./fitted.ts";
import type { Terminal } from "./terminal.ts";

/** Any answer for people: lists of groups as a table, a group as fields, events in short; JSON when asked. */
export function printValue(value: unknown, asJson: boolean, terminal: Terminal): void {
  if (asJson) return terminal.out(`${JSON.stringify(value)}\n`);
  const look = { isWatched: terminal.isInteractive, now: Date.now() };
  const paper = { ...ink(terminal), look, columns: look.isWatched ? terminal.columns : Infinity };
  terminal.out(`${shown(value, paper)}\n`);
}

type Paper = Ink & { look: Look; /** Without end where nobody watches. */ columns: number };
const indentColumns = 2;
const narrower = (paper: Paper): Paper => ({ ...paper, columns: paper.columns - indentColumns });
const indented = (text: string): string => text.replaceAll(/^(?=.)/gm, " ".repeat(indentColumns));

function shown(value: unknown, paper: Paper): string {
  if (isRows(value)) return rowsShown(value, paper);
  if (Array.isArray(value))
    return isEmpty(value)
      ? paper.dim("none")
      : value.map((each) => cell(each, "", paper.look)).join("\n");
  if (!isGroup(value)) return value === null ? paper.dim("nothing") : cell(value, "", paper.look);
  if (isDone(value)) return doneShown(value, paper);
  return isEmpty(value) ? paper.dim("nothing") : groupShown(value, paper);
}

/** As a table; one after the other where rows hold lists of their own, or where a few are too wide. */
function rowsShown(rows: readonly Group[], paper: Paper): string {
  const inTurn = (): string =>
    rows.map((row) => indented(groupShown(row, narrower(paper), "told"))).join("\n\n");
  if (rows.some((row) => Object.values(row).some(isDeep))) return inTurn();
  const fields = [...new Set(rows.flatMap(Object.keys))];
  const columns = fields.map((name) => {
    const told = rows.map((row) => row[name]).filter((each) => !isEmpty(each));
    return {
      name,
      isRight: told.length > 0 && told.every((each) => standsRight(each, name)),
      isEmpty: told.length === 0,
      cells: rows.map((row) => cell(row[name], name, paper.look)),
    };
  });
  const fit = fitted(columns, paper.columns);
  if (fit.leftOut.length > 0 && rows.length <= toldInTurnMax) return inTurn();
  const lines = table(
    [
      fit.columns.map(({ name }) => paper.bold(plain(name))),
      ...rows.map((_, at) => fit.columns.map(({ cells }) => cells[at] ?? "")),
    ],
    { right: fit.columns.flatMap(({ isRight }, at) => (isRight ? [at] : [])) },
  );
  const left = `Not shown, since it is too wide: ${fit.leftOut.map(plain).join(", ")}. --json has all.`;
  return fit.leftOut.length === 0
    ? lines
    : `${lines}\n${wrapped(left, paper.columns).map(paper.dim).join("\n")}`;
}
const toldInTurnMax = 3;

/** Its fields, then what has lines of its own. Of many, only `told` matters: what is not there is left out. */
function groupShown(group: Group, paper: Paper, of: "all" | "told" = "all"): string {
  const entries = Object.entries(group).filter(([, each]) => of === "all" || !isEmpty(each));
  const isBelow = ([, each]: [string, unknown]): boolean =>
    isLetter(each) || isLines(each) || isRows(each) || isDeep(each);
  const fields = entries.filter((each) => !isBelow(each));
  const name = Math.max(0, ...fields.map(([field]) => widthOf(plain(field)))) + indentColumns;
  const rows = fields.flatMap(([field, each]) =>
    wrapped(cell(each, field, paper.look), paper.columns - name).map((line, at) => [
      at === 0 ? paper.bold(plain(field)) : "",
      line,
    ]),
  );
  const below = entries.filter(isBelow).map(([field, each]) => {
    const head = paper.bold(plain(field));
    if (isLetter(each)) return `${head}\n${each.split("\n").map(plain).join("\n")}`;
    return `${head}\n${isGroup(each) ? indented(shown(each, narrower(paper))) : shown(each, paper)}`;
  });
  return [...(rows.length > 0 ? [table(rows)] : []), ...below].join("\n\n");
}

type Done = { position: number | null; events: { type: string; says?: string }[] };
/** What a command answers. */
const isDone = (value: object): value is Done =>
  "position" in value &&
  "events" in value &&
  Array.isArray(value.events) &&
  Object.keys(value).length === 2;

function doneShown({ position, events }: Done, { green, dim }: Paper): string {
  if (events.length === 0) return `${green("✓")} already so`;
  return events
    .map(({ type, says = type }) => `${green("✓")} ${plain(says)}`)
    .join("\n")
    .concat(` ${dim(`(#${position})`)}`);
}
