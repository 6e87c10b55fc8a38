import { expect, test } from "bun:test";
import { type Command, type Entry, exit, Failure } from "./command.ts";
import { commands } from "./commands.ts";
import { dispatch, unknownCommand } from "./dispatch.ts";
import { paperTerminal } from "./testing.ts";

const command = (run: Command["run"]): Command => ({
  usage: "config check [file]",
  summary: "Checks.",
  example: "castor config check",
  options: {},
  wordsMax: 1,
  run,
});
const entry = (name: string, run: Command["run"]): Entry => ({
  name,
  group: "see",
  summary: `Does ${name}.`,
  load: async () => command(run),
});
const entries = [
  entry("config", async (_, terminal) => (terminal.out("whole"), exit.ok)),
  entry("config check", async ({ words }, terminal) => (terminal.out(words.join()), exit.ok)),
  entry("fail", async () => {
    throw new Failure("It cannot be.", "Try tomorrow.", exit.unreachable);
  }),
];
const run = async (...argv: string[]) => {
  const terminal = paperTerminal();
  const code = await dispatch(argv, entries, terminal, async (line) => {
    throw await unknownCommand(
      line,
      entries.map((each) => each.name),
    );
  });
  return { code, printed: terminal.printed, complained: terminal.complained };
};

test("the longest name wins", async () => {
  expect(await run("config", "check", "a.yaml")).toMatchObject({ code: 0, printed: "a.yaml" });
  expect(await run("config")).toMatchObject({ code: 0, printed: "whole" });
});
test("a wrong command line says what was meant and exits with 2", async () => {
  const { code, complained } = await run("confg", "check");
  expect(code).toBe(exit.usage);
  expect(complained).toContain("Did you mean `castor config check`?");
});
test("an expected failure is told in words, with its exit code", async () => {
  expect(await run("fail")).toEqual({
    code: exit.unreachable,
    printed: "",
    complained: "castor: It cannot be.\nTry tomorrow.\n",
  });
});
test("with --json a failure is JSON", async () => {
  const { code, printed } = await run("fail", "--json");
  expect(code).toBe(exit.unreachable);
  expect(JSON.parse(printed)).toEqual({ error: "It cannot be.", fix: "Try tomorrow.", code: 3 });
});
test("what the machine refuses is told in words too", async () => {
  const full = Object.assign(new Error("ENOSPC: no space"), { code: "ENOSPC", path: "/data/x" });
  const terminal = paperTerminal();
  const list = [entry("up", async () => Promise.reject(full))];
  expect(await dispatch(["up"], list, terminal)).toBe(exit.refused);
  expect(terminal.complained).toBe("castor: /data/x: The disk is full.\n");
});
test("a bug is not dressed up as a failure", async () => {
  const broken = [entry("broken", async () => Promise.reject(new TypeError("oh")))];
  expect(dispatch(["broken"], broken, paperTerminal())).rejects.toThrow("oh");
});

test("a word after a command that takes none may be a verb of the capability of that name", async () => {
  const log = { ...command(async () => exit.ok), wordsMax: 0 };
  const verb = {
    ...command(async ({ words }, terminal) => (terminal.out(words.join()), exit.ok)),
  };
  const terminal = paperTerminal();
  const list = [{ ...entry("log", log.run), load: async () => log }];
  const otherwise = async (argv: readonly string[]) => ({
    name: "log event",
    command: verb,
    rest: argv.slice(2),
  });
  expect(await dispatch(["log", "event", "7"], list, terminal, otherwise)).toBe(exit.ok);
  expect(terminal.printed).toBe("7");
});

test("help lists every command, in plain text where there is no terminal", async () => {
  const terminal = paperTerminal();
  for (const argv of [[], ["--help"], ["help"]])
    expect(await dispatch(argv, commands, terminal)).toBe(0);
  for (const { name, summary } of commands)
    if (summary) expect(terminal.printed).toContain(`  ${name} `);
  expect(terminal.printed).not.toContain("\x1b");
});
test.each(commands.map((each) => [each.name, each] as const))(
  "castor %s --help shows usage, options and an example",
  async (name) => {
    const terminal = paperTerminal();
    expect(await dispatch([...name.split(" "), "--help"], commands, terminal)).toBe(0);
    for (const part of ["Usage\n  castor ", "--json", "Example\n  $ "])
      expect(terminal.printed).toContain(part);
  },
);
