import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { GatewaySnapshotInput } from "../src/absorb/gateway/data-plane/snapshot.ts";
import { freePort, residentMb, untilAnswers } from "./kit/castor-up.ts";
import type { CrowdReport } from "./kit/overload/crowd.ts";
import { nginxMain, tempPaths } from "./kit/nginx.ts";
import { needPeer } from "./kit/peers.ts";
import type { BenchResult, BenchRow } from "./kit/rows.ts";
import { workerCommand, writePictures } from "./kit/worker.ts";

/** The site: ten workers, 100 ms each: a shop, not a benchmark. The peers are told so; Castor finds out. */
const workers = 10;
const answerMs = 100;
const timesCapacity = 10;
const overloadSeconds = 60;
const calmShare = 0.3;
const calmSeconds = 8;
const afterwardsSeconds = 10;
const memoryLookMs = 250;
/** Whoever comes afterwards fares as before: so many slots in a row. */
const calmSlots = 5;
const slotSeconds = 0.1;

type Proxy = { name: string; port: number; process: Bun.Subprocess };
type Measured = {
  name: string;
  goodput: number;
  timesUnloadedP99: number;
  servedP99Ms: number;
  refusedP99Ms: number;
  lostShare: number;
  memoryMb: number;
  recoverySeconds: number;
};

