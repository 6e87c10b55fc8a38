import type { Rehearsal } from "../../kernel/http/verbs.ts";
import type { Mistake, one, Step } from "../../respond/runbooks/contract.ts";
import type * as z from "zod";
import {
  type Arguments,
  type Command,
  exit,
  Failure,
  type Options,
  toCastor,
  UsageError,
} from "../command.ts";
import { connect } from "../connect.ts";
import { ink, plain } from "../ink.ts";
import type { Terminal } from "../terminal.ts";
import { printValue } from "../value.ts";
import { clockText } from "../when.ts";
import { rehearsalText } from "./capability-verb.ts";

type Shown = z.output<(typeof one)["output"]>;

const about: Options = {
  incident: { type: "text", value: "inc-1", about: "For its ticks, and as $incident." },
  service: { type: "text", value: "shop", about: "As $service." },
  alert: { type: "text", value: "name", about: "As $alert." },
};

async function shownOf(given: Arguments, terminal: Terminal) {
  const [runbook = ""] = given.words;
  const to = connect(given, terminal);
  const named = Object.keys(about).map((name) => [name, given.text(name)]);
  const input = Object.fromEntries(named.filter(([, value]) => value !== undefined));
  const shown = (await to.ask("runbooks.show", { runbook, ...input })) as Shown;
  if (!shown.runbook)
    throw new Failure(`There is no runbook ${plain(runbook)}.`, "castor runbook list shows them.");
  return { to, ...shown, runbook: shown.runbook };
}

/** Lines of a text, each safe to print. */
const linesOf = (text: string, indent: string): string =>
  text
    .split("\n")
    .map((line) => `${indent}${plain(line)}`.trimEnd())
    .join("\n");

const mistakeLines = (mistakes: readonly Mistake[], terminal: Terminal): string => {
  const { bold, green } = ink(terminal);
  return mistakes
    .map(
      ({ file, line, what, fix }) =>
        `${bold(plain(line > 0 ? `${file}:${line}` : file))}  ${plain(what)}\n  ${green("fix:")} ${plain(fix)}\n`,
    )
    .join("");
};

function stepLines({ number, says, more, command, done }: Step, terminal: Terminal): string {
  const { dim, green, cyan } = ink(terminal);
  const mark = done ? green("✓") : "☐";
  const when = done ? dim(`  ${clockText(done.at, Date.now())}`) : "";
  const runs = command
    ? `\n      ${cyan(plain(command.verb))} ${plain(JSON.stringify(command.input))}`
    : "";
  return `${String(number).padStart(3)} ${mark} ${plain(says)}${when}${more === "" ? "" : `\n${linesOf(more, "      ")}`}${runs}\n`;
}

/** `castor runbook show`: one runbook to read from the top, with what is done and what each step would run. */
export const runbookShow: Command = {
  usage: "runbook show <runbook> [--incident inc-1]",
  summary: "One runbook with its steps: what is done, what each would run.",
  example: "castor runbook show shop/nobody-can-pay --incident inc-41",
  options: { ...about, ...toCastor },
  wordsMin: 1,
  wordsMax: 1,
  async run(given, terminal) {
    const { runbook, services, mistakes } = await shownOf(given, terminal);
    if (given.flag("json")) {
      terminal.out(`${JSON.stringify({ runbook, services, mistakes })}\n`);
      return exit.ok;
    }
    const { bold, dim } = ink(terminal);
    const facts = [
      ...(runbook.services.length > 0 ? [`for ${runbook.services.join(", ")}`] : []),
      ...(runbook.alerts.length > 0 ? [`alerts ${runbook.alerts.join(", ")}`] : []),
      runbook.file,
    ];
    terminal.out(`${bold(plain(runbook.title))}\n${dim(plain(facts.join(" · ")))}\n\n`);
    for (const block of runbook.blocks)
      terminal.out(
        block.kind === "text"
          ? `${linesOf(block.markdown, "")}\n\n`
          : `${stepLines(block.step, terminal)}\n`,
      );
    if (mistakes.length > 0) terminal.err(mistakeLines(mistakes, terminal));
    return exit.ok;
  },
};

