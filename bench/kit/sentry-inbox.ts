import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { api, findTarget } from "../../src/cli/api.ts";
import { freePort, residentMb } from "./castor-up.ts";
import { cpuMsOf, threadsOf } from "./cpu.ts";
import type { Load } from "./raw-sender.ts";
import { seed } from "./sentry-seed.ts";

const root = join(import.meta.dir, "../..");
const readyWithinMs = 60_000;
const lookEveryMs = 500;
/** A store that `kit/sentry-seed.ts` filled before, used as it is: a million events take minutes to write. */
const filled = process.env["CASTOR_BENCH_STORES"];

async function until<T>(what: string, find: () => Promise<T | undefined>): Promise<T> {
  const endsAt = performance.now() + readyWithinMs;
  for (;;) {
    const found = await find().catch(() => undefined);
    if (found !== undefined) return found;
    if (performance.now() > endsAt) throw new Error(`Waited in vain until ${what}.`);
    await Bun.sleep(100);
  }
}

type ProcessRecord = { spec: { id: string }; identity: { pid: number } };
function pidOf(data: string, id: string): number {
  const folder = join(data, "run", "processes");
  const found = readdirSync(folder)
    .filter((file) => file.endsWith(".json"))
    .map((file) => JSON.parse(readFileSync(join(folder, file), "utf8")) as ProcessRecord)
    .find((each) => each.spec.id === id);
  if (!found) throw new Error(`There is no process ${id}.`);
  return found.identity.pid;
}

export type Inbox = {
  data: string;
  /** Where to send envelopes to: of the project that is loaded, and of one that hardly sends anything. */
  urls: { bench: string; quiet: string };
  ask(query: string, input?: Record<string, unknown>): Promise<unknown>;
  stop(): Promise<void>;
};

/** The whole program on a data folder of its own, with two projects. */
export async function inboxUp(stored: number): Promise<Inbox> {
  const folder = mkdtempSync(join(tmpdir(), "castor-bench-errors-"));
  const data = join(folder, ".castor");
  const [gateway, consolePort] = [await freePort(), await freePort()];
  writeFileSync(
    join(folder, "castor.yaml"),
    "errors: { eventsPerMinuteMax: 10000000, storageMax: 100GB, projects: { bench: {}, quiet: {} } }\ngateway: { workers: 1 }\n",
  );
  if (stored > 0) await fill(data, stored);
  const castor = Bun.spawn(
    [
      ...[process.execPath, join(root, "src/main.ts"), "up", "--plain", "--data", data],
      ...["--listen", `127.0.0.1:${gateway}`, "--console", `127.0.0.1:${consolePort}`],
    ],
    { cwd: folder, stdout: "ignore", stderr: "ignore" },
  );
  const stop = async (): Promise<void> => {
    castor.kill("SIGTERM");
    await castor.exited;
    rmSync(folder, { recursive: true, force: true });
  };
  const control = api(() => findTarget({ flags: { data }, env: {}, folder }));
  try {
    const dsns = await until("the inbox is there", async () => {
      await control.ask("errors.issues");
      const { projects } = (await control.ask("errors.projects")) as {
        projects: { project: string; number: number; dsn: string }[];
      };
      return projects.length > 1 ? projects : undefined;
    });
    const urlOf = (project: string): string => {
      const { dsn, number } = dsns.find((each) => each.project === project) ?? {
        dsn: "",
        number: 0,
      };
      const { username, host } = new URL(dsn);
      return `http://${host}/in/sentry/api/${number}/envelope/?sentry_key=${username}`;
    };
    const urls = { bench: urlOf("bench"), quiet: urlOf("quiet") };
    return { data, urls, ask: (query, input) => control.ask(query, input), stop };
  } catch (why) {
    await stop();
    throw why;
  }
}

async function fill(data: string, stored: number): Promise<void> {
  const stores = join(data, "stores");
  if (filled === undefined) {
    console.log(`Fills the store with ${stored} events first.`);
    return await seed(stores, stored);
  }
  mkdirSync(data, { recursive: true });
  symlinkSync(resolve(filled), stores);
}

export type Found = Load & { bytes: number; packedBytes: number };
/** Sends from a process of its own. `perSecond` 0: as many as are taken. */
export async function send(
  url: string,
  of: { seconds: number; connections: number; perSecond?: number; models?: number },
): Promise<Found> {
  const load = Bun.spawn(
    [
      ...[process.execPath, join(import.meta.dir, "sentry-load.ts"), url],
      ...[of.seconds, of.connections, of.perSecond ?? 0, of.models ?? 2_000].map(String),
    ],
    { stdout: "pipe", stderr: "inherit" },
  );
  return JSON.parse(await new Response(load.stdout).text()) as Found;
}

export type Watched = { mb: number; cpuMs: number; threads: string };
const parts = { intake: "errors-intake", control: "control" } as const;
type Part = keyof typeof parts;

/** What memory and processor time the processes take while something is done. */
export async function watched<T>(
  { data }: Inbox,
  work: () => Promise<T>,
): Promise<{ found: T; of: Record<Part, Watched> }> {
  const all = Object.entries(parts).map(([name, id]) => watch(name, pidOf(data, id)));
  const found = await work();
  return { found, of: Object.fromEntries(all.map((end) => end())) as Record<Part, Watched> };
}

function watch(name: string, pid: number): () => [string, Watched] {
  let mb = 0;
  const [cpu, threads] = [cpuMsOf(pid), threadsOf(pid)];
  const watching = setInterval(() => (mb = Math.max(mb, residentMb([pid]))), lookEveryMs);
  return () => {
    clearInterval(watching);
    const spent = [...threadsOf(pid)]
      .map(([thread, ms]): [string, number] => [thread, ms - (threads.get(thread) ?? 0)])
      .filter(([, ms]) => ms >= 500)
      .toSorted((a, b) => b[1] - a[1])
      .map(([thread, ms]) => `${thread} ${(ms / 1_000).toFixed(1)}`);
    return [name, { mb, cpuMs: cpuMsOf(pid) - cpu, threads: spent.join(", ") }];
  };
}
