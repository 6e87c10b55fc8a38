import { writeFileSync } from "node:fs";
import { join } from "node:path";
import type { GatewaySnapshotInput } from "../../../src/absorb/gateway/data-plane/snapshot.ts";
import { freePort, untilAnswers } from "../castor-up.ts";
import { loadCore, pinned, type Server, serverCore } from "../one-core.ts";
import { nginxMain, tempPaths } from "../nginx.ts";
import { workerCommand, writePictures } from "../worker.ts";

/** More than any of them opens here. */
const connectionsMax = 15_000;

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
  const gateway: GatewaySnapshotInput = {
    limits,
    listeners: [{ host: "127.0.0.1", port }],
    routes: [{ id: "site", service: "site", limits: { bodyBytesMax: 2 ** 40 } }],
    services: [{ id: "site", instances: [{ id: "site-1", host: "127.0.0.1", port: site }] }],
  };
  writePictures(folder, { gateway });
  const process_ = pinned(serverCore, workerCommand(folder));
  await untilAnswers(`http://127.0.0.1:${port}/`);
  return { name: "Castor", port, process: process_ };
}

/** nginx for the same: bodies pass as they come, idle connections stay as long as ours. */
export async function startNginx(nginx: string, folder: string, site: number): Promise<Server> {
  const port = await freePort();
  const config = join(folder, "nginx.conf");
  writeFileSync(
    config,
    `${nginxMain(folder, "nginx", connectionsMax)}
master_process off; worker_rlimit_nofile ${connectionsMax + 2_000};
http { access_log off; keepalive_timeout 75s; keepalive_requests 100000000; client_header_timeout 15s;
  client_body_timeout 30s; client_max_body_size 0; ${tempPaths(folder)}
  upstream site { server 127.0.0.1:${site}; keepalive 256; keepalive_requests 100000000; }
  server { listen 127.0.0.1:${port} backlog=4096; location / { proxy_pass http://site; proxy_http_version 1.1;
    proxy_set_header Connection ""; proxy_request_buffering off; proxy_max_temp_file_size 0; } } }`,
  );
  const process_ = pinned(serverCore, [nginx, "-c", config]);
  await untilAnswers(`http://127.0.0.1:${port}/`);
  return { name: "nginx", port, process: process_ };
}
