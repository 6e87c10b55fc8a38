import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { GatewaySnapshotInput } from "../src/absorb/gateway/data-plane/snapshot.ts";
import { freePort, untilAnswers } from "./kit/castor-up.ts";
import { needPeer } from "./kit/peers.ts";
import { cpuTicks, millisOf } from "./kit/one-core.ts";
import type { BenchResult, BenchRow } from "./kit/rows.ts";

/** Many short turns: whatever else the machine does then falls on all three alike. */
const rounds = 15;
const roundS = 1;
const warmUpS = 2;
const connections = 64;
const sizes = [
  { what: "1 KB", path: "1k", bytes: 1_024 },
  { what: "20 KB", path: "20k", bytes: 20_480 },
];
const proxyCore = "0";
const loadCore = "1";
const tickMs = 10;

type Proxy = { name: string; port: number; process: Bun.Subprocess };
type Round = { perSecond: number; microsPerRequest: number; p99Ms: number };

/** Proxied, kept-alive requests: the worker, nginx and HAProxy take turns on one core, wrk and the site on the other. */
export async function bench(): Promise<BenchResult> {
  const programs = { nginx: needPeer("nginx"), haproxy: needPeer("haproxy"), wrk: needPeer("wrk") };
  needPeer("taskset", "apt-get install -y util-linux");
  const folder = mkdtempSync(join(tmpdir(), "castor-bench-gateway-"));
  chmodSync(folder, 0o755); // nginx reads the site as another user.
  const running: Bun.Subprocess[] = [];
  try {
    const site = await freePort();
    running.push(startSite(programs.nginx, folder, site));
    const proxies = [
      await startWorker(folder, site),
      await startNginx(programs.nginx, folder, site),
      await startHaproxy(programs.haproxy, folder, site),
    ];
    running.push(...proxies.map(({ process }) => process));
    for (const { port } of proxies) await untilAnswers(`http://127.0.0.1:${port}/1k`);
    const rows: BenchRow[] = [];
    for (const { what, path } of sizes) {
      rows.push(...compare(what, await measure(programs.wrk, proxies, path)));
    }
    return { name: "gateway", rows };
  } finally {
    for (const each of running) each.kill();
    await Promise.all(running.map(({ exited }) => exited));
    rmSync(folder, { recursive: true, force: true });
  }
}

async function measure(wrk: string, proxies: Proxy[], path: string): Promise<Map<string, Round[]>> {
  const measured = new Map<string, Round[]>(proxies.map(({ name }) => [name, []]));
  for (const proxy of proxies) await load(wrk, proxy, path, warmUpS);
  for (let round = 0; round < rounds; round++) {
    for (const proxy of proxies) {
      measured.get(proxy.name)?.push(await load(wrk, proxy, path, roundS));
    }
  }
  return measured;
}

/** The same figures of two proxies side by side; a ratio above 1 means ours is ahead. */
function compare(what: string, measured: Map<string, Round[]>): BenchRow[] {
  const of = (name: string, key: keyof Round): number => median(measured.get(name) ?? [], key);
  return ["nginx", "HAProxy"].flatMap((peerName) => {
    const row = (
      label: string,
      key: keyof Round,
      unit: string,
      more: "better" | "worse",
    ): BenchRow => {
      const [castor, peer] = [of("Castor", key), of(peerName, key)];
      const ratio = more === "better" ? castor / peer : peer / castor;
      return { what: `${what}, ${label}`, castor, peer, peerName, ratio, unit };
    };
    return [
      row("proxied", "perSecond", "req/s", "better"),
      row("CPU", "microsPerRequest", "µs/req", "worse"),
      row("p99", "p99Ms", "ms", "worse"),
    ];
  });
}

const median = (found: Round[], key: keyof Round): number =>
  found.map((each) => each[key]).toSorted((a, b) => a - b)[Math.floor(found.length / 2)] ??
  Number.NaN;

async function load(wrk: string, proxy: Proxy, path: string, seconds: number): Promise<Round> {
  const before = cpuTicks(proxy.process.pid);
  const command = ["taskset", "-c", loadCore, wrk, "-t1", `-c${connections}`, `-d${seconds}s`];
  const run = Bun.spawn([...command, "--latency", `http://127.0.0.1:${proxy.port}/${path}`]);
  const said = await new Response(run.stdout).text();
  await run.exited;
  const ticks = cpuTicks(proxy.process.pid) - before;
  const figure = (pattern: RegExp): number => Number(pattern.exec(said)?.[1] ?? Number.NaN);
  if (/Non-2xx|Socket errors/.test(said))
    throw new Error(`${proxy.name} failed requests:\n${said}`);
  return {
    perSecond: figure(/Requests\/sec:\s+([\d.]+)/),
    microsPerRequest: (ticks * tickMs * 1_000) / figure(/(\d+) requests in/),
    p99Ms: millisOf(/99%\s+([\d.]+)(us|ms|s)/.exec(said)),
  };
}

