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
import { firstLink, type Link } from "./first-link.ts";
import { followLive, lineView, panelView, type View } from "./follow-live.ts";
import { ownCommand, ownScript } from "./own-command.ts";
import type { Places } from "./places.ts";
import type { Plan } from "./plan.ts";

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
  let hasWorked = false;
  let gaveUp = false;
  let said: string | undefined;
  const giveUp = (): void => {
    gaveUp = true;
    process.kill(process.pid, "SIGTERM");
  };
  /** While control loads on another core, the configuration is read here too: mistakes are told at once and end it all. */
  const read = async (): Promise<Places | undefined> => {
    const { placesOf } = await import("./places.ts");
    const found = placesOf(plan, terminal);
    if (found.ok) return found.places;
    view.end();
    terminal.err(`${found.printed}\ncastor: With these mistakes nothing was started.\n`);
    giveUp();
    return undefined;
  };
  const follow = async (): Promise<void> => {
    const places = await read();
    if (!places) return;
    greet(plan, places, { view, terminal });
    const here = { flags: { data: plan.data }, env: {}, folder: terminal.folder };
    const control = api(() => findTarget(here));
    const link = await firstLink(plan, control, { startedAt, signal: stop.signal });
    if (stop.signal.aborted) return;
    hasWorked = true;
    if (link !== undefined) view.print(linkLine(places, link, terminal));
    endings.push(buildConsole());
    if (companion) endings.push(companion.start(places, control));
    await followLive(control, view, stop.signal);
  };
  return {
    start: (): void => {
      follow().catch((error: unknown) => {
        if (!stop.signal.aborted) view.print(`castor: ${String(error)}`);
      });
    },
    hear: (fact: ProcessState): void => {
      const ending = gaveUp ? undefined : endingOf(fact, hasWorked);
      if (!ending || ending.says === said) return;
      said = ending.says;
      // What is wrong with a configuration is told whole by `read`.
      if (ending.about === "configuration") return;
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
