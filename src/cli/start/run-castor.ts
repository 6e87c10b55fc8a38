import { mkdirSync } from "node:fs";
import { setPriority } from "node:os";
import type { ProcessState } from "../../kernel/processes/process.ts";
import { api, findTarget } from "../api.ts";
import { exit, Failure } from "../command.ts";
import { ink } from "../ink.ts";
import type { Terminal } from "../terminal.ts";
import { linkUrl } from "../verbs/sign-in-link.ts";
import { endingOf } from "./control-endings.ts";
import { firstLink, type Link } from "./first-link.ts";
import { followLive, lineView, panelView, type View } from "./follow-live.ts";
import { ownCommand, ownScript } from "./own-command.ts";
import { type Plan, rememberConsole } from "./plan.ts";

const buildPriority = 10;

/** Something that runs beside Castor for as long as it does: the demonstration's crowd. */
export type Companion = { start(plan: Plan): () => void };

/**
 * Starts Castor in the foreground: this process becomes the keeper, and shows where everything is.
 * Ends, with everything it started, on SIGINT or SIGTERM, or when control cannot be started at all.
 */
export async function runCastor(
  plan: Plan,
  terminal: Terminal,
  of: { plain: boolean; companion?: Companion },
): Promise<number> {
  const { runKeeper } = await import("../../keeper.ts");
  mkdirSync(plan.data, { recursive: true, mode: 0o700 });
  outliveTheTerminal();
  const view = terminal.isInteractive && !of.plain ? panelView(terminal) : lineView(terminal);
  const showing = show(plan, view, terminal, of.companion);
  try {
    const code = await runKeeper({
      data: plan.data,
      control: {
        command: [...ownCommand, "__control", "--data", plan.data, "--config", plan.config],
        env: plan.env,
      },
      say: (what) => view.print(ink(terminal).dim(what)),
      onFact: showing.hear,
      onStarted: showing.start,
    });
    return showing.gaveUp() ? exit.refused : code;
  } catch (error) {
    throw await startFailure(error, plan);
  } finally {
    showing.end();
    view.end();
  }
}

/** A reader that goes away ends nothing; a terminal that is closed ends everything in order. */
function outliveTheTerminal(): void {
  for (const stream of [process.stdout, process.stderr]) {
    stream.removeAllListeners("error");
    stream.on("error", () => undefined);
  }
  process.once("SIGHUP", () => process.kill(process.pid, "SIGTERM"));
}

async function startFailure(error: unknown, { data }: Plan): Promise<unknown> {
  const { AlreadyKept } = await import("../../keeper.ts");
  return error instanceof AlreadyKept
    ? new Failure(
        `Castor already runs with ${data}.`,
        "castor status shows it; --data names another folder.",
      )
    : error;
}

/** All that happens in this process beside keeping: telling where everything is and what goes on. */
function show(plan: Plan, view: View, terminal: Terminal, companion: Companion | undefined) {
  const stop = new AbortController();
  const endings: (() => void)[] = [];
  const startedAt = Date.now();
  let hasWorked = false;
  let gaveUp = false;
  let said: string | undefined;
  const follow = async (): Promise<void> => {
    const here = { flags: { data: plan.data }, env: {}, folder: terminal.folder };
    const control = api(() => findTarget(here));
    const link = await firstLink(plan, control, { startedAt, signal: stop.signal });
    if (stop.signal.aborted) return;
    hasWorked = true;
    if (link !== undefined) view.print(linkLine(plan, link, terminal));
    endings.push(buildConsole());
    if (companion) endings.push(companion.start(plan));
    await followLive(control, view, stop.signal);
  };
  return {
    start: (): void => {
      rememberConsole(plan);
      greet(plan, view, terminal);
      follow().catch((error: unknown) => {
        if (!stop.signal.aborted) view.print(`castor: ${String(error)}`);
      });
    },
    hear: (fact: ProcessState): void => {
      const ending = endingOf(fact, hasWorked);
      if (!ending || ending.says === said) return;
      said = ending.says;
      view.print(ink(terminal).yellow(ending.says));
      if (!ending.giveUp) return;
      gaveUp = true;
      process.kill(process.pid, "SIGTERM");
    },
    gaveUp: () => gaveUp,
    end: (): void => {
      stop.abort();
      for (const end of endings) end();
    },
  };
}

/** The first lines: where everything is. */
function greet(plan: Plan, view: View, terminal: Terminal): void {
  const { bold, dim, cyan } = ink(terminal);
  view.print("");
  view.print(`${bold("castor")}  ${dim(`data in ${plan.data}`)}`);
  view.print(`  gateway   ${plan.gatewayUrls.map((url) => bold(cyan(url))).join("  ")}`);
  view.print(`  console   ${bold(cyan(plan.consoleUrl))}`);
}

const linkLine = (plan: Plan, link: Link, terminal: Terminal): string =>
  `  sign in   ${ink(terminal).bold(linkUrl(plan.consoleUrl, link))}`;

/** The console is built once everything serves, so that it never delays traffic. */
function buildConsole(): () => void {
  const build = Bun.spawn(ownScript("tools/build-console.ts"), {
    stdout: "ignore",
    stderr: "ignore",
  });
  setPriority(build.pid, buildPriority);
  return () => build.kill();
}
