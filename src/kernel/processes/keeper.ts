import { mkdirSync } from "node:fs";
import { join } from "node:path";
import type { Bus } from "../bus/bus.ts";
import type { Clock } from "../clock/clock.ts";
import { announceAgainTopic } from "../snapshots/snapshots.ts";
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
  const unlock = takeLock(join(folderIn(of.data, "run"), "keeper.pid"));
  const logFolder = folderIn(of.data, "logs");
  const runFolder = folderIn(of.data, "run/processes");
  const records = openRecords(runFolder);
  const { clock, env, bus } = of;
  const known: { wanted?: Wanted } = {};
  const tell = (fact: ProcessState): void => {
    bus.publish("processes.fact", fact);
    of.onFact?.(fact);
    // A control that does not come up confirms nothing: yesterday's services are better than none.
    if (fact.id === controlId && fact.asked === false) known.wanted?.confirmAll();
  };
  const tree = new Tree({ clock, records, env, runFolder, logFolder, tell });
  const wanted = followWanted({
    folder: folderIn(of.data, "snapshot"),
    control: controlSpec(of.control),
    bus,
    say: of.say,
    confirmWithinMs: of.confirmWithinMs ?? confirmWithinMs,
    onChange: () => known.wanted && adjust(tree, known.wanted, of.say),
  });
  await tree.inherit(records.alive(), wanted.all());
  known.wanted = wanted;
  adjust(tree, wanted, of.say);
  const leaveBus = joinBus(bus, { tree, wanted, logFolder });
  return {
    states: () => tree.states(),
    async stop() {
      wanted.close();
      await tree.stopAll();
      leaveBus();
      await bus.close();
      unlock();
    },
    kill: () => tree.killAll(),
  };
}

function folderIn(data: string, name: string): string {
  const path = join(data, name);
  mkdirSync(path, { recursive: true, mode: 0o700 });
  return path;
}

function adjust(tree: Tree, wanted: Wanted, say: KeeperOptions["say"]): void {
  const running = new Set(tree.states().map(({ id }) => id));
  try {
    tree.want(wanted.now(running));
  } catch (error) {
    say(`Not all that is wanted could be started: ${String(error)}`); // And what runs goes on.
  }
}

/** Answers for the keeper, and tells control everything when it comes back and now and then. */
function joinBus(
  bus: KeeperBus,
  of: { tree: Tree; wanted: Wanted; logFolder: string },
): () => void {
  const restate = (): void =>
    bus.publish("processes.state", { keeper: process.pid, processes: of.tree.states() });
  const forget = bus.onConnect(() => {
    of.wanted.look();
    bus.publish(announceAgainTopic, {}); // Control may have said what is wanted before we could hear it.
    restate();
  });
  const restating = setInterval(restate, restateMs);
  const unserve = bus.serve("keeper", {
    request: ({ body }) => reply(body, of.tree, of.logFolder),
  });
  return () => {
    forget();
    clearInterval(restating);
    unserve();
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
