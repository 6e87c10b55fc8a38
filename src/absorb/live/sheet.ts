import { ShowConfig } from "./config.ts";
import { choicesMax, questionsMax } from "./contract/shape.ts";

/** A question as castor.yaml says it. */
type SheetQuestion = { text: string; choices: string[]; right?: string; window?: string };
export type Sheet = { questions: Record<string, SheetQuestion>; mistakes: string[] };

/** Columns that are no choice, by what heads them. */
const special = ["question", "right", "window", "name"] as const;
type Special = (typeof special)[number];
const separators = [",", ";", "\t"] as const;

/** A head without what is quoted decides: spreadsheets of half the world write semicolons. */
function separatorOf(text: string): string {
  const head = (text.split(/\r?\n/, 1)[0] ?? "").replaceAll(/"[^"]*"/g, "");
  const count = (separator: string): number => head.split(separator).length;
  return separators.toSorted((a, b) => count(b) - count(a))[0] ?? ",";
}

type Row = { line: number; fields: string[] };

/** Rows of a CSV file (RFC 4180), with the line on which each begins. */
function rowsOf(text: string): Row[] {
  const separator = separatorOf(text);
  // Quoted, where two quotes are one and lines may end; or up to the next separator.
  const field = new RegExp(` *"((?:[^"]|"")*)"[^${separator}\\n]*|[^${separator}\\n]*`, "y");
  const rows: Row[] = [];
  let [line, row]: [number, Row] = [1, { line: 1, fields: [] }];
  for (let at = 0; at <= text.length; at++) {
    field.lastIndex = at;
    const [all = "", quoted] = field.exec(text) ?? [];
    row.fields.push((quoted?.replaceAll('""', '"') ?? all).trim());
    line += all.split("\n").length - 1;
    at += all.length;
    if (text[at] === separator) continue;
    rows.push(row);
    row = { line: ++line, fields: [] };
  }
  return rows.filter(({ fields }) => fields.some((each) => each !== ""));
}

const isSpecial = (head: string): head is Special => (special as readonly string[]).includes(head);

/** One row as a question; the right choice is named by the head of its column, or by its words. */
function questionOf(
  heads: readonly string[],
  fields: readonly string[],
): { name: string; question: SheetQuestion; mistake: string | undefined } {
  const said: Record<Special, string> = { question: "", right: "", window: "", name: "" };
  const choices: { head: string; words: string }[] = [];
  for (const [place, head] of heads.entries()) {
    const words = fields[place] ?? "";
    const key = head.toLowerCase();
    if (isSpecial(key)) said[key] = words;
    else if (words !== "") choices.push({ head: key, words });
  }
  const wanted = said.right.toLowerCase();
  const right =
    choices.find(({ words }) => words === said.right) ??
    choices.find(({ head }) => head === wanted);
  const question: SheetQuestion = {
    ...{ text: said.question, choices: choices.map(({ words }) => words) },
    ...(right && { right: right.words }),
    ...(said.window !== "" && {
      window: /^\d+$/.test(said.window) ? `${said.window}s` : said.window,
    }),
  };
  const isLost = said.right !== "" && right === undefined;
  return {
    ...{ name: said.name, question },
    mistake: isLost ? `“${said.right}” is none of its choices` : undefined,
  };
}

/** What is wrong with a question, as castor.yaml would say. */
function mistakesOf(question: SheetQuestion): string[] {
  const checked = ShowConfig.safeParse({ title: "x", questions: { one: question } });
  return (checked.error?.issues ?? []).map(({ path, message }) => {
    const where = path.slice(2).join(".");
    return where === "" ? message : `${where}: ${message}`;
  });
}

/** Questions from a spreadsheet: a head `question`, one column for each choice, and `right`, `window`, `name` where wanted. */
export function sheetOf(text: string): Sheet {
  const [head, ...rows] = rowsOf(text.replace(/^\uFEFF/, ""));
  const heads = head?.fields ?? [];
  const choiceCount = heads.filter((each) => each !== "" && !isSpecial(each.toLowerCase())).length;
  if (!heads.some((each) => each.toLowerCase() === "question") || choiceCount < 2)
    return {
      questions: {},
      mistakes: [
        "The first line names the columns: question, one for each choice (such as A, B, C), and right, window and name where you want them.",
      ],
    };
  const questions: Sheet["questions"] = {};
  const mistakes: string[] = [];
  if (choiceCount > choicesMax) mistakes.push(`line 1: at most ${choicesMax} choices`);
  if (rows.length === 0) mistakes.push("There is no question below the first line.");
  if (rows.length > questionsMax)
    mistakes.push(`At most ${questionsMax} questions, and here are ${rows.length}.`);
  for (const [place, { line, fields }] of rows.entries()) {
    const { name, question, mistake } = questionOf(heads, fields);
    const called = name === "" ? `q${place + 1}` : name;
    const wrong = mistake === undefined ? mistakesOf(question) : [mistake];
    // A name of digits alone would be sorted before all others.
    if (!/^[a-z][a-z0-9-]{0,39}$/.test(called))
      wrong.push(`name: small letters, digits and dashes, a letter first, at most 40`);
    if (Object.hasOwn(questions, called)) wrong.push(`name: ${called} is there twice`);
    mistakes.push(...wrong.map((each) => `line ${line}: ${each}`));
    questions[called] = question;
  }
  return { questions, mistakes };
}
