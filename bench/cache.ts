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
  load,
  loadCore,
  median,
  pinned,
  type Round,
  type Server,
  serverCore,
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
    for (const { what, path } of sizes)
      rows.push(...compare(what, await measure(wrk, servers, path)));
    return { name: "cache", rows };
  } finally {
    for (const each of running) each.kill();
    await Promise.all(running.map(({ exited }) => exited));
    rmSync(folder, { recursive: true, force: true });
  }
}

async function measure(
  wrk: string,
  servers: readonly Server[],
  path: string,
): Promise<Map<string, Round[]>> {
  const measured = new Map<string, Round[]>(servers.map(({ name }) => [name, []]));
  for (const server of servers) await load(wrk, server, { path, seconds: warmUpS });
  for (let round = 0; round < rounds; round++) {
    for (const server of servers) {
      measured.get(server.name)?.push(await load(wrk, server, { path, seconds: roundS }));
    }
  }
  return measured;
}

/** Medians of ours against each peer's; a ratio above 1 means ours is ahead. */
function compare(what: string, measured: Map<string, Round[]>): BenchRow[] {
  const ours = measured.get("Castor") ?? [];
  return [...measured].flatMap(([peerName, theirs]) => {
    if (peerName === "Castor") return [];
    const row = (label: string, key: keyof Round, unit: string, more: "better" | "worse") => {
      const [castor, peer] = [median(ours, key), median(theirs, key)];
      const ratio = more === "better" ? castor / peer : peer / castor;
      return { what: `${what}, ${label}`, castor, peer, peerName, ratio, unit };
    };
    return [
      row("answered", "perSecond", "req/s", "better"),
      row("CPU", "microsPerRequest", "µs/req", "worse"),
      row("p99", "p99Ms", "ms", "worse"),
    ];
  });
}
