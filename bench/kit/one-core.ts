import { readFileSync } from "node:fs";
import { childrenOf } from "./castor-up.ts";
import { type BenchRow, median } from "./rows.ts";

/** The core that what is measured runs on, and the one that load and site run on. */
export const serverCore = "0";
export const loadCore = "1";
const connections = 64;
export const tickMs = 10;

export type Server = { name: string; port: number; process: Bun.Subprocess };
export type Round = { perSecond: number; microsPerRequest: number; p99Ms: number };

/** Starts a program on one core. */
export const pinned = (core: string, command: string[]): Bun.Subprocess =>
  Bun.spawn(["taskset", "-c", core, ...command], { stdout: "ignore", stderr: "inherit" });

/** What a turn of load asks for; `fresh` opens a connection for each request. */
export type Asking = {
  path: string;
  seconds: number;
  scheme?: "http" | "https";
  fresh?: boolean;
};

/** One turn of wrk against one server: requests for one path, over connections that are kept unless told otherwise. */
export async function load(wrk: string, server: Server, of: Asking): Promise<Round> {
  const url = `${of.scheme ?? "http"}://127.0.0.1:${server.port}/${of.path}`;
  const closing = of.fresh === true ? ["-H", "Connection: close"] : [];
  const command = [
    wrk,
    "-t1",
    `-c${connections}`,
    `-d${of.seconds}s`,
    "--latency",
    ...closing,
    url,
  ];
  const { said, ticks } = await spending(server, command);
  const figure = (pattern: RegExp): number => Number(pattern.exec(said)?.[1] ?? Number.NaN);
  if (/Non-2xx|Socket errors/.test(said))
    throw new Error(`${server.name} failed requests:\n${said}`);
  return {
    perSecond: figure(/Requests\/sec:\s+([\d.]+)/),
    microsPerRequest: (ticks * tickMs * 1_000) / figure(/(\d+) requests in/),
    p99Ms: millisOf(/99%\s+([\d.]+)(us|ms|s)/.exec(said)),
  };
}

/** Runs a program on the load's core; what it says, and the server's processor time meanwhile. */
export async function spending(
  server: Server,
  command: readonly string[],
): Promise<{ said: string; ticks: number }> {
  const before = cpuTicks(server.process.pid);
  const run = Bun.spawn(["taskset", "-c", loadCore, ...command]);
  const said = await new Response(run.stdout).text();
  await run.exited;
  return { said, ticks: cpuTicks(server.process.pid) - before };
}

/** Rounds of each server in turn, so that whatever else the machine does falls on all alike. */
export async function inTurns(
  servers: readonly Server[],
  rounds: number,
  turn: (server: Server) => Promise<Round>,
): Promise<Map<string, Round[]>> {
  const measured = new Map<string, Round[]>(servers.map(({ name }) => [name, []]));
  for (let round = 0; round < rounds; round++) {
    for (const server of servers) measured.get(server.name)?.push(await turn(server));
  }
  return measured;
}

/** Medians of Castor's rounds against each peer's. */
export function sideBySide(
  what: string,
  measured: ReadonlyMap<string, readonly Round[]>,
): BenchRow[] {
  const of = (name: string, key: keyof Round): number =>
    median((measured.get(name) ?? []).map((each) => each[key]));
  const peers = [...measured.keys()].filter((name) => name !== "Castor");
  return peers.flatMap((peerName) => {
    const row = (label: string, key: keyof Round, unit: string, isMoreBetter = false): BenchRow => {
      const [castor, peer] = [of("Castor", key), of(peerName, key)];
      const ratio = isMoreBetter ? castor / peer : peer / castor;
      return { what: `${what}, ${label}`, castor, peer, peerName, ratio, unit };
    };
    return [
      row("answered", "perSecond", "req/s", true),
      row("CPU", "microsPerRequest", "µs/req"),
      row("p99", "p99Ms", "ms"),
    ];
  });
}

export const millisOf = (found: RegExpExecArray | null): number =>
  Number(found?.[1] ?? Number.NaN) * ({ us: 0.001, ms: 1, s: 1_000 }[found?.[2] ?? "ms"] ?? 1);

/** Processor time of one process so far, in clock ticks. */
export function ownTicks(pid: number): number {
  const fields = readFileSync(`/proc/${pid}/stat`, "utf8")
    .replace(/^.*\) /, "")
    .split(" ");
  return Number(fields[11]) + Number(fields[12]);
}

/** Processor time of a process and its children, in clock ticks. */
export const cpuTicks = (pid: number): number =>
  [pid, ...childrenOf(pid)].reduce((sum, each) => sum + ownTicks(each), 0);
