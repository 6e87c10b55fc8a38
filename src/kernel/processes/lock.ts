import { linkSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { type Identity, identify, isAlive } from "./identity.ts";

/** Definite: another keeper has this data folder. */
export class AlreadyKept extends Error {
  readonly pid: number;
  constructor(pid: number, path: string) {
    super(
      `Castor already runs on this data folder (process ${pid}, says ${path}). ` +
        "Stop it first, or give this one another folder with --data.",
    );
    this.pid = pid;
  }
}

/** Takes a pid file for this process, also from a holder that is dead; returns how to give it back. */
export function takeLock(path: string): () => void {
  const self = identify(process.pid);
  if (!self) throw new Error("This process cannot find itself in the process table.");
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
  const own = `${path}.${process.pid}`;
  writeFileSync(own, `${JSON.stringify(self)}\n`);
  try {
    while (!tryLink(own, path)) {
      const holder = readHolder(path);
      if (holder && isAlive(holder)) throw new AlreadyKept(holder.pid, path);
      putAside(path, `${own}.stale`);
    }
  } finally {
    rmSync(own, { force: true });
  }
  return () => {
    if (readHolder(path)?.pid === process.pid) rmSync(path, { force: true });
  };
}

/** The keeper that holds a lock now, if one does. */
export function lockHolder(path: string): Identity | undefined {
  const holder = readHolder(path);
  return holder && isAlive(holder) ? holder : undefined;
}

function tryLink(own: string, path: string): boolean {
  try {
    linkSync(own, path);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "EEXIST") return false;
    throw error;
  }
}

function putAside(path: string, aside: string): void {
  try {
    renameSync(path, aside);
    // Somebody else may have replaced the stale file since we read it: theirs goes back.
    const taken = readHolder(aside);
    if (taken && isAlive(taken)) tryLink(aside, path);
    rmSync(aside, { force: true });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ENOENT") throw error;
  }
}

function readHolder(path: string): Identity | undefined {
  try {
    return JSON.parse(readFileSync(path, "utf8")) as Identity;
  } catch {
    return undefined;
  }
}
