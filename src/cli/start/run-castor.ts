import { existsSync, mkdirSync, readFileSync, rmSync } from "node:fs";
import { setPriority } from "node:os";
import { join } from "node:path";
import type { ProcessState } from "../../kernel/processes/process.ts";
import { type Api, api, findTarget } from "../api.ts";
import { exit, Failure } from "../command.ts";
import { ink, plain } from "../ink.ts";
import type { Terminal } from "../terminal.ts";
import { linkUrl } from "../verbs/sign-in-link.ts";
import { endingOf, errorIn } from "./control-endings.ts";
import { wantFirstWorker } from "./first-worker.ts";
import { findDoorFree } from "./door.ts";
import { firstAnswers, type Link } from "./first-answers.ts";
import { followLive, lineView, panelView, type View } from "./follow-live.ts";
import { ownCommand, ownScript } from "./own-command.ts";
import type { Places } from "./places.ts";
import { isChangedSince, type Plan } from "./plan.ts";

const buildPriority = 10;
const leaveWithinMs = 500;
const logTailLengthMax = 10_000;

/** Something that runs beside Castor for as long as it does: the demonstration's crowd. */
export type Companion = { start(places: Places, control: Api): () => void };

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
  findDoorFree(plan, terminal.env);
  const isNew = !existsSync(plan.data);
  mkdirSync(plan.data, { recursive: true, mode: 0o700 });
  wantFirstWorker(plan.data);
  outliveTheTerminal();
  const view = terminal.isInteractive && !of.plain ? panelView(terminal) : lineView(terminal);
  const showing = show(plan, view, terminal, of.companion);
  try {
    const code = await runKeeper({
      data: plan.data,
      control: {
        command: [...ownCommand, "__control", "--data", plan.data, "--config", plan.config],
        // Control carries requests to its outposts, webhooks and more: with 256, one crowd would hold up the others.
        env: { BUN_CONFIG_MAX_HTTP_REQUESTS: "2048", ...plan.env },
      },
      say: (what) => view.print(ink(terminal).dim(what)),
      onFact: showing.hear,
      onStarted: showing.start,
    });
    if (!showing.gaveUp()) return code;
    if (isNew) rmSync(plan.data, { recursive: true, force: true }); // Nothing ever worked in it.
    return exit.refused;
  } catch (error) {
    throw await startFailure(error, plan);
  } finally {
    showing.end();
    view.end();
    leaveSoon();
  }
}

/** Everything has ended: a request of the panel that still waits for an answer must not hold the terminal. */
function leaveSoon(): void {
  setTimeout(() => process.exit(), leaveWithinMs).unref();
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
  const isChanged = isChangedSince(plan);
  let hasWorked = false;
  let gaveUp = false;
  let said: string | undefined;
  const giveUp = (): void => {
    gaveUp = true;
    process.kill(process.pid, "SIGTERM");
  };
  const complain = (error: unknown): void => {
    if (!stop.signal.aborted) view.print(`castor: ${String(error)}`);
  };
  const refuse = async (): Promise<boolean> => {
    const refused = await tellMistakes(plan, view, terminal);
    if (refused) giveUp();
    return refused;
  };
  const follow = async (): Promise<void> => {
    // Where nothing good is known from before, control reads the file alone, and ends when it has mistakes.
    if (isChanged && (await refuse())) return;
    const here = { flags: { data: plan.data }, env: {}, folder: terminal.folder };
    const control = api(() => findTarget(here));
    const first = await firstAnswers(plan, control, { startedAt, signal: stop.signal });
    if (!first) return;
    hasWorked = true;
    const { places, link } = first;
    greet(plan, places, { view, terminal });
    if (link !== undefined) view.print(linkLine(places, link, terminal));
    endings.push(buildConsole());
    if (companion) endings.push(companion.start(places, control));
    await followLive(control, view, stop.signal);
  };
  return {
    start: (): void => void follow().catch(complain),
    hear: (fact: ProcessState): void => {
      const ending = gaveUp ? undefined : endingOf(fact, hasWorked);
      if (!ending || ending.says === said) return;
      said = ending.says;
      if (ending.about === "configuration") {
        // Good again meanwhile: the keeper starts control once more, and it may have more to say.
        void refuse().then((refused) => (refused ? undefined : (said = undefined)), complain);
        return;
      }
      view.print(ink(terminal).yellow(ending.says));
      const why = ending.giveUp || hasWorked ? undefined : errorIn(logOf(plan.data));
      if (why !== undefined) view.print(`  ${plain(why)}`);
      if (ending.giveUp) giveUp();
    },
    gaveUp: () => gaveUp,
    end: (): void => {
      stop.abort();
      for (const end of endings) end();
    },
  };
}

/** A person who starts Castor is told of mistakes; nothing goes on behind their back with what was good once. */
async function tellMistakes(plan: Plan, view: View, terminal: Terminal): Promise<boolean> {
  const { mistakesOf } = await import("./mistakes.ts");
  const printed = mistakesOf(plan, terminal);
  if (printed === undefined) return false;
  view.end();
  terminal.err(`${printed}\ncastor: With these mistakes nothing was started.\n`);
  return true;
}

function logOf(data: string): string {
  const path = join(data, "logs", "control.log");
  return existsSync(path) ? readFileSync(path, "utf8").slice(-logTailLengthMax) : "";
}

/** The first lines: where everything is. */
function greet(
  plan: Plan,
  places: Places,
  { view, terminal }: { view: View; terminal: Terminal },
): void {
  const { bold, dim, cyan } = ink(terminal);
  view.print("");
  view.print(`${bold("castor")}  ${dim(`data in ${plan.data}`)}`);
  view.print(`  gateway   ${places.gatewayUrls.map((url) => bold(cyan(url))).join("  ")}`);
  view.print(`  console   ${bold(cyan(places.consoleUrl))}`);
}

const linkLine = (places: Places, link: Link, terminal: Terminal): string =>
  `  sign in   ${ink(terminal).bold(linkUrl(places.consoleUrl, link))}`;

/** The console is built once everything serves, so that it never delays traffic. */
function buildConsole(): () => void {
  const build = Bun.spawn(ownScript("tools/build-console.ts"), {
    stdout: "ignore",
    stderr: "ignore",
  });
  setPriority(build.pid, buildPriority);
  return () => build.kill();
}
