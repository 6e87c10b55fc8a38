import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Bus } from "../bus/bus.ts";
import { inProcessBus } from "../bus/in-process.ts";
import { machineClock } from "../clock/machine.ts";
import { fileSnapshots } from "../snapshots/file.ts";
import { type Keeper, startKeeper } from "./keeper.ts";
import { type Processes, type ProcessSpec, type ProcessState, processesOf } from "./process.ts";

const undo: (() => unknown)[] = [];
/** Ends all that the fixtures of a test began; for `afterEach`. */
export async function endFixtures(): Promise<void> {
  for (const each of undo.splice(0).reverse()) await each();
}
export const later = (end: () => unknown): void => void undo.push(end);

export function aDataFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), "castor-keeper-"));
  later(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** Facts as they come, and a way to wait for one. */
export class FactsHeard {
  readonly all: ProcessState[] = [];
  #wake = new Set<() => void>();
  readonly hear = (fact: ProcessState): void => {
    this.all.push(fact);
    for (const wake of [...this.#wake]) wake();
  };
  of(id: string): ProcessState[] {
    return this.all.filter((fact) => fact.id === id);
  }
  states(id: string): string[] {
    return this.of(id).map(({ state }) => state);
  }
  /** The first fact of that kind among those not yet passed over by `after`. */
  async until(
    id: string,
    isIt: (fact: ProcessState) => boolean,
    after: ProcessState | undefined = undefined,
  ): Promise<ProcessState> {
    for (;;) {
      const from = after ? this.all.indexOf(after) + 1 : 0;
      const found = this.all.slice(from).find((fact) => fact.id === id && isIt(fact));
      if (found) return found;
      await new Promise<void>((resolve) => {
        const wake = (): void => {
          this.#wake.delete(wake);
          resolve();
        };
        this.#wake.add(wake);
      });
    }
  }
}
export const inState =
  (state: ProcessState["state"]) =>
  (fact: ProcessState): boolean =>
    fact.state === state;

/** A keeper in this process; the test plays control by putting snapshots and asking over the bus. */
export async function aKeeper(of: { data?: string; confirmWithinMs?: number; bus?: Bus } = {}) {
  const data = of.data ?? aDataFolder();
  const clock = machineClock();
  const bus = Object.assign(of.bus ?? inProcessBus({ clock }), {
    onConnect: (call: () => void) => {
      call();
      return () => {};
    },
  });
  const facts = new FactsHeard();
  const said: string[] = [];
  const keeper: Keeper = await startKeeper({
    data,
    control: { command: ["sleep", "1000"] },
    clock,
    bus,
    env: process.env,
    say: (what) => void said.push(what),
    onFact: facts.hear,
    ...(of.confirmWithinMs === undefined ? {} : { confirmWithinMs: of.confirmWithinMs }),
  });
  later(() => keeper.kill());
  later(() => keeper.stop());
  return { data, keeper, facts, said, bus: bus as Bus, ...anOwner(data, bus) };
}

/** Says what is to run, as a slice in control would. */
export function anOwner(data: string, bus?: Bus) {
  const snapshots = fileSnapshots({ folder: join(data, "snapshot"), ...(bus ? { bus } : {}) });
  const want = (processes: ProcessSpec[], owner = "catalog"): Promise<number> =>
    snapshots.put(processesOf(owner), { processes } satisfies Processes);
  return { want };
}

export const aService = (
  id: string,
  command: string,
  more: Partial<ProcessSpec> = {},
): ProcessSpec => ({
  id,
  kind: "service",
  command,
  ...more,
});
