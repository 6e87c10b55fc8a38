import type { Terminal } from "./terminal.ts";

/** What the exit code of every command means. */
export const exit = {
  ok: 0,
  /** Refused by a rule, or failed. */
  refused: 1,
  /** The command line was wrong. */
  usage: 2,
  /** Castor does not answer at that address. */
  unreachable: 3,
  /** Something this machine lacks. */
  missing: 69,
} as const;

export type Option = {
  type: "text" | "flag";
  about: string;
  /** What stands for the value in help: `--since 1h`. */
  value?: string;
  short?: string;
};
export type Options = Readonly<Record<string, Option>>;

/** A command line after parsing: `text` and `flag` read options by name. */
export type Arguments = {
  words: readonly string[];
  text(name: string): string | undefined;
  flag(name: string): boolean;
};

export type Command = {
  /** What follows `castor` on the usage line, less the options. */
  usage: string;
  summary: string;
  example: string;
  /** More than the summary says, where there is more. */
  about?: string;
  options: Options;
  /** How many words it takes beside its options. */
  wordsMin?: number;
  wordsMax?: number;
  run(given: Arguments, terminal: Terminal): Promise<number>;
};

/** An entry of the table of contents: known without loading the code that does it. */
export type Entry = {
  name: string;
  group: string;
  summary: string;
  load: () => Promise<Command>;
};

/** The command line itself was wrong: told with the usage, exit 2. */
export class UsageError extends Error {
  readonly fix: string;
  constructor(what: string, fix = "") {
    super(what);
    this.fix = fix;
  }
}
/** The command cannot go on, for a reason people should read; not a bug. */
export class Failure extends Error {
  readonly code: number;
  readonly fix: string;
  constructor(what: string, fix = "", code: number = exit.refused) {
    super(what);
    this.fix = fix;
    this.code = code;
  }
}

/** Options that every command has. */
export const everywhere: Options = {
  json: { type: "flag", about: "Print JSON, for programs." },
  help: { type: "flag", short: "h", about: "Show this help." },
};
/** Options of commands that talk to a running Castor. */
export const toCastor: Options = {
  url: { type: "text", value: "http://…:4600", about: "The Castor to talk to (or CASTOR_URL)." },
  token: { type: "text", value: "secret", about: "An API token (or CASTOR_TOKEN)." },
  data: { type: "text", value: ".castor", about: "The data folder, for the local token." },
};
