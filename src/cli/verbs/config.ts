import { existsSync, readFileSync } from "node:fs";
import { resolve } from "node:path";
import { capabilities } from "../../castor.ts";
import {
  configJsonSchema,
  configReference,
  configurationOf,
  effectiveValues,
  loadConfig,
  type Loaded,
  printMistakes,
} from "../../kernel/config/index.ts";
import { type Arguments, type Command, exit, Failure, type Options } from "../command.ts";
import { ink, table } from "../ink.ts";
import { configFile } from "../start/plan.ts";
import type { Terminal } from "../terminal.ts";

const options: Options = {
  config: { type: "text", value: configFile, about: "The configuration file." },
};

/** Reads the configuration that a command line names; without a file there are only the defaults. */
export function readConfig(
  given: Arguments,
  terminal: Terminal,
): { file: string; exists: boolean; loaded: Loaded } {
  const named = given.words[0] ?? given.text("config");
  const file = named ?? configFile;
  const path = resolve(terminal.folder, file);
  const exists = existsSync(path);
  if (named !== undefined && !exists) throw noFile(file);
  const text = exists ? readFileSync(path, "utf8") : "";
  const configuration = configurationOf(capabilities);
  return { file, exists, loaded: loadConfig({ text, file, env: terminal.env, ...configuration }) };
}

const noFile = (file: string): Failure =>
  new Failure(
    `There is no ${file} here.`,
    "castor init writes one; castor config check, show, schema and reference are about it.",
  );

function tellMistakes(
  loaded: Extract<Loaded, { ok: false }>,
  json: boolean,
  terminal: Terminal,
): number {
  if (json) terminal.out(`${JSON.stringify({ ok: false, mistakes: loaded.mistakes })}\n`);
  else terminal.err(printMistakes(loaded.mistakes, terminal));
  return exit.refused;
}

/** The configuration in force, or nothing once its mistakes are told. */
export function readConfigOrTell(
  given: Arguments,
  terminal: Terminal,
): Readonly<Record<string, unknown>> | undefined {
  const { file, exists, loaded } = readConfig(given, terminal);
  if (!exists) throw noFile(file);
  if (loaded.ok) return loaded.values;
  tellMistakes(loaded, given.flag("json"), terminal);
  return undefined;
}

/** `castor config check`: every mistake at once. */
export const configCheck: Command = {
  usage: "config check [castor.yaml]",
  summary: "Find every mistake in the configuration, with its line and its fix.",
  example: "castor config check",
  options,
  wordsMax: 1,
  async run(given, terminal) {
    const { file, exists, loaded } = readConfig(given, terminal);
    if (!exists) throw noFile(file);
    if (!loaded.ok) return tellMistakes(loaded, given.flag("json"), terminal);
    if (given.flag("json")) terminal.out(`${JSON.stringify({ ok: true, mistakes: [] })}\n`);
    else {
      const said = effectiveValues(
        configurationOf(capabilities).sections,
        loaded.values,
        loaded.origins,
      ).filter((each) => each.origin !== "default").length;
      terminal.out(
        `${ink(terminal).green("✓")} ${file} is right: it says ${said} values, the rest is default.\n`,
      );
    }
    return exit.ok;
  },
};

/** `castor config show`: every value in force and where it comes from. */
export const configShow: Command = {
  usage: "config show [castor.yaml] [--said]",
  summary: "Every value and where it comes from; secrets are masked.",
  example: "CASTOR_GATEWAY__LISTEN=0.0.0.0:80 castor config show --said",
  options: {
    ...options,
    said: { type: "flag", about: "Only what the file, the environment or the command line says." },
  },
  wordsMax: 1,
  async run(given, terminal) {
    const { loaded } = readConfig(given, terminal);
    if (!loaded.ok) return tellMistakes(loaded, given.flag("json"), terminal);
    const { sections } = configurationOf(capabilities);
    const rows = effectiveValues(sections, loaded.values, loaded.origins).filter(
      (each) => !given.flag("said") || each.origin !== "default",
    );
    if (given.flag("json")) terminal.out(`${JSON.stringify(rows)}\n`);
    else {
      const { bold, dim } = ink(terminal);
      const lines = rows.map(({ path, value, origin }) => [bold(path), shown(value), dim(origin)]);
      terminal.out(`${table(lines)}\n`);
    }
    return exit.ok;
  },
};
const shown = (value: unknown): string =>
  value === undefined || value === null
    ? "–"
    : typeof value === "string"
      ? value
      : JSON.stringify(value);

/** `castor config schema`: for editors. */
export const configSchema: Command = {
  usage: "config schema",
  summary: "The JSON Schema of castor.yaml, for editors.",
  example: "castor config schema > castor.schema.json",
  options: {},
  async run(_given, terminal) {
    const { sections } = configurationOf(capabilities);
    terminal.out(`${JSON.stringify(configJsonSchema(sections), undefined, 2)}\n`);
    return exit.ok;
  },
};

/** `castor config reference`: every field with its default, as Markdown. */
export const configReferenceVerb: Command = {
  usage: "config reference",
  summary: "Every field of castor.yaml with its default, as Markdown.",
  example: "castor config reference > docs/configuration.md",
  options: {},
  async run(_given, terminal) {
    const about = Object.fromEntries(capabilities.map((each) => [each.id, each.about]));
    terminal.out(configReference(configurationOf(capabilities).sections, about));
    return exit.ok;
  },
};
