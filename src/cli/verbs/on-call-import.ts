import { readFileSync, statSync } from "node:fs";
import { resolve } from "node:path";
import { stringify } from "yaml";
import { type Imported, imported } from "../../respond/on-call/import/import.ts";
import { type Command, exit, Failure } from "../command.ts";
import { plain } from "../ink.ts";
import type { Terminal } from "../terminal.ts";

const fileBytesMax = 50_000_000;

function read(file: string, terminal: Terminal): unknown {
  const path = resolve(terminal.folder, file);
  const size = statSync(path, { throwIfNoEntry: false })?.size;
  if (size === undefined) throw new Failure(`There is no ${plain(file)} here.`);
  if (size > fileBytesMax) throw new Failure(`${plain(file)} is larger than 50 MB.`);
  try {
    // Some programs write a mark of their byte order first.
    return JSON.parse(readFileSync(path, "utf8").replace(/^\uFEFF/, ""));
  } catch (error) {
    throw new Failure(
      `${plain(file)} is no JSON: ${plain(String(error))}`,
      "Save what the API answers, as it is.",
    );
  }
}

/** A comment line is one line, whatever an export holds. */
const comment = (note: string): string => `# - ${plain(note.replaceAll(/\s+/g, " "))}\n`;

const written = ({ config, notes }: Imported): string =>
  [
    "# Written by `castor on-call import`. Compare the next weeks with what you had: `castor on-call timeline`.\n",
    notes.length === 0
      ? ""
      : `# Not carried over, or carried over differently:\n${notes.map(comment).join("")}`,
    stringify(config, { lineWidth: 0 }),
  ].join("");

/** `castor on-call import`: rotations, people and policies of another tool, as lines for castor.yaml. */
export const onCallImport: Command = {
  usage: "on-call import FILE…",
  summary: "Write castor.yaml lines from what Grafana OnCall, PagerDuty or Opsgenie exported.",
  about:
    "Files are what their APIs answer, as JSON, in any order: PagerDuty's /schedules/ID, /escalation_policies and /users; Grafana OnCall's /api/v1/schedules, on_call_shifts, escalation_chains, escalation_policies and users; Opsgenie's /v2/schedules?expand=rotation, /v2/escalations and /v2/users. What could not be carried over stands at the top as comments.",
  example: "castor on-call import schedules.json shifts.json users.json >> castor.yaml",
  options: {},
  wordsMin: 1,
  wordsMax: 100,
  run: async (given, terminal) => {
    const files = given.words.map((file) => read(file, terminal));
    const made = imported(files, Date.now());
    if (!made)
      throw new Failure(
        "There is nothing of Grafana OnCall, PagerDuty or Opsgenie in these files.",
        "castor on-call import --help says which answers of their APIs it reads.",
      );
    terminal.out(given.flag("json") ? `${JSON.stringify(made)}\n` : written(made));
    if (made.notes.length > 0)
      terminal.err(`Not carried over as it was: ${made.notes.length}; it stands at the top.\n`);
    return exit.ok;
  },
};
