import { type Command, type Entry, everywhere, type Options } from "./command.ts";
import { ink, table } from "./ink.ts";
import type { Terminal } from "./terminal.ts";

const groups: [group: string, title: string][] = [
  ["start", "Start"],
  ["configure", "Configure"],
  ["see", "See what happens"],
  ["act", "Act"],
  ["other", "Other"],
];

/** `castor --help`: everything there is, in the order in which one needs it. */
export function overview(entries: readonly Entry[], terminal: Terminal): string {
  const { bold, dim, cyan } = ink(terminal);
  const sections = groups.flatMap(([group, title]) => {
    const rows = entries
      .filter((each) => each.group === group && each.summary !== "")
      .map((each) => [cyan(each.name), each.summary]);
    return rows.length > 0 ? [`${bold(title)}\n${table(rows, { indent: 2 })}`] : [];
  });
  return [
    `${bold("castor")}: put a dam in front of your site, see what happens, get the right person up.`,
    `${dim("usage")}  castor <command> [options]      castor <command> --help for more and an example`,
    ...sections,
    `${bold("Everything a capability can do")}\n  castor <capability> <verb> [--field value …]\n  ${dim("castor verbs lists them: each is also POST or GET /api/<capability>.<verb>.")}`,
    `${bold("Everywhere")}\n  --json for programs, --help, NO_COLOR=1 for plain text\n  ${dim("exit codes: 0 done · 1 refused or failed · 2 wrong command line · 3 Castor not reachable · 69 this machine lacks something")}`,
    "",
  ].join("\n\n");
}

/** `castor <command> --help`. */
export function helpOf(name: string, command: Command, terminal: Terminal): string {
  const { bold, dim, cyan } = ink(terminal);
  const title = `${bold(`castor ${name}`)}: ${command.summary}`;
  return [
    command.about ? `${title}\n\n${command.about}` : title,
    `${bold("Usage")}\n  castor ${command.usage}`,
    `${bold("Options")}\n${optionRows({ ...command.options, ...everywhere }, cyan)}`,
    `${bold("Example")}\n${command.example
      .split("\n")
      .map((line) => `  ${dim("$")} ${line}`)
      .join("\n")}`,
    "",
  ].join("\n\n");
}

const optionRows = (options: Options, paint: (text: string) => string): string =>
  table(
    Object.entries(options).map(([name, { about, value, short, type }]) => [
      paint(`--${name}${type === "text" ? ` ${value ?? "…"}` : ""}${short ? `, -${short}` : ""}`),
      about,
    ]),
    { indent: 2 },
  );
