import { chmodSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  cacheableSite,
  castorCache,
  haproxyCache,
  installed,
  nginxCache,
  varnishCache,
} from "./kit/caches.ts";
import { untilAnswers } from "./kit/castor-up.ts";
import {
  inTurns,
  load,
  loadCore,
  pinned,
  type Server,
  serverCore,
  sideBySide,
} from "./kit/one-core.ts";
import { needPeer } from "./kit/peers.ts";
import type { BenchResult, BenchRow } from "./kit/rows.ts";

/** Many short turns: whatever else the machine does then falls on all alike. */
const rounds = 9;
const roundS = 1;
const warmUpS = 1;
const sizes = [
  { what: "hit 1 KB", path: "1k", bytes: 1_024 },
  { what: "hit 20 KB", path: "20k", bytes: 20_480 },
];

/** Cache hits over kept-alive connections: the worker and its peers take turns on one core, wrk on the other. */
export async function bench(): Promise<BenchResult> {
  const [nginx, wrk] = [needPeer("nginx"), needPeer("wrk")];
  needPeer("taskset", "apt-get install -y util-linux");
  const folder = mkdtempSync(join(tmpdir(), "castor-bench-cache-"));
  chmodSync(folder, 0o755); // nginx reads the site as another user.
  const running: Bun.Subprocess[] = [];
  try {
    const files = Object.fromEntries(sizes.map(({ path, bytes }) => [path, bytes]));
    const site = await cacheableSite(nginx, folder, files);
    running.push(pinned(loadCore, site.command));
    const [haproxy, varnishd] = [installed("haproxy"), installed("varnishd")];
    const caches = [
      await castorCache(join(folder, "castor"), site.port),
      await nginxCache(nginx, folder, { origin: site.port, requestIds: true }),
      ...(haproxy === undefined ? [] : [await haproxyCache(haproxy, folder, site.port)]),
      ...(varnishd === undefined ? [] : [await varnishCache(varnishd, folder, site.port)]),
    ];
    const servers = caches.map(({ name, port, command }) => {
      return { name, port, process: pinned(serverCore, command) };
    });
    running.push(...servers.map((each) => each.process));
    for (const { port } of servers) await untilAnswers(`http://127.0.0.1:${port}/1k`);
    const rows: BenchRow[] = [];
    for (const { what, path } of sizes) {
      for (const server of servers) await load(wrk, server, { path, seconds: warmUpS });
      const turn = (server: Server) => load(wrk, server, { path, seconds: roundS });
      rows.push(...sideBySide(what, await inTurns(servers, rounds, turn)));
    }
    return { name: "cache", rows };
  } finally {
    for (const each of running) each.kill();
    await Promise.all(running.map(({ exited }) => exited));
    rmSync(folder, { recursive: true, force: true });
  }
}
