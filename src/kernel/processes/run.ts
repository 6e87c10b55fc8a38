import { closeSync } from "node:fs";
import { setPriority } from "node:os";
import type { Clock } from "../clock/clock.ts";
import { fingerprint, type FullSpec } from "./defaults.ts";
import { identify, isAlive, isGroupAlive, signalGroup } from "./identity.ts";
import type { OutputPipe } from "./output.ts";
import type { Records, RunRecord } from "./records.ts";

export type Exit = { code?: number; signal?: string };

/** One life of a process, from its start to the end of its whole group. */
export type Run = {
  readonly pid: number;
  readonly startedAt: number;
  readonly record: RunRecord;
  readonly exited: Promise<Exit>;
  hasExited(): boolean;
  isStopping(): boolean;
  /** Asks the group to end, kills what is left of it after the grace; resolves when all of it is gone. */
  stop(graceMs?: number): Promise<Exit>;
  /** Ends whatever the process left behind. */
  killGroup(): void;
};

const watchAdoptedMs = 250;
const watchGroupMs = 25;
/** Between SIGKILL and the end of a group, which only an uninterruptible call delays. */
const killedWithinMs = 5_000;

export type RunPorts = { clock: Clock; records: Records; env: Record<string, string | undefined> };

/** Starts a process in a session of its own, so that its whole group can be signalled. Throws when it cannot start. */
export function startRun(spec: FullSpec, output: OutputPipe, ports: RunPorts): Run {
  const out = output.forChild();
  const command = typeof spec.command === "string" ? ["/bin/sh", "-c", spec.command] : spec.command;
  try {
    const child = Bun.spawn([...command], {
      ...(spec.cwd === undefined ? {} : { cwd: spec.cwd }),
      env: { ...ports.env, ...spec.env },
      stdin: "ignore",
      stdout: out,
      stderr: out,
      detached: true,
    });
    if (spec.nice !== undefined) beNice(child.pid, spec.nice);
    // Gone already: any start time will do, since nothing can be alive under it.
    const identity = identify(child.pid) ?? { pid: child.pid, startedAs: "gone" };
    const startedAt = ports.clock.now();
    const print = fingerprint(spec);
    const record = { spec, fingerprint: print, identity, startedAt, leaving: false };
    ports.records.write(record);
    const exited = child.exited.then((): Exit => {
      const { signalCode, exitCode } = child;
      return signalCode !== null ? { signal: String(signalCode) } : { code: exitCode ?? 0 };
    });
    return runOf(record, exited, ports);
  } finally {
    closeSync(out);
  }
}

/** Goes on with a process that an earlier keeper started; how it ends cannot be known, only when. */
export function adoptRun(record: RunRecord, ports: RunPorts): Run {
  const exited = new Promise<Exit>((resolve) => {
    const timer = setInterval(() => {
      if (isAlive(record.identity)) return;
      clearInterval(timer);
      resolve({});
    }, watchAdoptedMs);
  });
  return runOf(record, exited, ports);
}

function runOf(record: RunRecord, ended: Promise<Exit>, ports: RunPorts): Run {
  const { pid } = record.identity;
  let hasExited = false;
  let stopping: Promise<Exit> | undefined;
  const exited = ended.then((exit) => {
    hasExited = true;
    ports.records.remove(record);
    return exit;
  });
  const isGroupGone = (): boolean => hasExited && !isGroupAlive(pid);
  const groupGone = async (withinMs: number): Promise<boolean> => {
    for (let waited = 0; waited < withinMs; waited += watchGroupMs) {
      if (isGroupGone()) return true;
      await Bun.sleep(watchGroupMs);
    }
    return isGroupGone();
  };
  const end = async (graceMs: number): Promise<Exit> => {
    if (hasExited) return await exited;
    record.leaving = true;
    ports.records.write(record);
    signalGroup(pid, record.spec.stop.signal);
    if (!(await groupGone(graceMs))) {
      signalGroup(pid, "SIGKILL");
      await groupGone(killedWithinMs);
    }
    return await exited;
  };
  return {
    pid,
    startedAt: record.startedAt,
    record,
    exited,
    hasExited: () => hasExited,
    isStopping: () => stopping !== undefined,
    stop: (graceMs = record.spec.stop.graceMs) => (stopping ??= end(graceMs)),
    killGroup: () => void signalGroup(pid, "SIGKILL"),
  };
}

function beNice(pid: number, nice: number): void {
  try {
    setPriority(pid, nice);
  } catch {
    // A negative value needs rights that a keeper seldom has; the process runs all the same.
  }
}
