import { Turns } from "../runtime/turns.ts";
import { join } from "node:path";
import type { Clock } from "../clock/clock.ts";
import type { FullSpec } from "./defaults.ts";
import { type LogFile, openLogFile } from "./log-file.ts";
import { openOutputPipe, type OutputPipe } from "./output.ts";
import type { ProcessState } from "./process.ts";
import { clearReadyFile, isReady, readyFileVariable } from "./ready.ts";
import type { Records, RunRecord } from "./records.ts";
import { afterExit, noTries } from "./restart.ts";
import { adoptRun, type Exit, type Run, type RunPorts, startRun } from "./run.ts";

export type SupervisionPorts = {
  clock: Clock;
  records: Records;
  /** What every process inherits. */
  env: Record<string, string | undefined>;
  runFolder: string;
  logFolder: string;
  tell: (fact: ProcessState) => void;
};

/** One process that is kept running: started again when it ends by itself, replaced when its spec changes. */
export class Supervised {
  #spec: FullSpec;
  #ports: SupervisionPorts;
  #log: LogFile;
  #output: OutputPipe;
  #run: Run | undefined;
  /** Runs on their way out: being stopped, or workers that serve until the new one is ready. */
  #leaving = new Set<Run>();
  #tries = noTries;
  #restarts = 0;
  #state: ProcessState;
  #cancelStart = (): void => {};
  #readiness = new AbortController();
  #ready: Promise<void> = Promise.resolve();
  readonly #turns = new Turns();

  constructor(spec: FullSpec, ports: SupervisionPorts) {
    this.#spec = spec;
    this.#ports = ports;
    const { id } = spec;
    this.#log = openLogFile({ folder: ports.logFolder, id, ...spec.log, now: ports.clock.now });
    this.#output = openOutputPipe(join(ports.runFolder, `${id}.out`), this.#log);
    const { kind } = spec;
    this.#state = { id, kind, state: "exited", asked: true, restarts: 0, at: ports.clock.now() };
  }

