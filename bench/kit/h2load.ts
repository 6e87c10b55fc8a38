import { readFileSync } from "node:fs";
import { type Round, type Server, spending, tickMs } from "./one-core.ts";

const connections = 16;
const streams = 8;

/** One turn of h2load: many requests at once over few connections, for as long as said. */
export async function loadHttp2(
  h2load: string,
  server: Server,
  of: { path: string; seconds: number; folder: string },
): Promise<Round> {
  const times = `${of.folder}/h2load-${server.name}.log`;
  const { said, ticks } = await spending(server, [
    ...[h2load, "-t1", `-c${connections}`, `-m${streams}`, `-D${of.seconds}`],
    ...[`--log-file=${times}`, `https://127.0.0.1:${server.port}/${of.path}`],
  ]);
  const figure = (pattern: RegExp): number => Number(pattern.exec(said)?.[1] ?? Number.NaN);
  const done = figure(/ (\d+) succeeded/);
  if (!/Application protocol: h2/.test(said) || !/ 0 errored/.test(said) || done === 0)
    throw new Error(`${server.name} failed requests:\n${said}`);
  return {
    perSecond: done / of.seconds,
    microsPerRequest: (ticks * tickMs * 1_000) / done,
    p99Ms: p99Of(readFileSync(times, "utf8")) / 1_000,
  };
}

/** The third column of h2load's log is how long a request took, in microseconds. */
function p99Of(log: string): number {
  const took = log
    .trim()
    .split("\n")
    .map((line) => Number(line.split("\t")[2]))
    .toSorted((a, b) => a - b);
  return took[Math.floor(took.length * 0.99)] ?? Number.NaN;
}
