import { chmodSync, mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { cacheableSite } from "./kit/caches.ts";
import { untilAnswers } from "./kit/castor-up.ts";
import { loadHttp2 } from "./kit/h2load.ts";
import {
  inTurns,
  load,
  loadCore,
  pinned,
  type Round,
  type Server,
  serverCore,
  sideBySide,
} from "./kit/one-core.ts";
import { needPeer } from "./kit/peers.ts";
import type { BenchResult, BenchRow } from "./kit/rows.ts";
import {
  castorSecure,
  certificateFiles,
  haproxySecure,
  keptFolder,
  nginxSecure,
} from "./kit/secure.ts";

/** Many short turns: whatever else the machine does then falls on all alike. */
const rounds = 5;
/** A runtime that compiles while it runs is not measured while it does. */
const warmUpTurns = 1;
const seconds = 2;
const sizes = { "1k": 1_024, "20k": 20_480 };
type Case = { what: string; turn: (server: Server) => Promise<Round> };

/** HTTPS on one core each: kept-alive, over HTTP/2, and with a connection for each request; wrk and h2load on the other core. */
export async function bench(): Promise<BenchResult> {
  const [nginx, haproxy, wrk] = [needPeer("nginx"), needPeer("haproxy"), needPeer("wrk")];
  const h2load = needPeer("h2load", "apt-get install -y nghttp2-client");
  needPeer("taskset", "apt-get install -y util-linux");
  process.env["NODE_TLS_REJECT_UNAUTHORIZED"] = "0"; // The certificate is the benchmark's own.
  const folder = mkdtempSync(join(tmpdir(), "castor-bench-tls-"));
  chmodSync(folder, 0o755); // nginx reads the site as another user.
  const running: Bun.Subprocess[] = [];
  try {
    mkdirSync(join(folder, "site", keptFolder), { recursive: true });
    const files = Object.fromEntries(
      Object.entries(sizes).flatMap(([path, bytes]) => [
        [path, bytes],
        [`${keptFolder}/${path}`, bytes],
      ]),
    );
    const site = await cacheableSite(nginx, folder, files);
    running.push(pinned(loadCore, site.command));
    const of = { folder, site: site.port, files: certificateFiles(folder) };
    const all = [
      await castorSecure(of),
      await nginxSecure(nginx, of),
      await haproxySecure(haproxy, of),
    ];
    const servers = all.map(({ name, port, command }) => {
      return { name, port, process: pinned(serverCore, command) };
    });
    running.push(...servers.map((each) => each.process));
    for (const { port } of servers) await untilAnswers(`https://127.0.0.1:${port}/1k`);
    const rows: BenchRow[] = [];
    for (const { what, turn } of casesOf({ wrk, h2load, folder })) {
      await inTurns(servers, warmUpTurns, turn);
      rows.push(...sideBySide(what, await inTurns(servers, rounds, turn)));
    }
    return { name: "tls", rows };
  } finally {
    for (const each of running) each.kill();
    await Promise.all(running.map(({ exited }) => exited));
    rmSync(folder, { recursive: true, force: true });
  }
}

function casesOf(of: { wrk: string; h2load: string; folder: string }): Case[] {
  const asked = Object.keys(sizes).flatMap((path) => [
    { what: `hit ${path}`, path: `${keptFolder}/${path}` },
    { what: `proxied ${path}`, path },
  ]);
  const fresh = { path: `${keptFolder}/1k`, seconds, scheme: "https", fresh: true } as const;
  return [
    ...asked.map(({ what, path }) => ({
      what: `HTTP/1.1 ${what}`,
      turn: (server: Server) => load(of.wrk, server, { path, seconds, scheme: "https" }),
    })),
    ...asked.map(({ what, path }) => ({
      what: `HTTP/2 ${what}`,
      turn: (server: Server) => loadHttp2(of.h2load, server, { path, seconds, folder: of.folder }),
    })),
    { what: "new connections", turn: (server: Server) => load(of.wrk, server, fresh) },
  ];
}
