import { readFileSync } from "node:fs";

/** The core that what is measured runs on, and the one that load and site run on. */
export const serverCore = "0";
export const loadCore = "1";
const connections = 64;
const tickMs = 10;

export type Server = { name: string; port: number; process: Bun.Subprocess };
export type Round = { perSecond: number; microsPerRequest: number; p99Ms: number };

/** Starts a program on one core. */
export const pinned = (core: string, command: string[]): Bun.Subprocess =>
  Bun.spawn(["taskset", "-c", core, ...command], { stdout: "ignore", stderr: "inherit" });

/** One turn of wrk against one server: kept-alive requests for one path. */
export async function load(
  wrk: string,
  server: Server,
  of: { path: string; seconds: number },
): Promise<Round> {
  const before = cpuTicks(server.process.pid);
  const command = ["taskset", "-c", loadCore, wrk, "-t1", `-c${connections}`, `-d${of.seconds}s`];
  const run = Bun.spawn([...command, "--latency", `http://127.0.0.1:${server.port}/${of.path}`]);
  const said = await new Response(run.stdout).text();
  await run.exited;
  const ticks = cpuTicks(server.process.pid) - before;
  const figure = (pattern: RegExp): number => Number(pattern.exec(said)?.[1] ?? Number.NaN);
  if (/Non-2xx|Socket errors/.test(said))
    throw new Error(`${server.name} failed requests:\n${said}`);
  return {
    perSecond: figure(/Requests\/sec:\s+([\d.]+)/),
    microsPerRequest: (ticks * tickMs * 1_000) / figure(/(\d+) requests in/),
    p99Ms: millisOf(/99%\s+([\d.]+)(us|ms|s)/.exec(said)),
  };
}

export const median = (found: readonly Round[], key: keyof Round): number =>
  found.map((each) => each[key]).toSorted((a, b) => a - b)[Math.floor(found.length / 2)] ??
  Number.NaN;

export const millisOf = (found: RegExpExecArray | null): number =>
  Number(found?.[1] ?? Number.NaN) * ({ us: 0.001, ms: 1, s: 1_000 }[found?.[2] ?? "ms"] ?? 1);

/** Processor time of a process and its children, in clock ticks. */
export function cpuTicks(pid: number): number {
  const fields = readFileSync(`/proc/${pid}/stat`, "utf8")
    .replace(/^.*\) /, "")
    .split(" ");
  const children = readFileSync(`/proc/${pid}/task/${pid}/children`, "utf8")
    .split(" ")
    .filter(Boolean);
  const own = Number(fields[11]) + Number(fields[12]);
  return children.reduce((sum, child) => sum + cpuTicks(Number(child)), own);
}
