import { existsSync, mkdirSync, readFileSync } from "node:fs";
import { setPriority } from "node:os";
import { join } from "node:path";
import { type Api, api, findTarget, Refused, Unreachable } from "../api.ts";
import { Failure } from "../command.ts";
import { ink } from "../ink.ts";
import type { ProcessState } from "../../kernel/processes/process.ts";
import type { Terminal } from "../terminal.ts";
import { linkUrl } from "../verbs/sign-in-link.ts";
import { followLive, lineView, panelView, type View } from "./follow-live.ts";
import { ownCommand, ownScript } from "./own-command.ts";
import { type Plan, rememberConsole } from "./plan.ts";

const readyWithinMs = 30_000;
const lookAgainMs = 100;
const buildPriority = 10;

/** Something that runs beside Castor for as long as it does: the demonstration's crowd. */
export type Companion = { start(plan: Plan): () => void };

/**
 * Starts Castor in the foreground: this process becomes the keeper, and shows where everything is.
 * Ends, with everything it started, on SIGINT or SIGTERM.
 */
export async function runCastor(
  plan: Plan,
  terminal: Terminal,
  of: { plain: boolean; companion?: Companion },
): Promise<number> {
  const { runKeeper, AlreadyKept } = await import("../../keeper.ts");
  mkdirSync(plan.data, { recursive: true, mode: 0o700 });
  const view = terminal.isInteractive && !of.plain ? panelView(terminal) : lineView(terminal);
  const ended = new AbortController();
  const endings: (() => void)[] = [];
  const here = { flags: { data: plan.data }, env: {}, folder: terminal.folder };
  const control = api(() => findTarget(here));
  let lastEnding: string | undefined;
  const started = async (): Promise<void> => {
    rememberConsole(plan);
    endings.push(buildConsole());
    greet(plan, view, terminal);
    const link = await firstLink(plan, control, ended.signal);
    if (link !== undefined) view.print(linkLine(plan, link, terminal));
    if (of.companion && !ended.signal.aborted) endings.push(of.companion.start(plan));
    await followLive(control, view, ended.signal);
  };
  try {
    return await runKeeper({
      data: plan.data,
      control: {
        command: [...ownCommand, "__control", "--data", plan.data, "--config", plan.config],
        env: plan.env,
      },
      say: (what) => view.print(ink(terminal).dim(what)),
      onFact: (fact) => {
        const ended = fact.id === "control" ? endedText(fact) : undefined;
        if (ended !== undefined && ended !== lastEnding) view.print(ink(terminal).yellow(ended));
        lastEnding = fact.state === "running" ? undefined : (ended ?? lastEnding);
      },
      onStarted: () =>
        void started().catch((error: unknown) => view.print(`castor: ${String(error)}`)),
    });
  } catch (error) {
    if (error instanceof AlreadyKept)
      throw new Failure(
        `Castor already runs with ${plan.data}.`,
        "castor status shows it; --data names another folder.",
      );
    throw error;
  } finally {
    ended.abort();
    for (const end of endings) end();
    view.end();
  }
}

/** What to say when control ended without being asked to; the rest goes on meanwhile. */
export function endedText({ asked, state, code, signal }: ProcessState): string | undefined {
  if (asked !== false || !["exited", "crash-looping"].includes(state)) return undefined;
  const how = signal ?? `exit code ${code ?? "unknown"}`;
  const again = state === "crash-looping" ? "again and again" : "and is started again";
  return `Control ended (${how}) ${again}; traffic flows on. Its log is logs/control.log in the data folder.`;
}

/** The first lines: where everything is. */
function greet(plan: Plan, view: View, terminal: Terminal): void {
  const { bold, dim, cyan } = ink(terminal);
  view.print("");
  view.print(`${bold("castor")}  ${dim(`data in ${plan.data}`)}`);
  view.print(`  gateway   ${plan.gatewayUrls.map((url) => bold(cyan(url))).join("  ")}`);
  view.print(`  console   ${bold(cyan(plan.consoleUrl))}`);
}

const linkLine = (plan: Plan, link: { path?: string; link?: string }, terminal: Terminal): string =>
  `  sign in   ${ink(terminal).bold(linkUrl(plan.consoleUrl, link))}`;

type Link = { path?: string; link?: string };

/** Waits until control answers. A link is given only while nobody has an account; later `castor sign-in-link` makes one. */
async function firstLink(plan: Plan, control: Api, signal: AbortSignal): Promise<Link | undefined> {
  const until = Date.now() + readyWithinMs;
  const standing = join(plan.data, "run", "sign-in-link");
  while (!signal.aborted && Date.now() < until) {
    try {
      const { people } = (await control.ask("people.list")) as { people: unknown[] };
      if (people.length > 0) return undefined;
      if (existsSync(standing))
        return { path: `/sign-in#link=${readFileSync(standing, "utf8").trim()}` };
      return (await control.act("people.sign-in-link")) as Link;
    } catch (error) {
      if (!(error instanceof Unreachable) && !isStarting(error)) throw error;
      await Bun.sleep(lookAgainMs);
    }
  }
  return undefined;
}
/** Yesterday's token opens nothing; control writes a new one while it starts. */
const isStarting = (error: unknown): boolean =>
  error instanceof Refused && [401, 503].includes(error.problem.status);

/** The console is built beside the start, so that it never delays traffic. */
function buildConsole(): () => void {
  const build = Bun.spawn(ownScript("tools/build-console.ts"), {
    stdout: "ignore",
    stderr: "ignore",
  });
  setPriority(build.pid, buildPriority);
  return () => build.kill();
}
