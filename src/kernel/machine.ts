import { mkdir, mkdtemp, rename, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { basename, dirname, join, resolve } from "node:path";
import type { Millis } from "./contract.ts";
import type { Net } from "./manifest/effects.ts";

/** What adapters of capabilities may do with the machine that Castor runs on: files and other people's programs. */
export interface Machine {
  net: Pick<Net, "fetch">;
  now(): Millis;
  /** The path of a file that the configuration names; relative ones lie beside castor.yaml. */
  at(path: string): string;
  /** The path of a file of Castor's own. */
  own(path: string): string;
  /** Undefined where there is none; throws where it is larger. */
  read(path: string, of: { bytesMax: number }): Promise<string | undefined>;
  /** The same for what is no text. */
  readBytes(path: string, of: { bytesMax: number }): Promise<Uint8Array | undefined>;
  /** Whoever reads it sees it as it was or as it is; folders on the way are made. */
  put(path: string, text: string): Promise<void>;
  remove(path: string): Promise<void>;
  /** Runs a program to its end and gives what it said; throws its last words where it failed, or could not. */
  run(
    command: readonly [program: string, ...string[]],
    of: { signal: AbortSignal; input?: string; env?: Readonly<Record<string, string>> },
  ): Promise<string>;
  /** A folder for the time of the work. */
  scratch<T>(work: (folder: string) => Promise<T>): Promise<T>;
}

const saidCharsMax = 300;
const lastLines = 2;

/** The machine itself. `folder` is that of castor.yaml, `data` Castor's own. */
export const machineHere = (
  of: { folder: string; data: string },
  world: { net: Pick<Net, "fetch">; clock: { now(): Millis } },
): Machine => ({
  net: world.net,
  now: () => world.clock.now(),
  at: (path) => resolve(of.folder, path),
  own: (path) => resolve(of.data, path),
  read: async (path, { bytesMax }) => await (await found(path, bytesMax))?.text(),
  readBytes: async (path, { bytesMax }) => await (await found(path, bytesMax))?.bytes(),
  async put(path, text) {
    await mkdir(dirname(path), { recursive: true });
    const beside = join(dirname(path), `.castor-${process.pid}-new`);
    await Bun.write(beside, text);
    await rename(beside, path);
  },
  remove: (path) => rm(path, { force: true }),
  run,
  async scratch(work) {
    const folder = await mkdtemp(join(tmpdir(), "castor-"));
    try {
      return await work(folder);
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  },
});

async function found(path: string, bytesMax: number): Promise<Blob | undefined> {
  const file = Bun.file(path);
  if (!(await file.exists())) return undefined;
  if (file.size > bytesMax) throw new Error(`${basename(path)} is larger than ${bytesMax} bytes`);
  return file;
}

const run: Machine["run"] = async (command, { signal, input = "", env = {} }) => {
  const [program] = command;
  if (Bun.which(program) === null) throw new Error(`the program ${program} is not installed`);
  const child = Bun.spawn([...command], {
    ...{ stdin: new Blob([input]), stdout: "pipe", stderr: "pipe", signal },
    // Nothing of Castor's own environment, which holds secrets, but where programs and the account's files are.
    env: { PATH: process.env["PATH"] ?? "", HOME: process.env["HOME"] ?? "/", ...env },
  });
  const [said, complaints, code] = await Promise.all([
    new Response(child.stdout).text(),
    new Response(child.stderr).text(),
    child.exited,
  ]);
  if (signal.aborted) throw new Error(`${program} took too long`);
  if (code !== 0) throw new Error(`${program} failed (${code}): ${lastWords(complaints)}`);
  return said;
};

const lastWords = (text: string): string =>
  text
    .split("\n")
    .map((line) => line.trim())
    .filter((line) => line !== "")
    .slice(-lastLines)
    .join("; ")
    .slice(0, saidCharsMax);