/** Ten times what a site can do, for a minute, through Castor, nginx and HAProxy in turn; visitors leave after two seconds. */
export async function bench(seconds = overloadSeconds): Promise<BenchResult> {
  const programs = { nginx: needPeer("nginx"), haproxy: needPeer("haproxy") };
  const folder = mkdtempSync(join(tmpdir(), "castor-bench-overload-"));
  chmodSync(folder, 0o755);
  try {
    const starts = [
      (site: number) => startCastor(folder, site, 1),
      (site: number) => startCastor(folder, site, 2),
      (site: number) => startNginx(programs.nginx, folder, site),
      (site: number) => startHaproxy(programs.haproxy, folder, site),
    ];
    const measured: Measured[] = [];
    for (const start of starts)
      measured.push(await withSite((site) => measure(start, site, seconds)));
    const [one, two, ...peers] = measured;
    if (one === undefined || two === undefined) throw new Error("Nothing was measured.");
    return { name: "overload", rows: [two, ...peers].flatMap((peer) => compare(one, peer)) };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Each one meets a fresh site: what the one before left waiting in it is not theirs. */
async function withSite<T>(use: (site: number) => Promise<T>): Promise<T> {
  const site = await freePort();
  const script = join(import.meta.dir, "kit/overload/origin.ts");
  const command = [process.execPath, script, String(site), String(workers), String(answerMs)];
  const origin = Bun.spawn(command, { stdout: "ignore", stderr: "inherit" });
  try {
    await untilAnswers(`http://127.0.0.1:${site}/`);
    return await use(site);
  } finally {
    origin.kill();
    await origin.exited;
  }
}

async function crowd(port: number, perSecond: number, seconds: number): Promise<CrowdReport> {
  const script = join(import.meta.dir, "kit/overload/crowd.ts");
  const command = [process.execPath, script, String(port), String(perSecond), String(seconds)];
  const run = Bun.spawn(command, { stderr: "inherit" });
  const report = (await new Response(run.stdout).json()) as CrowdReport;
  await run.exited;
  return report;
}

async function measure(
  start: (site: number) => Promise<Proxy>,
  site: number,
  seconds: number,
): Promise<Measured> {
  const capacity = (workers * 1_000) / answerMs;
  const proxy = await start(site);
  try {
    await untilAnswers(`http://127.0.0.1:${proxy.port}/`);
    const calm = await crowd(proxy.port, capacity * calmShare, calmSeconds);
    let memoryMb = 0;
    const look = (): void => {
      memoryMb = Math.max(memoryMb, residentMb([proxy.process.pid, ...childrenOf(proxy)]));
    };
    const looking = setInterval(look, memoryLookMs);
    const before = await figures(site);
    const loaded = await crowd(proxy.port, capacity * timesCapacity, seconds);
    const after = await figures(site);
    // What it could have answered had it never been idle: on a busy machine 20 ms are longer.
    const couldDo =
      (workers * loaded.seconds * 1_000 * (after.answered - before.answered)) /
      (after.busyMs - before.busyMs);
    clearInterval(looking);
    look();
    const afterwards = await crowd(proxy.port, capacity * calmShare, afterwardsSeconds);
    const found = {
      name: proxy.name,
      goodput: loaded.servedInTime / couldDo,
      timesUnloadedP99: typicalP99(loaded) / typicalP99(calm),
      servedP99Ms: typicalP99(loaded),
      refusedP99Ms: loaded.refusedMs.p99,
      lostShare: loaded.lost / loaded.wanted,
      memoryMb,
      recoverySeconds: recovery(afterwards, typicalP99(calm) * 2),
    };
    console.error(
      `${proxy.name}: could do ${Math.round(couldDo / loaded.seconds)}/s, unloaded p99 ${typicalP99(calm).toFixed(1)} ms, p99 of the whole run ${loaded.servedMs.p99.toFixed(0)} ms, wanted ${Math.round(loaded.wanted / loaded.seconds)}/s, ${JSON.stringify(found)}`,
    );
    return found;
  } finally {
    proxy.process.kill();
    await proxy.process.exited;
  }
}

/** The p99 of a second, in the second in the middle: one in which the machine did something else tells nothing of the proxy. */
const typicalP99 = ({ p99MsPerSecond }: CrowdReport): number =>
  p99MsPerSecond.toSorted((a, b) => a - b)[Math.floor(p99MsPerSecond.length / 2)] ?? Number.NaN;

/** When everybody who came from then on was served, and about as quickly as before. */
function recovery({ slots }: CrowdReport, p99MsMax: number): number {
  const isCalm = slots.map(({ wanted, served, p99Ms }) => served === wanted && p99Ms <= p99MsMax);
  const at = isCalm.findIndex((_, i) => isCalm.slice(i, i + calmSlots).every(Boolean));
  return at < 0 ? afterwardsSeconds : at * slotSeconds;
}

const figures = async (site: number): Promise<{ answered: number; busyMs: number }> => {
  const answer = await fetch(`http://127.0.0.1:${site}/figures`);
  return (await answer.json()) as { answered: number; busyMs: number };
};

function compare(castor: Measured, peer: Measured): BenchRow[] {
  const row = (what: string, key: keyof Measured, unit: string, isMoreBetter = false): BenchRow => {
    const [ours, theirs] = [Number(castor[key]), Number(peer[key])];
    // A tenth of the smallest figure shown stands for nothing at all.
    const [a, b] = [Math.max(ours, 0.001), Math.max(theirs, 0.001)];
    const ratio = isMoreBetter ? a / b : b / a;
    return { what, castor: ours, peer: theirs, peerName: peer.name, ratio, unit };
  };
  return [
    row("goodput", "goodput", "of capacity", true),
    row("p99 of the served in a second", "servedP99Ms", "ms"),
    row("p99 over the unloaded", "timesUnloadedP99", "times"),
    row("p99 of a no", "refusedP99Ms", "ms"),
    row("left without an answer", "lostShare", "of all"),
    row("memory at most", "memoryMb", "MB"),
    row("recovery", "recoverySeconds", "s"),
  ];
}

const childrenOf = ({ process: { pid } }: Proxy): number[] =>
  readFileSync(`/proc/${pid}/task/${pid}/children`, "utf8").split(" ").filter(Boolean).map(Number);

const spawn = (command: string[]): Bun.Subprocess =>
  Bun.spawn(command, { stdout: "ignore", stderr: "inherit" });

async function startCastor(parent: string, site: number, count: number): Promise<Proxy> {
  const folder = join(parent, `castor-${count}`);
  const port = await freePort();
  const gateway: GatewaySnapshotInput = {
    listeners: [{ host: "127.0.0.1", port }],
    routes: [{ id: "site", service: "site" }],
    services: [
      {
        id: "site",
        instances: [{ id: "site-1", host: "127.0.0.1", port: site }],
        concurrency: {},
      },
    ],
  };
  writePictures(folder, { gateway });
  const name = `Castor, ${count} ${count === 1 ? "worker" : "workers"}`;
  if (count === 1) return { name, port, process: spawn(workerCommand(folder)) };
  const both = `const all = ${JSON.stringify([workerCommand(folder, 1), workerCommand(folder, 2)])}.map((each) => Bun.spawn(each, { stdout: "ignore", stderr: "inherit" }));
    process.on("SIGTERM", () => { for (const each of all) each.kill(); });
    await Promise.all(all.map((each) => each.exited));`;
  return { name, port, process: spawn([process.execPath, "--eval", both]) };
}

/** As an operator who knows the site would: no more at once than it can do. The open version has no queue. */
async function startNginx(nginx: string, folder: string, site: number): Promise<Proxy> {
  const port = await freePort();
  const config = join(folder, "nginx.conf");
  writeFileSync(
    config,
    `${nginxMain(folder, "nginx", 8_192)}
http { access_log off; keepalive_requests 100000000; ${tempPaths(folder)}
  upstream site { zone site 64k; server 127.0.0.1:${site} max_conns=${workers} max_fails=0; keepalive ${workers}; }
  server { listen 127.0.0.1:${port}; location / {
    proxy_pass http://site; proxy_http_version 1.1; proxy_set_header Connection ""; } } }`,
  );
  return { name: "nginx", port, process: spawn([nginx, "-c", config]) };
}

/** With its queue: as many at once as the site can do, the others wait a second at most. */
async function startHaproxy(haproxy: string, folder: string, site: number): Promise<Proxy> {
  const port = await freePort();
  const config = join(folder, "haproxy.cfg");
  writeFileSync(
    config,
    `global
  nbthread 1
  maxconn 8192
defaults
  mode http
  timeout client 30s
  timeout server 30s
  timeout connect 2s
  timeout queue 1s
  http-reuse always
frontend visitors
  bind 127.0.0.1:${port}
  default_backend site
backend site
  server site-1 127.0.0.1:${site} maxconn ${workers} maxqueue 100
`,
  );
  return { name: "HAProxy", port, process: spawn([haproxy, "-f", config, "-db", "-q"]) };
}
