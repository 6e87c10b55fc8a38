import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { GatewaySnapshotInput } from "../src/absorb/gateway/data-plane/snapshot.ts";
import { freePort, untilAnswers } from "./kit/castor-up.ts";
import { nginxMain, tempPaths } from "./kit/nginx.ts";
import { needPeer } from "./kit/peers.ts";
import {
  inTurns,
  load,
  loadCore,
  pinned,
  type Server,
  serverCore,
  sideBySide,
} from "./kit/one-core.ts";
import type { BenchResult, BenchRow } from "./kit/rows.ts";
import { workerCommand, writePictures } from "./kit/worker.ts";

/** Many short turns: whatever else the machine does then falls on all three alike. */
const rounds = 15;
const roundS = 1;
const warmUpS = 2;
const sizes = [
  { what: "1 KB", path: "1k", bytes: 1_024 },
  { what: "20 KB", path: "20k", bytes: 20_480 },
];

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
      for (const proxy of proxies) await load(programs.wrk, proxy, { path, seconds: warmUpS });
      const turn = (proxy: Server) => load(programs.wrk, proxy, { path, seconds: roundS });
      rows.push(...sideBySide(`${what} proxied`, await inTurns(proxies, rounds, turn)));
    }
    return { name: "gateway", rows };
  } finally {
    for (const each of running) each.kill();
    await Promise.all(running.map(({ exited }) => exited));
    rmSync(folder, { recursive: true, force: true });
  }
}

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

async function startWorker(folder: string, site: number): Promise<Server> {
  const port = await freePort();
  const gateway: GatewaySnapshotInput = {
    listeners: [{ host: "127.0.0.1", port }],
    routes: [{ id: "site", service: "site" }],
    services: [{ id: "site", instances: [{ id: "site-1", host: "127.0.0.1", port: site }] }],
  };
  writePictures(folder, { gateway });
  return { name: "Castor", port, process: pinned(serverCore, workerCommand(folder)) };
}

/** nginx set up to do the same work: pooled connections, X-Forwarded-*, a request id both ways, no access log. */
async function startNginx(nginx: string, folder: string, site: number): Promise<Server> {
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
  return { name: "nginx", port, process: pinned(serverCore, [nginx, "-c", config]) };
}

async function startHaproxy(haproxy: string, folder: string, site: number): Promise<Server> {
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
    process: pinned(serverCore, [haproxy, "-f", config, "-db", "-q"]),
  };
}