  get state(): ProcessState {
    return this.#state;
  }
  get spec(): FullSpec {
    return this.#spec;
  }
  start(): void {
    this.#cancelStart();
    const readyFile = this.#readyFile();
    clearReadyFile(readyFile);
    const { kind } = this.#spec;
    const inherited =
      kind === "service" ? withoutCastorVariables(this.#ports.env) : this.#ports.env;
    const env = { ...inherited, [readyFileVariable]: readyFile };
    try {
      this.#watch(startRun(this.#spec, this.#output, { ...this.#ports, env } satisfies RunPorts));
      this.#tell({ state: "starting" });
    } catch (error) {
      this.#ended(undefined, { code: exitCodeNotFound }, (error as Error).message);
      return;
    }
    this.#becomeReady(readyFile);
  }

  /** Goes on with what an earlier keeper started. */
  adopt(record: RunRecord): void {
    this.#watch(adoptRun(record, this.#ports));
    this.#log.note(`goes on under a new keeper as process ${record.identity.pid}`);
    this.#tell({ state: "running" });
  }

  /** A worker serves on until the new one is ready; a service is stopped first, since it holds its port alone. */
  async replace(spec: FullSpec): Promise<void> {
    await this.#inTurn(async () => {
      if (spec.kind === "worker" && this.#run) {
        this.#leaving.add(this.#run);
        this.#run = undefined;
        this.#readiness.abort();
      } else {
        await this.#stop();
      }
      this.#spec = spec;
      this.#tries = noTries;
      this.start();
    });
    await this.#ready;
  }

  async restart(): Promise<void> {
    await this.#inTurn(async () => {
      await this.#stop();
      this.#tries = noTries;
      this.start();
    });
  }

  stop(): Promise<void> {
    return this.#inTurn(() => this.#stop());
  }

  /** Kills all of it now. */
  kill(): void {
    this.#cancelStart();
    for (const run of [...this.#leaving, ...(this.#run ? [this.#run] : [])]) run.killGroup();
  }

  close(): void {
    clearReadyFile(this.#readyFile());
    this.#output.close();
    this.#log.close();
  }

  #readyFile(): string {
    return join(this.#ports.runFolder, `${this.#spec.id}.ready`);
  }

  async #stop(): Promise<void> {
    this.#cancelStart();
    this.#readiness.abort();
    const run = this.#run;
    this.#run = undefined;
    const others = [...this.#leaving].map((each) => this.#seeOff(each));
    if (run) {
      this.#tell({ state: "stopping", pid: run.pid });
      this.#leaving.add(run);
      await Promise.race([run.exited, Bun.sleep(this.#spec.stop.drainMs)]);
      const exit = await this.#seeOff(run);
      await this.#output.drained();
      this.#tell({ state: "exited", ...exit, asked: true });
    } else if (this.#state.state !== "exited" || this.#state.asked !== true) {
      this.#tell({ state: "exited", asked: true });
    }
    await Promise.all(others);
  }

  async #seeOff(run: Run): Promise<Exit> {
    this.#leaving.add(run);
    const exit = await run.stop();
    this.#leaving.delete(run);
    return exit;
  }

  /** One change at a time: a restart must not start what a stop behind it believes stopped. */
  #inTurn(change: () => Promise<void>): Promise<void> {
    return this.#turns.take("change", change);
  }

  #watch(run: Run): void {
    this.#run = run;
    void run.exited.then((exit) => this.#ended(run, exit));
  }

  #becomeReady(readyFile: string): void {
    const run = this.#run;
    this.#readiness = new AbortController();
    const { signal } = this.#readiness;
    const after = (isSo: boolean): void => {
      if (signal.aborted || run !== this.#run || !run || run.hasExited()) return;
      const late = { error: `Not ready after ${this.#spec.ready?.withinMs} ms.` };
      this.#tell({ state: "running", ...(isSo ? {} : late) });
      for (const old of this.#leaving) void this.#seeOff(old);
    };
    if (!this.#spec.ready) after(true);
    else this.#ready = isReady(this.#spec, readyFile, signal).then(after);
  }

  #ended(run: Run | undefined, exit: Exit, error?: string): void {
    if (run && !run.isStopping()) {
      this.#leaving.delete(run);
      run.killGroup(); // What it leaves behind would hold its port.
    }
    if (run !== this.#run) return; // Replaced or stopped: whoever did it tells.
    this.#run = undefined;
    this.#readiness.abort();
    const { clock } = this.#ports;
    const ranMs = run ? clock.now() - run.startedAt : 0;
    const policy = this.#spec.restart;
    const next = afterExit(this.#tries, { ranMs, policy, random: clock.random() });
    this.#tries = next.tries;
    const nextAt = clock.now() + next.delayMs;
    this.#log.note(`${error ?? howItEnded(exit)}; starts again in ${next.delayMs} ms`);
    this.#tell({
      state: next.isCrashLooping ? "crash-looping" : "exited",
      ...exit,
      ...(error === undefined ? {} : { error }),
      asked: false,
      nextAt,
    });
    this.#cancelStart = clock.at(nextAt, () => {
      this.#restarts++;
      this.start();
    });
  }

  #tell(now: Pick<ProcessState, "state"> & Partial<ProcessState>): void {
    const run = this.#run;
    this.#state = {
      id: this.#spec.id,
      kind: this.#spec.kind,
      ...(run ? { pid: run.pid, startedAt: run.startedAt } : {}),
      restarts: this.#restarts,
      at: this.#ports.clock.now(),
      ...now,
    };
    this.#ports.tell(this.#state);
  }
}

const exitCodeNotFound = 127;

/** What is meant for Castor itself, such as tokens, is none of a service's business. */
const withoutCastorVariables = (env: SupervisionPorts["env"]): SupervisionPorts["env"] =>
  Object.fromEntries(Object.entries(env).filter(([name]) => !name.startsWith("CASTOR_")));

const howItEnded = ({ code, signal }: Exit): string => {
  if (signal !== undefined) return `ended by ${signal}`;
  return code === undefined ? "ended, nobody knows how" : `ended with exit code ${code}`;
};
