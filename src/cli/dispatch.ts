import { readArguments } from "./arguments.ts";
import { type Command, type Entry, everywhere, exit, Failure, UsageError } from "./command.ts";
import { helpOf, overview } from "./help.ts";
import { ink, plain } from "./ink.ts";
import type { Terminal } from "./terminal.ts";

/** `runbooks show` and `runbook show` are one. */
const singular = (name: string): string => name.replace(/^([a-z-]+)s (?=\S)/, "$1 ");

/** Finds a command by the first words of the line: the longest name wins. */
function find(
  entries: readonly Entry[],
  argv: readonly string[],
): { entry: Entry; rest: string[] } | undefined {
  const words = argv.findIndex((each) => each.startsWith("-"));
  const most = Math.min(words < 0 ? argv.length : words, 2);
  for (let count = most; count > 0; count -= 1) {
    const name = argv.slice(0, count).join(" ");
    const entry =
      entries.find((each) => each.name === name) ??
      entries.find((each) => count > 1 && singular(each.name) === singular(name));
    if (entry) return { entry, rest: argv.slice(count) };
  }
  return undefined;
}

/** Runs one command line; the answer is the exit code. `otherwise` knows what is in no list (verbs of capabilities). */
export async function dispatch(
  argv: readonly string[],
  entries: readonly Entry[],
  terminal: Terminal,
  otherwise?: (argv: readonly string[]) => Promise<Chosen>,
): Promise<number> {
  const asJson = argv.includes("--json");
  try {
    const [first] = argv;
    if (first === undefined || first === "--help" || first === "-h" || first === "help") {
      const about = first === "help" ? find(entries, argv.slice(1)) : undefined;
      terminal.out(
        about
          ? helpOf(about.entry.name, await about.entry.load(), terminal)
          : overview(entries, terminal),
      );
      return exit.ok;
    }
    const chosen =
      (await listed(entries, argv, otherwise !== undefined)) ??
      (await (otherwise ?? unknown)(argv));
    return await runCommand(chosen, terminal);
  } catch (error) {
    return told(error, terminal, asJson);
  }
}

type Chosen = { name: string; command: Command; rest: readonly string[] };

async function listed(
  entries: readonly Entry[],
  argv: readonly string[],
  hasVerbs: boolean,
): Promise<Chosen | undefined> {
  const found = find(entries, argv);
  if (!found) return undefined;
  const command = await found.entry.load();
  const takesWords = (command.wordsMax ?? command.wordsMin ?? 0) > 0;
  // `castor log` is a command, and `castor log types` a verb of the capability of that name.
  if (hasVerbs && !takesWords && /^[a-z]/.test(found.rest[0] ?? "")) return undefined;
  return { name: found.entry.name, command, rest: found.rest };
}

async function runCommand({ name, command, rest }: Chosen, terminal: Terminal): Promise<number> {
  const beforeDash = rest.includes("--") ? rest.slice(0, rest.indexOf("--")) : rest;
  if (beforeDash.includes("--help") || beforeDash.includes("-h")) {
    terminal.out(helpOf(name, command, terminal));
    return exit.ok;
  }
  try {
    const given = await readArguments(rest, { ...command.options, ...everywhere }, command);
    return await command.run(given, terminal);
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    const usage = `usage: castor ${command.usage}\n       castor ${name} --help for more`;
    throw new UsageError(error.message, [error.fix, usage].filter(Boolean).join("\n"));
  }
}

const unknown = async (argv: readonly string[]): Promise<never> => {
  throw new UsageError(`There is no command \`${argv[0] ?? ""}\`.`, "castor --help lists them.");
};

/** The error for a command nobody knows, with what was probably meant. */
export async function unknownCommand(
  argv: readonly string[],
  names: readonly string[],
): Promise<UsageError> {
  const { nearest } = await import("../kernel/config/nearest.ts");
  const words = argv.slice(0, 2).filter((each) => !each.startsWith("-"));
  const meant = nearest(words.join(" "), names) ?? nearest(words[0] ?? "", names);
  const fix = meant ? `Did you mean \`castor ${meant}\`?` : "castor --help lists them.";
  return new UsageError(`There is no command \`${words.join(" ")}\`.`, fix);
}

/** Tells an expected failure in words; a bug goes on to the top and shows its stack. */
function told(error: unknown, terminal: Terminal, asJson: boolean): number {
  const failure = error instanceof UsageError ? error : failureOf(error);
  if (!failure) throw error;
  return toldFailure(failure, terminal, asJson);
}

/** What the machine refuses (a missing right, a full disk) is nobody's bug. */
function failureOf(error: unknown): Failure | undefined {
  if (error instanceof Failure) return error;
  if (!(error instanceof Error && "code" in error && typeof error.code === "string"))
    return undefined;
  const words = refusals[error.code];
  if (words === undefined) return undefined;
  const path = "path" in error && typeof error.path === "string" ? error.path : "";
  return new Failure(`${path ? `${plain(path)}: ` : ""}${words}.`, "");
}
const refusals: Readonly<Record<string, string>> = {
  EACCES: "The permissions do not allow it",
  EPERM: "The permissions do not allow it",
  EROFS: "This disk is read-only",
  ENOSPC: "The disk is full",
  EDQUOT: "The disk is full",
  EISDIR: "This is a folder, not a file",
  ENOTDIR: "This is a file, not a folder",
  EEXIST: "This is a file, not a folder",
};

function toldFailure(error: UsageError | Failure, terminal: Terminal, asJson: boolean): number {
  const code = error instanceof UsageError ? exit.usage : error.code;
  if (asJson) {
    const problem = "problem" in error ? { problem: error.problem } : {};
    terminal.out(`${JSON.stringify({ error: error.message, fix: error.fix, code, ...problem })}\n`);
    return code;
  }
  const { red, dim } = ink(terminal);
  const fix = error.fix ? `\n${dim(error.fix)}` : "";
  terminal.err(`${red("castor:")} ${error.message}${fix}\n`);
  return code;
}
