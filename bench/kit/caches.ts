import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Picture, Rule } from "../../src/absorb/cache/contract.ts";
import type { GatewaySnapshotInput } from "../../src/absorb/gateway/data-plane/snapshot.ts";
import { freePort } from "./castor-up.ts";
import { nginxMain, tempPaths } from "./nginx.ts";
import { workerCommand, writePictures } from "./worker.ts";

/** A cache to be measured: what starts it, and where it listens then. */
export type CacheServer = { name: string; port: number; command: string[] };

/** Everything by the standard, nothing guessed. */
export const strictRule: Rule = {
  id: "all",
  hosts: [],
  pathPrefix: "/",
  isOn: true,
  heuristicShare: 0,
  heuristicMsMax: 86_400_000,
  unmarkedMs: 0,
  sharesCookies: false,
  dropQuery: [],
  onErrorMs: 86_400_000,
};

/** A gateway worker with a cache in front of one origin. */
export async function castorCache(
  folder: string,
  origin: number,
  rule: Rule = strictRule,
): Promise<CacheServer> {
  const port = await freePort();
  const gateway: GatewaySnapshotInput = {
    listeners: [{ host: "127.0.0.1", port }],
    routes: [{ id: "site", service: "site" }],
    services: [{ id: "site", instances: [{ id: "site-1", host: "127.0.0.1", port: origin }] }],
  };
  const cache: Picture = {
    rules: [rule],
    memoryBytesMax: 64 * 1_048_576,
    diskBytesMax: 64 * 1_048_576,
    objectBytesMax: 8 * 1_048_576,
    purges: [],
    stale: [],
    harder: [],
  };
  writePictures(folder, { gateway, cache });
  return { name: "Castor", port, command: workerCommand(folder) };
}

/** nginx as the conformance suite's own configuration has it, or tuned by its book for a crowd and a dying origin. */
export async function nginxCache(
  nginx: string,
  folder: string,
  of: { origin: number; tuned?: boolean; requestIds?: boolean },
): Promise<CacheServer> {
  const port = await freePort();
  const name = of.tuned === true ? "nginx (tuned)" : "nginx";
  const file = name.replaceAll(/\W+/g, "-");
  const tuned = `proxy_cache_lock on; proxy_cache_background_update on;
    proxy_cache_use_stale error timeout updating http_500 http_502 http_503 http_504;`;
  const ids = `proxy_set_header X-Request-Id $request_id; add_header X-Request-Id $request_id;`;
  writeFileSync(
    join(folder, `${file}.conf`),
    `user ${process.getuid?.() === 0 ? "root" : "nobody"}; ${nginxMain(folder, file)}
http { access_log off; keepalive_requests 100000000; ${tempPaths(folder)}
  proxy_cache_path ${folder}/${file}-cache levels=1:2 keys_zone=pages:8m max_size=1000m inactive=600m;
  upstream site { server 127.0.0.1:${of.origin}; keepalive 256; keepalive_requests 100000000; }
  server { listen 127.0.0.1:${port}; location / {
    proxy_pass http://site; proxy_http_version 1.1; proxy_set_header Connection "";
    proxy_set_header Host $http_host; proxy_cache pages; proxy_cache_revalidate on;
    ${of.tuned === true ? tuned : ""} ${of.requestIds === true ? ids : ""} } } }`,
  );
  return { name, port, command: [nginx, "-c", join(folder, `${file}.conf`)] };
}

/** HAProxy's cache with everything that it can vary on. */
export async function haproxyCache(
  haproxy: string,
  folder: string,
  origin: number,
): Promise<CacheServer> {
  const port = await freePort();
  writeFileSync(
    join(folder, "haproxy-cache.cfg"),
    `global
  nbthread 1
  maxconn 4096
cache pages
  total-max-size 64
  max-object-size 1000000
  max-age 3600
  process-vary on
  max-secondary-entries 12
defaults
  mode http
  timeout client 30s
  timeout server 30s
  timeout connect 5s
  http-reuse always
frontend visitors
  bind 127.0.0.1:${port}
  filter cache pages
  http-request cache-use pages
  http-response cache-store pages
  default_backend site
backend site
  server site-1 127.0.0.1:${origin}
`,
  );
  const command = [haproxy, "-f", join(folder, "haproxy-cache.cfg"), "-db", "-q"];
  return { name: "HAProxy", port, command };
}

/** Varnish with the suite's parameters: nothing is kept that did not ask for it. */
export async function varnishCache(
  varnishd: string,
  folder: string,
  origin: number,
): Promise<CacheServer> {
  const port = await freePort();
  const vcl = join(folder, "site.vcl");
  writeFileSync(vcl, `vcl 4.1;\nbackend default { .host = "127.0.0.1"; .port = "${origin}"; }\n`);
  const parameters = ["default_ttl=0", "default_grace=0", "default_keep=3600"];
  return {
    name: "Varnish",
    port,
    command: [
      ...[varnishd, "-F", "-j", "none", "-n", join(folder, "varnish"), "-T", "none", "-f", vcl],
      ...["-a", `127.0.0.1:${port}`, "-s", "malloc,64M"],
      ...parameters.flatMap((each) => ["-p", each]),
    ],
  };
}

/** A program if it is installed. */
export const installed = (program: string): string | undefined =>
  Bun.which(program, { PATH: `${process.env["PATH"] ?? ""}:/usr/sbin` }) ?? undefined;

/** A site of files that may be kept for an hour. */
export async function cacheableSite(
  nginx: string,
  folder: string,
  files: Readonly<Record<string, number>>,
): Promise<CacheServer> {
  const port = await freePort();
  mkdirSync(join(folder, "site"), { recursive: true });
  for (const [path, bytes] of Object.entries(files)) {
    writeFileSync(join(folder, "site", path), "x".repeat(bytes));
  }
  writeFileSync(
    join(folder, "site.conf"),
    `${nginxMain(folder, "site")}
http { access_log off; keepalive_requests 100000000; ${tempPaths(folder)}
  server { listen 127.0.0.1:${port}; root ${folder}/site; add_header Cache-Control "public, max-age=3600"; } }`,
  );
  return { name: "site", port, command: [nginx, "-c", join(folder, "site.conf")] };
}