const isYes = (answer: string | undefined): boolean => /^y(es)?$/i.test(answer?.trim() ?? "");

/** Tells what would happen, and asks; true when it is to be done. */
async function agreed(trial: Rehearsal, given: Arguments, terminal: Terminal): Promise<boolean> {
  const asJson = given.flag("json");
  if (given.flag("dry-run") && asJson) terminal.out(`${JSON.stringify(trial)}\n`);
  else if (!asJson) terminal.out(rehearsalText(trial));
  if (given.flag("dry-run")) return false;
  if (given.flag("yes")) return true;
  const answer = await terminal.ask("Run it now? [y/N] ");
  if (answer === undefined)
    throw new UsageError("Nobody is there to be asked.", "--yes runs it, --dry-run only looks.");
  return isYes(answer);
}

/** `castor runbook run-step`: tries what a step runs, asks, sends the verb as whoever calls, and ticks the step. */
export const runbookRunStep: Command = {
  usage: "runbook run-step <runbook> <step> [--incident inc-1] [--dry-run]",
  summary: "Try what a step runs, run it as yourself, and tick the step.",
  about:
    "The verb is sent like any other: with your role, and the approvals that it needs. Nothing runs before its dry run was shown.",
  example: "castor runbook run-step shop/nobody-can-pay 3 --incident inc-41 --dry-run",
  options: {
    ...about,
    "dry-run": { type: "flag", about: "Tell what would happen, and do nothing." },
    yes: { type: "flag", short: "y", about: "Run it without being asked again." },
    confirm: { type: "text", value: "name", about: "What would be lost, typed to confirm it." },
    ...toCastor,
  },
  wordsMin: 2,
  wordsMax: 2,
  async run(given, terminal) {
    const { to, runbook } = await shownOf(given, terminal);
    const asked = given.words[1] ?? "";
    const step = runbook.blocks
      .flatMap((block) => (block.kind === "step" ? [block.step] : []))
      .find((each) => String(each.number) === asked || each.step === asked);
    if (!step) throw new Failure(`${runbook.runbook} has no step ${plain(asked)}.`);
    const command = runnable(step);
    const { verb, input } = command;
    const asJson = given.flag("json");
    let answer: unknown;
    if (command.kind === "query") answer = await to.ask(verb, input);
    else {
      const trial = (await to.act(verb, input, { dryRun: true })) as Rehearsal;
      if (!(await agreed(trial, given, terminal))) return exit.ok;
      answer = await to.act(verb, input, { confirm: given.text("confirm") });
    }
    const incident = given.text("incident");
    if (incident !== undefined) {
      const { position } = answer as { position?: unknown };
      const proven = command.kind === "command" && typeof position === "number";
      const ran = { verb, ...(proven ? { position } : {}) };
      await to.act("runbooks.tick", { incident, runbook: runbook.runbook, step: step.step, ran });
    }
    printValue(answer, asJson, terminal);
    return exit.ok;
  },
};

function runnable({ command }: Step): NonNullable<Step["command"]> {
  if (!command)
    throw new Failure("This step runs nothing.", "Do what it says; castor runbook tick ticks it.");
  const [missing] = command.needs;
  if (missing === undefined) return command;
  throw new UsageError(`It needs to know $${missing}.`, `Add --${missing}.`);
}

/** `castor runbook check`: the mistakes in a folder of runbooks, without a running Castor: for CI. */
export const runbookCheck: Command = {
  usage: "runbook check [folder]",
  summary: "Find every mistake in the runbooks, without a running Castor.",
  example: "castor runbook check runbooks",
  options: {},
  wordsMax: 1,
  async run(given, terminal) {
    const [folder = "runbooks"] = given.words;
    const { checkedFolder } = await import("../runbooks.ts");
    const { count, mistakes } = checkedFolder(folder, terminal.folder);
    if (given.flag("json")) terminal.out(`${JSON.stringify({ runbooks: count, mistakes })}\n`);
    else if (mistakes.length > 0) terminal.err(mistakeLines(mistakes, terminal));
    else terminal.out(`${count === 1 ? "1 runbook" : `${count} runbooks`}, no mistake.\n`);
    return mistakes.length > 0 ? exit.refused : exit.ok;
  },
};