const pinned = (core: string, command: string[]): Bun.Subprocess =>
  Bun.spawn(["taskset", "-c", core, ...command], { stdout: "ignore", stderr: "inherit" });

const nginxMain = (folder: string, name: string): string =>
  `worker_processes 1; daemon off; pid ${folder}/${name}.pid; error_log stderr crit;
events { worker_connections 4096; }`;
const tempPaths = (folder: string): string =>
  ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"]
    .map((each) => `${each}_temp_path ${folder}/${each};`)
    .join(" ");

function startSite(nginx: string, folder: string, port: number): Bun.Subprocess {
  mkdirSync(join(folder, "site"));
  for (const { path, bytes } of sizes) writeFileSync(join(folder, "site", path), "x".repeat(bytes));
  const config = join(folder, "site.conf");
  writeFileSync(
    config,
    `${nginxMain(folder, "site")}
http { access_log off; keepalive_requests 100000000; sendfile on; tcp_nopush on; open_file_cache max=10;
  ${tempPaths(folder)} server { listen 127.0.0.1:${port}; root ${folder}/site; } }`,
  );
  return pinned(loadCore, [nginx, "-c", config]);
}

async function startWorker(folder: string, site: number): Promise<Proxy> {
  const port = await freePort();
  const snapshot: GatewaySnapshotInput = {
    listeners: [{ host: "127.0.0.1", port }],
    routes: [{ id: "site", service: "site" }],
    services: [{ id: "site", instances: [{ id: "site-1", host: "127.0.0.1", port: site }] }],
  };
  mkdirSync(join(folder, "snapshot"));
  writeFileSync(
    join(folder, "snapshot", "gateway.json"),
    JSON.stringify({ version: 1, value: snapshot }),
  );
  const entry = join(import.meta.dir, "../src/absorb/gateway/data-plane/worker.ts");
  const run = `const { runWorker } = await import(${JSON.stringify(entry)});
    process.exit(await runWorker({ data: ${JSON.stringify(folder)}, id: "gateway-1" }));`;
  return { name: "Castor", port, process: pinned(proxyCore, [process.execPath, "--eval", run]) };
}

/** nginx set up to do the same work: pooled connections, X-Forwarded-*, a request id both ways, no access log. */
async function startNginx(nginx: string, folder: string, site: number): Promise<Proxy> {
  const port = await freePort();
  const config = join(folder, "nginx.conf");
  writeFileSync(
    config,
    `${nginxMain(folder, "nginx")}
http { access_log off; keepalive_requests 100000000; ${tempPaths(folder)}
  upstream site { server 127.0.0.1:${site}; keepalive 256; keepalive_requests 100000000; }
  server { listen 127.0.0.1:${port}; location / {
    proxy_pass http://site; proxy_http_version 1.1; proxy_set_header Connection "";
    proxy_set_header Host $http_host; proxy_set_header X-Forwarded-For $remote_addr;
    proxy_set_header X-Forwarded-Proto $scheme; proxy_set_header X-Forwarded-Host $http_host;
    proxy_set_header X-Request-Id $request_id; add_header X-Request-Id $request_id; } } }`,
  );
  return { name: "nginx", port, process: pinned(proxyCore, [nginx, "-c", config]) };
}

async function startHaproxy(haproxy: string, folder: string, site: number): Promise<Proxy> {
  const port = await freePort();
  const config = join(folder, "haproxy.cfg");
  writeFileSync(
    config,
    `global
  nbthread 1
  maxconn 4096
defaults
  mode http
  timeout client 30s
  timeout server 30s
  timeout connect 2s
  http-reuse always
frontend visitors
  bind 127.0.0.1:${port}
  option forwardfor
  unique-id-format %[uuid()]
  http-request set-header X-Forwarded-Proto http
  http-request set-header X-Forwarded-Host %[req.hdr(host)]
  http-request set-header X-Request-Id %[unique-id]
  http-response set-header X-Request-Id %[unique-id]
  default_backend site
backend site
  server site-1 127.0.0.1:${site}
`,
  );
  return {
    name: "HAProxy",
    port,
    process: pinned(proxyCore, [haproxy, "-f", config, "-db", "-q"]),
  };
}
