import { mkdirSync } from "node:fs";
import { join } from "node:path";
import type { Bus } from "../bus/bus.ts";
import type { Clock } from "../clock/clock.ts";
import { type FullSpec, fullSpec } from "./defaults.ts";
import { takeLock } from "./lock.ts";
import { tailLog } from "./log-file.ts";
import type { ProcessState } from "./process.ts";
import { openRecords } from "./records.ts";
import { Tree } from "./tree.ts";
import { followWanted, type Wanted } from "./wanted.ts";

/** How long services of an earlier day wait for control to confirm that they are still wanted. */
export const confirmWithinMs = 5_000;
const restateMs = 5_000;
const controlId = "control";

export type KeeperBus = Pick<Bus, "publish" | "subscribe" | "serve" | "close"> & {
  onConnect(call: () => void): () => void;
};

export type KeeperOptions = {
  /** The data folder; one keeper at a time has it. */
  data: string;
  control: { command: readonly string[]; env?: Record<string, string>; cwd?: string };
  clock: Clock;
  bus: KeeperBus;
  /** What every process inherits; services less the CASTOR_ variables. */
  env: Record<string, string | undefined>;
  say: (what: string) => void;
  onFact?: (fact: ProcessState) => void;
  confirmWithinMs?: number;
};

export type Keeper = {
  states(): ProcessState[];
  /** Everything gracefully, control last; then the folder is free for another keeper. */
  stop(): Promise<void>;
  /** Kills everything; a `stop` under way ends soon after. */
  kill(): void;
};

/** Keeps control and everything in the `processes.*` snapshots running. Throws AlreadyKept when another keeper does. */
export async function startKeeper(of: KeeperOptions): Promise<Keeper> {
  const folder = (name: string): string => {
    const path = join(of.data, name);
    mkdirSync(path, { recursive: true, mode: 0o700 });
    return path;
  };
  const unlock = takeLock(join(folder("run"), "keeper.pid"));
  const logFolder = folder("logs");
  const runFolder = folder("run/processes");
  const records = openRecords(runFolder);
  let isTakenOver = false;
  let wanted: Wanted | undefined;
  const tell = (fact: ProcessState): void => {
    of.bus.publish("processes.fact", fact);
    of.onFact?.(fact);
    // A control that does not come up confirms nothing: yesterday's services are better than none.
    if (fact.id === controlId && fact.state !== "starting" && fact.asked === false) {
      wanted?.confirmAll();
    }
  };
  const { clock, env } = of;
  const tree = new Tree({ clock, records, env, runFolder, logFolder, tell });
  const adjust = (): void => {
    const running = new Set(tree.states().map(({ id }) => id));
    if (wanted && isTakenOver) tree.want(wanted.now(running));
  };
  wanted = followWanted({
    folder: folder("snapshot"),
    control: controlSpec(of.control),
    bus: of.bus,
    say: of.say,
    confirmWithinMs: of.confirmWithinMs ?? confirmWithinMs,
    onChange: adjust,
  });
  await tree.inherit(records.alive(), wanted.all());
  isTakenOver = true;
  adjust();

  const restate = (): void =>
    of.bus.publish("processes.state", { keeper: process.pid, processes: tree.states() });
  const forget = of.bus.onConnect(() => {
    wanted.look();
    restate();
  });
  const restating = setInterval(restate, restateMs);
  const unserve = of.bus.serve("keeper", { request: ({ body }) => reply(body, tree, logFolder) });
  return {
    states: () => tree.states(),
    async stop() {
      wanted.close();
      await tree.stopAll();
      forget();
      clearInterval(restating);
      unserve();
      await of.bus.close();
      unlock();
    },
    kill: () => tree.killAll(),
  };
}

async function reply(body: unknown, tree: Tree, logFolder: string): Promise<unknown> {
  const asked = (body ?? {}) as { do?: string; id?: string; lines?: number };
  if (asked.do === "list") return { keeper: process.pid, processes: tree.states() };
  const { id } = asked;
  if (typeof id !== "string" || !/^[\w-]+$/.test(id)) throw new Error("Name a process by its id.");
  if (asked.do === "restart") return { restarted: await tree.restart(id) };
  if (asked.do === "tail") return { lines: tailLog(logFolder, id, asked.lines ?? 100) };
  throw new Error(`The keeper knows list, restart and tail, not "${asked.do}".`);
}

const controlSpec = (control: KeeperOptions["control"]): FullSpec =>
  fullSpec(
    {
      id: controlId,
      kind: "control",
      command: [...control.command],
      ...(control.cwd === undefined ? {} : { cwd: control.cwd }),
      env: control.env ?? {},
      restart: { maxMs: 10_000 },
    },
    true,
  );
