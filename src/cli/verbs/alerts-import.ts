import { readFileSync, statSync } from "node:fs";
import { resolve } from "node:path";
import { parse, stringify } from "yaml";
import { type Imported, importedAlertmanager } from "../../respond/alerts/import/alertmanager.ts";
import { type Command, exit, Failure } from "../command.ts";
import { plain } from "../ink.ts";
import type { Terminal } from "../terminal.ts";

const fileBytesMax = 5_000_000;

function read(file: string, terminal: Terminal): unknown {
  const path = resolve(terminal.folder, file);
  const size = statSync(path, { throwIfNoEntry: false })?.size;
  if (size === undefined) throw new Failure(`There is no ${plain(file)} here.`);
  if (size > fileBytesMax) throw new Failure(`${plain(file)} is larger than 5 MB.`);
  try {
    return parse(readFileSync(path, "utf8"), { maxAliasCount: 100 });
  } catch (error) {
    throw new Failure(`${plain(file)} is no YAML: ${plain(String(error))}`);
  }
}

/** A comment line is one line, whatever a file holds. */
const comment = (note: string): string => `# - ${plain(note.replaceAll(/\s+/g, " "))}\n`;

const written = ({ config, notes }: Imported): string =>
  [
    "# Written by `castor alerts import`. Try it on the past: `castor alerts replay`.\n",
    notes.length === 0
      ? ""
      : `# Not carried over, or carried over differently:\n${notes.map(comment).join("")}`,
    stringify(config, { lineWidth: 0 }),
  ].join("");

/** `castor alerts import`: what an alertmanager.yml says, as lines for castor.yaml. */
export const alertsImport: Command = {
  usage: "alerts import alertmanager.yml",
  summary: "Write castor.yaml lines from an alertmanager.yml.",
  about:
    "Routes, inhibition and time intervals are carried over; what could not be stands at the top as comments. Prometheus itself needs only another address: /in/alertmanager/<token>.",
  example: "castor alerts import /etc/prometheus/alertmanager.yml >> castor.yaml",
  options: {},
  wordsMin: 1,
  wordsMax: 1,
  run: async (given, terminal) => {
    const made = importedAlertmanager(read(given.words[0] ?? "", terminal));
    if (!made)
      throw new Failure(
        "This is no alertmanager.yml: it has no route.",
        "castor alerts import --help",
      );
    terminal.out(given.flag("json") ? `${JSON.stringify(made)}\n` : written(made));
    if (made.notes.length > 0)
      terminal.err(`Not carried over as it was: ${made.notes.length}; it stands at the top.\n`);
    return exit.ok;
  },
};
