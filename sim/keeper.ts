import {
  keeperCluster,
  processesOf,
  processesState,
  processFact,
  type ProcessState,
} from "#kernel";
import type { Ports } from "#kernel/testing";

type Process = {
  id: string;
  port: number;
  state: ProcessState["state"];
  pid: number;
  restarts: number;
  hangs: boolean;
};

const startMs = 300;
const restartMs = 1_000;
const lookMs = 200;
const restateMs = 5_000;

/**
 * The keeper and the machine it works on, simulated: it runs what `processes.catalog` lists, starts again what dies, and tells
 * control, whose ears may be closed. The network answers for what really runs.
 */
export class SimulatedKeeper {
  readonly #ports: Ports;
  readonly #processes = new Map<string, Process>();
  /** Whether a message or a connection is lost, and how long one takes. */
  readonly #loses: () => boolean;
  readonly #delayMs: () => number;
  #pids = 100;

  constructor(ports: Ports, luck: { loses: () => boolean; delayMs: () => number }) {
    this.#ports = ports;
    this.#loses = luck.loses;
    this.#delayMs = luck.delayMs;
    ports.bus.serve(keeperCluster, { request: () => Promise.resolve(this.#list()) });
    this.#again(lookMs, () => this.#reconcile());
    this.#again(restateMs, () => ports.bus.publish(processesState.name, this.#list()));
  }

  ids(): string[] {
    return [...this.#processes.keys()].toSorted();
  }

  /** Those that really answer. */
  answering(): string[] {
    return this.ids().filter((id) => this.#answers(this.#processes.get(id)));
  }

  kill(id: string): void {
    const process = this.#processes.get(id);
    if (process?.state !== "running") return;
    this.#become(process, "exited", { signal: "SIGKILL" });
    this.#after(restartMs, () => this.#start(process, process.restarts + 1));
  }

  hang(id: string, ms: number): void {
    const process = this.#processes.get(id);
    if (!process) return;
    process.hangs = true;
    this.#after(ms, () => {
      process.hangs = false;
    });
  }

  readonly net: Ports["net"] = {
    fetch: async (url) => {
      await this.#wire();
      const port = Number(new URL(url).port);
      const process = [...this.#processes.values()].find((each) => each.port === port);
      if (!this.#answers(process)) throw new Error("connection refused");
      return new Response("ok");
    },
    resolve: () => Promise.reject(new Error("there are no names in this world")),
    connect: async ({ port }) => {
      const process = [...this.#processes.values()].find((each) => each.port === port);
      if (!this.#answers(process)) throw new Error("connection refused");
    },
    hello: () => Promise.reject(new Error("there is nobody to greet in this world")),
    records: () => Promise.resolve([]),
    freePort: () => Promise.resolve(40_000 + this.#processes.size),
  };

  #answers(process: Process | undefined): boolean {
    return process?.state === "running" && !process.hangs;
  }

  async #wire(): Promise<void> {
    await this.#ports.clock.sleepUntil(this.#ports.clock.now() + this.#delayMs());
    if (this.#loses()) throw new Error("connection reset");
  }

  #reconcile(): void {
    const wanted = this.#ports.snapshots.get(processesOf("catalog"))?.value.processes ?? [];
    for (const { id, env } of wanted)
      if (!this.#processes.has(id)) {
        const process: Process = {
          id,
          port: Number(env?.["PORT"]),
          state: "starting",
          pid: 0,
          restarts: 0,
          hangs: false,
        };
        this.#processes.set(id, process);
        this.#start(process, 0);
      }
  }

  #start(process: Process, restarts: number): void {
    process.restarts = restarts;
    this.#become(process, "starting");
    this.#after(startMs, () => {
      process.pid = ++this.#pids;
      this.#become(process, "running");
    });
  }

  #become(process: Process, state: ProcessState["state"], more: Partial<ProcessState> = {}): void {
    process.state = state;
    if (!this.#loses()) this.#ports.bus.publish(processFact.name, this.#stateOf(process, more));
  }

  #stateOf({ id, state, pid, restarts }: Process, more: Partial<ProcessState> = {}): ProcessState {
    return { id, kind: "service", state, pid, restarts, at: this.#ports.clock.now(), ...more };
  }

  #list(): { keeper: number; processes: ProcessState[] } {
    return {
      keeper: 1,
      processes: [...this.#processes.values()].map((each) => this.#stateOf(each)),
    };
  }

  #after(ms: number, act: () => void): void {
    this.#ports.clock.at(this.#ports.clock.now() + ms, act);
  }

  #again(ms: number, act: () => void): void {
    this.#after(ms, () => {
      act();
      this.#again(ms, act);
    });
  }
}
