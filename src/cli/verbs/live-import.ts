import { readFileSync, statSync } from "node:fs";
import { resolve } from "node:path";
import { stringify } from "yaml";
import type { Definition } from "../../absorb/live/contract.ts";
import { type Api, Refused } from "../api.ts";
import { type Command, exit, Failure, toCastor, UsageError } from "../command.ts";
import { connect } from "../connect.ts";
import { plain } from "../ink.ts";
import type { Terminal } from "../terminal.ts";

const fileBytesMax = 5_000_000;
const mistakesShownMax = 20;
type Questions = Definition["questions"];

function read(file: string, terminal: Terminal): string {
  const path = resolve(terminal.folder, file);
  const size = statSync(path, { throwIfNoEntry: false })?.size;
  if (size === undefined) throw new Failure(`There is no ${plain(file)} here.`);
  if (size > fileBytesMax) throw new Failure(`${plain(file)} is larger than 5 MB.`);
  return readFileSync(path, "utf8");
}

/** What an added show is now; undefined where there is none of that name. */
async function known(api: Api, show: string) {
  try {
    return (await api.ask("live.definition", { show })) as {
      definition: Definition;
      version: number;
      isInFile: boolean;
    };
  } catch (error) {
    if (error instanceof Refused && error.problem.type?.endsWith("live.unknown-show"))
      return undefined;
    throw error;
  }
}

type Wanted = { show: string; title: string | undefined; questions: object };

/** Plans the show, or gives the one that was added before these questions instead of its own. */
async function plan(api: Api, { show, title, questions }: Wanted): Promise<string> {
  const before = await known(api, show);
  if (before?.isInFile)
    throw new Failure(
      `castor.yaml says what ${show} is.`,
      "Without --add the lines for castor.yaml are printed.",
    );
  const named = title === undefined ? {} : { title };
  const definition = before
    ? { ...before.definition, ...named, questions }
    : { title: title ?? show, questions };
  await api.act(before ? "live.change" : "live.add", {
    ...{ show, definition, ...(before && { base: before.version }) },
  });
  return before ? "has other questions now" : "is planned";
}

/** `castor live import`: a spreadsheet of questions as a show. */
export const liveImport: Command = {
  usage: "live import <show> <file.csv> [--title text] [--add]",
  summary: "A show from a spreadsheet of questions: castor.yaml lines, or planned at once.",
  about:
    "The first line names the columns: question, then one for each choice (A, B, C, …), and where wanted right (A, or the words of the choice), window (30, or 2m) and name. Without right it is a poll. A comma, a semicolon or a tab stands between the columns, as spreadsheets write it. With --add it is planned in the running Castor, and importing anew changes it until its doors open.",
  example: "castor live import final-night questions.csv --add",
  wordsMin: 2,
  wordsMax: 2,
  options: {
    title: {
      type: "text",
      value: "text",
      about: "What the audience calls it; its name otherwise.",
    },
    add: { type: "flag", about: "Plan it in the running Castor instead of printing lines." },
    ...toCastor,
  },
  async run(given, terminal) {
    const [show = "", file = ""] = given.words;
    if (!/^[a-z0-9][a-z0-9-]{0,39}$/.test(show))
      throw new UsageError("A show is called by small letters, digits and dashes, at most 40.");
    const { sheetOf } = await import("../../absorb/live/sheet.ts");
    const { questions, mistakes } = sheetOf(read(file, terminal));
    if (mistakes.length > 0) {
      const more = mistakes.length - mistakesShownMax;
      const shown = mistakes.slice(0, mistakesShownMax).map((each) => `  ${plain(each)}`);
      throw new Failure(
        `${plain(file)} has to be mended:\n${shown.join("\n")}${more > 0 ? `\n  and ${more} more` : ""}`,
        "castor live import --help says how it is written.",
      );
    }
    const title = given.text("title");
    const count = Object.keys(questions as Questions).length;
    if (given.flag("add")) {
      const became = await plan(connect(given, terminal), { show, title, questions });
      terminal.out(
        given.flag("json")
          ? `${JSON.stringify({ show, questions: count })}\n`
          : `✓ ${show} ${became}: ${count} questions. castor live now ${show} says what comes next.\n`,
      );
      return exit.ok;
    }
    const config = { live: { shows: { [show]: { title: title ?? show, questions } } } };
    terminal.out(
      given.flag("json") ? `${JSON.stringify(config)}\n` : stringify(config, { lineWidth: 0 }),
    );
    return exit.ok;
  },
};
