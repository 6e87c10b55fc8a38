import { createPrivateKey } from "node:crypto";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Picture } from "../../src/absorb/cache/contract.ts";
import type { GatewaySnapshotInput } from "../../src/absorb/gateway/data-plane/snapshot.ts";
import { issue, newAuthority } from "../../src/absorb/gateway/data-plane/tls/issue.ts";
import { type CacheServer, strictRule } from "./caches.ts";
import { freePort } from "./castor-up.ts";
import { nginxMain, tempPaths } from "./nginx.ts";
import { workerCommand, writePictures } from "./worker.ts";

/** Where what is kept lies; everything else is asked of the site each time. */
export const keptFolder = "kept";
export type Files = { cert: string; key: string; both: string };
type Of = { folder: string; site: number; files: Files };

/** A certificate for 127.0.0.1 (ECDSA P-256), for all servers alike. */
export function certificateFiles(folder: string): Files {
  const now = Date.now();
  const authority = newAuthority({ name: "bench", now, days: 2 });
  const authorityKey = createPrivateKey(authority.key);
  const { cert, key } = issue(authority, { hosts: ["localhost"], now, days: 1, authorityKey });
  const files = ["one.crt", "one.key", "one.pem"].map((name) => join(folder, name));
  const [certFile = "", keyFile = "", bothFile = ""] = files;
  for (const [file, text] of [
    [certFile, cert],
    [keyFile, key],
    [bothFile, `${cert}${key}`],
  ] as const) {
    writeFileSync(file, text);
  }
  return { cert: certFile, key: keyFile, both: bothFile };
}

/** A gateway worker with HTTPS, a cache for what is kept, and the rest proxied. */
export async function castorSecure({ folder, site, files }: Of): Promise<CacheServer> {
  const port = await freePort();
  const gateway: GatewaySnapshotInput = {
    listeners: [{ host: "127.0.0.1", port, tls: true }],
    tls: { certificates: [{ cert: files.cert, key: files.key }] },
    routes: [{ id: "site", service: "site" }],
    services: [{ id: "site", instances: [{ id: "site-1", host: "127.0.0.1", port: site }] }],
  };
  const cache: Picture = {
    rules: [{ ...strictRule, pathPrefix: `/${keptFolder}` }],
    memoryBytesMax: 64 * 1_048_576,
    diskBytesMax: 64 * 1_048_576,
    objectBytesMax: 8 * 1_048_576,
    purges: [],
    stale: [],
    harder: [],
  };
  const data = join(folder, "castor");
  writePictures(data, { gateway, cache });
  return { name: "Castor", port, command: workerCommand(data) };
}

/** nginx with the same work to do: request ids and X-Forwarded-*, no access log, connections kept. */
export async function nginxSecure(
  nginx: string,
  { folder, site, files }: Of,
): Promise<CacheServer> {
  const port = await freePort();
  const proxied = `proxy_pass http://site; proxy_http_version 1.1; proxy_set_header Connection "";
    proxy_set_header Host $http_host; proxy_set_header X-Forwarded-For $remote_addr;
    proxy_set_header X-Forwarded-Proto $scheme; proxy_set_header X-Forwarded-Host $http_host;
    proxy_set_header X-Request-Id $request_id; add_header X-Request-Id $request_id;`;
  writeFileSync(
    join(folder, "secure.conf"),
    `user ${process.getuid?.() === 0 ? "root" : "nobody"}; ${nginxMain(folder, "secure")}
http { access_log off; keepalive_requests 100000000; ${tempPaths(folder)}
  proxy_cache_path ${folder}/secure-cache levels=1:2 keys_zone=pages:8m max_size=1000m inactive=600m;
  upstream site { server 127.0.0.1:${site}; keepalive 256; keepalive_requests 100000000; }
  server { listen 127.0.0.1:${port} ssl http2; ssl_certificate ${files.cert}; ssl_certificate_key ${files.key};
    ssl_protocols TLSv1.2 TLSv1.3; ssl_session_cache shared:tickets:10m; http2_max_concurrent_streams 128;
    location /${keptFolder} { proxy_cache pages; ${proxied} }
    location / { ${proxied} } } }`,
  );
  return { name: "nginx", port, command: [nginx, "-c", join(folder, "secure.conf")] };
}

/** HAProxy with the same work to do. */
export async function haproxySecure(
  haproxy: string,
  { folder, site, files }: Of,
): Promise<CacheServer> {
  const port = await freePort();
  writeFileSync(
    join(folder, "secure.cfg"),
    `global
  nbthread 1
  maxconn 4096
cache pages
  total-max-size 64
  max-object-size 1000000
  max-age 3600
defaults
  mode http
  timeout client 30s
  timeout server 30s
  timeout connect 5s
  http-reuse always
frontend visitors
  bind 127.0.0.1:${port} ssl crt ${files.both} alpn h2,http/1.1 ssl-min-ver TLSv1.2
  option forwardfor
  unique-id-format %[uuid()]
  http-request set-header X-Forwarded-Proto https
  http-request set-header X-Forwarded-Host %[req.hdr(host)]
  http-request set-header X-Request-Id %[unique-id]
  http-response set-header X-Request-Id %[unique-id]
  acl kept path_beg /${keptFolder}
  filter cache pages
  http-request cache-use pages if kept
  http-response cache-store pages
  default_backend site
backend site
  server site-1 127.0.0.1:${site}
`,
  );
  const command = [haproxy, "-f", join(folder, "secure.cfg"), "-db", "-q"];
  return { name: "HAProxy", port, command };
}
