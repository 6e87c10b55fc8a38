import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { api, findTarget } from "../src/cli/api.ts";
import { cpuMsOf, threadsOf } from "./kit/cpu.ts";
import { freePort, residentMb } from "./kit/castor-up.ts";
import type { Load } from "./kit/raw-sender.ts";
import type { BenchResult } from "./kit/rows.ts";
import { seed } from "./kit/sentry-seed.ts";

const root = join(import.meta.dir, "..");
const seconds = Number(process.env["CASTOR_BENCH_SECONDS"] ?? 60);
/** How many events the store holds before the load. */
const stored = Number(process.env["CASTOR_BENCH_STORED"] ?? 0);
const connections = 32;
const lookEveryMs = 500;
const readyWithinMs = 30_000;

/** What others say of themselves, in their own words and on machines of about this size; not measured here. */
const claims = { bugsink: 30, telebugs: 50 };
const bars = {
  ...{ perSecond: 600, p99Ms: 250, questionMs: 1_000, searchMs: 100 },
  // Two cores give 3.3 ms an event at the bar, and the load takes its share.
  ...{ intakeMb: 400, controlMb: 200, cpuMs: 2.2 },
};
/** Where a store was filled: one event of all has the first, a large part has the second. */
const searches = ["needle", "booking", "booking shop", "no booking for"];

type Found = Load & { bytes: number; packedBytes: number };
type Issues = { issues: { events: number }[]; total: number };

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
function pidOf(data: string, id: string): number | undefined {
  const folder = join(data, "run", "processes");
  return readdirSync(folder)
    .filter((file) => file.endsWith(".json"))
    .map((file) => JSON.parse(readFileSync(join(folder, file), "utf8")) as ProcessRecord)
    .find((each) => each.spec.id === id)?.identity.pid;
}

type Inbox = {
  data: string;
  url: string;
  ask(query: string, input?: Record<string, unknown>): Promise<unknown>;
  stop(): Promise<void>;
};

/** The whole program on a data folder of its own, with one project. */
async function inboxUp(): Promise<Inbox> {
  const folder = mkdtempSync(join(tmpdir(), "castor-bench-errors-"));
  const data = join(folder, ".castor");
  const [gateway, consolePort] = [await freePort(), await freePort()];
  writeFileSync(
    join(folder, "castor.yaml"),
    "errors: { eventsPerMinuteMax: 10000000, projects: { bench: {} } }\ngateway: { workers: 1 }\n",
  );
  if (stored > 0) {
    console.log(`Fills the store with ${stored} events first.`);
    await seed(join(data, "stores"), stored);
  }
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
    const dsn = await until("the inbox is there", async () => {
      await control.ask("errors.issues");
      const { projects } = (await control.ask("errors.projects")) as {
        projects: { dsn: string }[];
      };
      return projects[0]?.dsn;
    });
    const { username: key, host } = new URL(dsn);
    const url = `http://${host}/in/sentry/api/1/envelope/?sentry_key=${key}`;
    return { data, url, ask: (query, input) => control.ask(query, input), stop };
  } catch (why) {
    await stop();
    throw why;
  }
}

type Watched = { mb: number; cpuMs: number; threads: string };
const parts = { intake: "errors-intake", control: "control" } as const;
type Part = keyof typeof parts;

/** Runs the load, and watches what memory and processor time the processes take meanwhile. */
async function loaded({ data, url }: Inbox): Promise<{ found: Found; of: Record<Part, Watched> }> {
  const load = Bun.spawn(
    [
      ...[process.execPath, join(import.meta.dir, "kit/sentry-load.ts")],
      ...[url, `${seconds}`, `${connections}`],
    ],
    { stdout: "pipe", stderr: "inherit" },
  );
  const watched = Object.entries(parts).map(([name, id]) => watch(name, pidOf(data, id)));
  const found = JSON.parse(await new Response(load.stdout).text()) as Found;
  const of = Object.fromEntries(watched.map((end) => end())) as Record<Part, Watched>;
  return { found, of };
}

