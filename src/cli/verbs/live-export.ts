import { open } from "node:fs/promises";
import { resolve } from "node:path";
import { type Command, exit, toCastor, UsageError } from "../command.ts";
import { connect } from "../connect.ts";
import { ink, plain } from "../ink.ts";

const formats = ["csv", "json"];

/** `castor live export`: published results, or who answered what, as a file. */
export const liveExport: Command = {
  usage: "live export <show> [--format csv|json] [--answers] [--to path]",
  summary: "Write the published results of a show, or all its answers, as a file.",
  about:
    "Published results may be shown to anybody: their noise is in them. --answers is who answered what, by participants' numbers, as CSV: it takes an admin, is possible from the end of the show until it is erased, and stands in the log.",
  example: "castor live export final-night --to results.csv",
  wordsMin: 1,
  wordsMax: 1,
  options: {
    format: { type: "text", value: formats.join("|"), about: "csv when absent." },
    answers: { type: "flag", about: "Every single answer, not the published counts." },
    to: { type: "text", value: "path", about: "Where to; show.csv and the like when absent." },
    ...toCastor,
  },
  async run(given, terminal) {
    const [show = ""] = given.words;
    const format = given.text("format") ?? "csv";
    const isAnswers = given.flag("answers");
    if (!formats.includes(format))
      throw new UsageError(`There is no format ${format}.`, `There are ${formats.join(" and ")}.`);
    if (isAnswers && format !== "csv")
      throw new UsageError("Answers are written as CSV.", "Leave --format out.");
    const path = resolve(
      terminal.folder,
      given.text("to") ?? `${show}${isAnswers ? "-answers" : ""}.${format}`,
    );
    const parts = await connect(given, terminal).stream(
      isAnswers ? "live.answers" : "live.export",
      { show, ...(isAnswers ? {} : { format }) },
    );
    // Nobody else on this machine needs to read who answered what.
    const file = await open(path, "w", isAnswers ? 0o600 : 0o644);
    try {
      for await (const part of parts) await file.write(part);
    } finally {
      await file.close();
    }
    if (given.flag("json")) terminal.out(`${JSON.stringify({ path, format })}\n`);
    else terminal.out(`${ink(terminal).green("✓")} ${plain(path)}\n`);
    return exit.ok;
  },
};
