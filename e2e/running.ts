import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { stringify } from "yaml";
import { type Api, api, findTarget } from "../src/cli/api.ts";
import type { Fact, Facts } from "../src/cli/facts.ts";
import { freePort } from "../src/kernel/free-port.testing.ts";
import { type Identity, identify, isAlive } from "../src/kernel/processes/identity.ts";

export { freePort };

const root = join(import.meta.dir, "..");
const readyWithinMs = 60_000;
const lookAgainMs = 25;

export type Config = Record<string, unknown>;
/** What `catalog.services` says of an instance, as far as the proofs look at it. */
export type Instance = { id: string; state: string; health: string; port: number; pid?: number };

/** The real program, started through its launcher on a data folder of its own. */
export type Running = {
  folder: string;
  data: string;
  /** Addresses, without a slash at the end. */
  gateway: string;
  console: string;
  api: Api;
  token(): string;
  printed(): string;
  /** The newest facts first; types may end in `*`. */
  log(...types: string[]): Promise<Fact[]>;
  instances(): Promise<Instance[]>;
  /** What runs now, by the keeper's records. */
  processes(): { id: string; kind: string; identity: Identity }[];
  keeperPid(): number;
  pidOf(id: string): number;
  writeConfig(config: Config | string): void;
  /** Signals the launcher, as a terminal or an init system would. */
  signal(name: NodeJS.Signals): void;
  exited: Promise<number>;
  /** Asks it to end, and gives the exit code. */
  stop(): Promise<number>;
};

export type Start = {
  /** `up` unless told otherwise; addresses and the data folder are added. */
  args?: readonly string[];
  config?: Config;
  /** Goes on with the folder of an earlier start, and its addresses. */
  after?: Pick<Running, "folder" | "gateway" | "console">;
  env?: Record<string, string>;
};

const undo: (() => unknown)[] = [];
/** Ends what the tests began, last things first; for `afterEach`. */
export async function endAll(): Promise<void> {
  for (const each of undo.splice(0).reverse()) await each();
}
export const later = (end: () => unknown): void => void undo.push(end);

/** Waits for something to become so; what it says in the end is part of the complaint. */
export async function until<T>(
  what: string,
  find: () => T | undefined | false | Promise<T | undefined | false>,
  withinMs = readyWithinMs,
): Promise<T> {
  const endsAt = performance.now() + withinMs;
  let last: unknown;
  while (performance.now() < endsAt) {
    try {
      const found = await find();
      if (found !== undefined && found !== false) return found;
      last = found;
    } catch (error) {
      last = error;
    }
    await Bun.sleep(lookAgainMs);
  }
  throw new Error(`Waited ${withinMs} ms in vain until ${what}: ${String(last)}`);
}

/** Nothing of it runs any more. */
export const isGone = (identity: Identity): boolean => !isAlive(identity);

/** Starts Castor, and ends it after the test by the pids that it started. Resolves once the API answers. */
export async function startCastor(of: Start = {}): Promise<Running> {
  const folder = of.after?.folder ?? mkdtempSync(join(tmpdir(), "castor-e2e-"));
  if (!of.after) later(() => rmSync(folder, { recursive: true, force: true }));
  const data = join(folder, ".castor");
  const address = (known: string | undefined): string =>
    known?.slice("http://".length) ?? `127.0.0.1:${freePort()}`;
  const [listen, console] = [address(of.after?.gateway), address(of.after?.console)];
  const writeConfig = (config: Config | string): void =>
    writeFileSync(
      join(folder, "castor.yaml"),
      typeof config === "string" ? config : stringify(config),
    );
  if (of.config) writeConfig(of.config);
  const child = Bun.spawn(
    [
      ...["node", join(root, "bin/castor.cjs"), ...(of.args ?? ["up"])],
      ...["--listen", listen, "--console", console, "--data", data],
    ],
    {
      cwd: folder,
      env: { ...process.env, NO_COLOR: "1", CASTOR_BUN: process.execPath, ...of.env },
      stdout: "pipe",
      stderr: "pipe",
    },
  );
  let printed = "";
  for (const stream of [child.stdout, child.stderr]) void read(stream, (text) => (printed += text));
  const run = (name: string): string => join(data, "run", name);
  const control = api(() => findTarget({ flags: { data }, env: {}, folder }));
  const keeperPid = (): number => Number(JSON.parse(readFileSync(run("keeper.pid"), "utf8")).pid);
  const running: Running = {
    folder,
    data,
    gateway: `http://${listen}`,
    console: `http://${console}`,
    api: control,
    token: () => readFileSync(run("local-token"), "utf8").trim(),
    printed: () => printed,
    log: async (...type) => {
      const asked = { limit: 500, ...(type.length > 0 ? { type } : {}) };
      return ((await control.ask("log.search", asked)) as Facts).events;
    },
    instances: async () =>
      ((await control.ask("catalog.services")) as { instances: Instance[] }[]).flatMap(
        (each) => each.instances,
      ),
    processes: () => records(run("processes")),
    keeperPid,
    pidOf: (id) => {
      const found = records(run("processes")).find((each) => each.id === id);
      if (!found) throw new Error(`${id} does not run.`);
      return found.identity.pid;
    },
    writeConfig,
    signal: (name) => child.kill(name),
    exited: child.exited,
    stop: () => (child.kill("SIGTERM"), child.exited),
  };
  later(async () => {
    if (child.exitCode === null && child.signalCode === null) await running.stop();
    for (const { identity } of running.processes()) killGroup(identity);
  });
  const startedAt = Date.now();
  await Promise.race([
    until("the API answers", async () => {
      if (!existsSync(run("local-token"))) return false;
      const [begun] = await running.log("castor.started");
      return begun !== undefined && begun.at >= startedAt - 1;
    }),
    child.exited.then((code) => Promise.reject(new Error(`It ended with ${code}: ${printed}`))),
  ]);
  return running;
}

/** Everything that is to run does: so many gateway workers, and every instance is healthy. */
export async function allServe(castor: Running, workers: number): Promise<void> {
  await until("every worker and instance serves", async () => {
    const now = (await castor.api.ask("gateway.now")) as { workers: unknown[] };
    const instances = await castor.instances();
    return now.workers.length === workers && instances.every((each) => each.health === "healthy");
  });
}

function records(folder: string): ReturnType<Running["processes"]> {
  if (!existsSync(folder)) return [];
  return readdirSync(folder)
    .filter((file) => file.endsWith(".json"))
    .flatMap((file) => {
      try {
        const { spec, identity } = JSON.parse(readFileSync(join(folder, file), "utf8"));
        return isAlive(identity) ? [{ id: spec.id, kind: spec.kind, identity }] : [];
      } catch {
        return []; // It ended while we looked.
      }
    });
}

function killGroup(identity: Identity): void {
  if (identify(identity.pid)?.startedAs !== identity.startedAs) return;
  try {
    process.kill(-identity.pid, "SIGKILL");
  } catch {
    // It ended by itself.
  }
}

async function read(stream: ReadableStream<Uint8Array>, hear: (text: string) => void) {
  const decoder = new TextDecoder();
  for await (const chunk of stream) hear(decoder.decode(chunk, { stream: true }));
}