function watch(name: string, pid: number | undefined): () => [string, Watched] {
  if (pid === undefined) throw new Error(`There is no process ${name}.`);
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

/** How long each search takes through the API: the median of five. */
async function searched(inbox: Inbox): Promise<{ words: string; ms: number }[]> {
  const found: { words: string; ms: number }[] = [];
  for (const words of searches) {
    const times: number[] = [];
    for (let round = 0; round < 5; round++) {
      const from = performance.now();
      const { total } = (await inbox.ask("errors.issues", { search: words })) as Issues;
      times.push(performance.now() - from);
      if (total === 0) throw new Error(`Nothing was found for "${words}".`);
    }
    found.push({ words, ms: times.toSorted((a, b) => a - b)[2] ?? Number.NaN });
  }
  return found;
}

/** Events of fifty kilobytes against the whole program: each is durable, scrubbed, grouped, indexed and counted before its answer. */
export async function bench(): Promise<BenchResult> {
  const inbox = await inboxUp();
  try {
    const { found, of } = await loaded(inbox);
    const drainedFrom = performance.now();
    const { issues, total } = (await inbox.ask("errors.issues", { limit: 200 })) as Issues;
    const kept = issues.reduce((sum, each) => sum + each.events, 0);
    const drainMs = performance.now() - drainedFrom;
    console.log(
      `${found.sent} events of ${Math.round(found.bytes / 1024)} KB (${(found.packedBytes / 1024).toFixed(1)} KB gzip) in ${found.tookS.toFixed(1)} s, ${JSON.stringify(found.statuses)}; ${total} issues hold ${kept}; p50 ${found.p50Ms.toFixed(1)} ms, longest ${found.maxMs.toFixed(0)} ms`,
    );
    for (const [name, { threads }] of Object.entries(of))
      console.log(`Seconds of processor time of ${name}, by thread: ${threads}`);
    if (kept !== found.sent + stored)
      throw new Error(
        `${found.sent} were acknowledged, ${kept} are counted beside ${stored} before.`,
      );
    const row = (what: string, castor: number, peer: number, peerName: string, unit: string) => ({
      ...{ what, castor, peer, peerName, unit },
      ratio: unit === "events/s" ? castor / peer : peer / castor,
    });
    const { perSecond, p99Ms } = found;
    const cpu = ({ cpuMs }: Watched): number => cpuMs / found.sent;
    return {
      name: "errors",
      rows: [
        row("fully processed", perSecond, claims.telebugs, "Telebugs' claim", "events/s"),
        row("fully processed", perSecond, claims.bugsink, "Bugsink's claim", "events/s"),
        row("fully processed", perSecond, bars.perSecond, "the bar", "events/s"),
        row("acknowledged, p99", p99Ms, bars.p99Ms, "the bar", "ms"),
        row(
          "processor time an event",
          cpu(of.intake) + cpu(of.control),
          bars.cpuMs,
          "the aim",
          "ms",
        ),
        row("of it the inbox", cpu(of.intake), bars.cpuMs, "the aim", "ms"),
        row("of it control", cpu(of.control), bars.cpuMs, "the aim", "ms"),
        row(
          "beside it the load",
          found.cpuMs / found.sent,
          1_100 / bars.perSecond,
          "the rest",
          "ms",
        ),
        row("first question after it", Math.max(1, drainMs), bars.questionMs, "the bar", "ms"),
        ...(stored > 0
          ? (await searched(inbox)).map(({ words, ms }) =>
              row(`search for "${words}"`, ms, bars.searchMs, "the bar", "ms"),
            )
          : []),
        row("the inbox's process", of.intake.mb, bars.intakeMb, "the bar", "MB"),
        row("control beside it", of.control.mb, bars.controlMb, "the bar", "MB"),
      ],
    };
  } finally {
    await inbox.stop();
  }
}
