import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { GatewaySnapshotInput } from "../../../src/absorb/gateway/data-plane/snapshot.ts";
import { freePort, untilAnswers } from "../castor-up.ts";
import { loadCore, pinned, type Server, serverCore } from "../one-core.ts";

/** More than any of them opens here. */
const connectionsMax = 15_000;
const entry = join(import.meta.dir, "../../../src/absorb/gateway/data-plane/worker.ts");

export async function startSite(): Promise<Server> {
  const port = await freePort();
  const command = [process.execPath, join(import.meta.dir, "site.ts"), String(port)];
  const process_ = pinned(loadCore, command);
  await untilAnswers(`http://127.0.0.1:${port}/`);
  return { name: "site", port, process: process_ };
}

/** One gateway worker with its limits as they are by default, except for the size of a body. */
export async function startWorker(
  folder: string,
  site: number,
  limits: NonNullable<GatewaySnapshotInput["limits"]> = {},
): Promise<Server> {
  const port = await freePort();
  const snapshot: GatewaySnapshotInput = {
    limits,
    listeners: [{ host: "127.0.0.1", port }],
    routes: [{ id: "site", service: "site", limits: { bodyBytesMax: 2 ** 40 } }],
    services: [{ id: "site", instances: [{ id: "site-1", host: "127.0.0.1", port: site }] }],
  };
  mkdirSync(join(folder, "snapshot"));
  const file = join(folder, "snapshot", "gateway.json");
  writeFileSync(file, JSON.stringify({ version: 1, value: snapshot }));
  const run = `const { runWorker } = await import(${JSON.stringify(entry)});
    process.exit(await runWorker({ data: ${JSON.stringify(folder)}, id: "gateway-1" }));`;
  const process_ = pinned(serverCore, [process.execPath, "--eval", run]);
  await untilAnswers(`http://127.0.0.1:${port}/`);
  return { name: "Castor", port, process: process_ };
}

/** nginx for the same: bodies pass as they come, idle connections stay as long as ours. */
export async function startNginx(nginx: string, folder: string, site: number): Promise<Server> {
  const port = await freePort();
  const config = join(folder, "nginx.conf");
  const temp = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"]
    .map((each) => `${each}_temp_path ${folder}/${each};`)
    .join(" ");
  writeFileSync(
    config,
    `worker_processes 1; daemon off; master_process off; pid ${folder}/nginx.pid; error_log stderr crit;
worker_rlimit_nofile ${connectionsMax + 2_000};
events { worker_connections ${connectionsMax}; }
http { access_log off; keepalive_timeout 75s; keepalive_requests 100000000; client_header_timeout 15s;
  client_body_timeout 30s; client_max_body_size 0; ${temp}
  upstream site { server 127.0.0.1:${site}; keepalive 256; keepalive_requests 100000000; }
  server { listen 127.0.0.1:${port} backlog=4096; location / { proxy_pass http://site; proxy_http_version 1.1;
    proxy_set_header Connection ""; proxy_request_buffering off; proxy_max_temp_file_size 0; } } }`,
  );
  const process_ = pinned(serverCore, [nginx, "-c", config]);
  await untilAnswers(`http://127.0.0.1:${port}/`);
  return { name: "nginx", port, process: process_ };
}
