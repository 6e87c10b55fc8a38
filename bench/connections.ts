import { chmodSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { residentMb } from "./kit/castor-up.ts";
import { startNginx, startSite, startWorker } from "./kit/connections/proxies.ts";
import { download, idle, leave, others, upload, visitors } from "./kit/connections/visitors.ts";
import type { Server } from "./kit/one-core.ts";
import { needPeer } from "./kit/peers.ts";
import type { BenchResult, BenchRow } from "./kit/rows.ts";

const idleCount = 10_000;
const slowCount = 2_000;
const otherVisitors = 16;
const quietMs = 4_000;
const besideMs = 4_000;
const dripMs = 500;
const largeBytes = 2 ** 30;
const sampleMs = 50;
const filesNeeded = 12_000;
const kb = 1_024;

/** What a proxy holds for those who do little or a lot, and what its other visitors notice of them. */
export async function bench(): Promise<BenchResult> {
  const nginx = needPeer("nginx");
  needPeer("taskset", "apt-get install -y util-linux");
  needFiles();
  const folder = mkdtempSync(join(tmpdir(), "castor-bench-connections-"));
  chmodSync(folder, 0o755); // nginx reads its folder as another user.
  const running: Server[] = [];
  try {
    const site = await startSite();
    running.push(site);
    const found: Figures[] = [];
    for (const start of [
      () => startWorker(folder, site.port),
      () => startNginx(nginx, folder, site.port),
    ]) {
      const server = await start();
      running.push(server);
      found.push(await figuresOf(server));
      server.process.kill("SIGKILL");
      await server.process.exited;
    }
    return { name: "connections", rows: rowsOf(found) };
  } finally {
    for (const { process } of running) process.kill("SIGKILL");
    rmSync(folder, { recursive: true, force: true });
  }
}

type Figures = Record<keyof typeof shown, number>;
const shown = {
  alone: ["p99 of others, alone", "ms"],
  idleKb: [`${idleCount} idle connections, memory each`, "KB"],
  besideIdle: ["p99 of others beside them", "ms"],
  besideSlow: [`p99 of others beside ${slowCount} slow heads and as many slow bodies`, "ms"],
  downMb: ["1 GB down, most memory more", "MB"],
  besideDown: ["p99 of others beside it", "ms"],
  upMb: ["1 GB up, most memory more", "MB"],
  besideUp: ["p99 of others beside it", "ms"],
  downMs: ["1 GB down", "ms"],
  upMs: ["1 GB up", "ms"],
} as const;

async function figuresOf(server: Server): Promise<Figures> {
  await whileOthersAsk(server, () => Bun.sleep(quietMs)); // Everything is warm after this.
  const memory = (): number => residentMb([server.process.pid]);
  const alone = await whileOthersAsk(server, () => Bun.sleep(quietMs));
  const before = memory();
  const staying = await idle(server, idleCount);
  const idleKb = ((memory() - before) * kb) / idleCount;
  const besideIdle = await whileOthersAsk(server, () => Bun.sleep(besideMs));
  await leave(staying);
  const besideSlow = await whileOthersAsk(server, () => slowly(server));
  const down = await carrying(server, download);
  const up = await carrying(server, upload);
  return {
    ...{ alone, idleKb, besideIdle, besideSlow },
    ...{ downMb: down.mb, besideDown: down.beside, downMs: down.ms },
    ...{ upMb: up.mb, besideUp: up.beside, upMs: up.ms },
  };
}

/** The 99th percentile of what others wait for a page meanwhile. */
async function whileOthersAsk(server: Server, does: () => Promise<unknown>): Promise<number> {
  const asking = await others(server, otherVisitors);
  await does();
  return asking.p99();
}

/** Heads that never end and bodies that hardly come, a byte at a time. */
async function slowly(server: Server): Promise<void> {
  const heads = await visitors(server, slowCount, "GET / HTTP/1.1\r\nHost: a\r\nX-Slow: ");
  const post = "POST /up HTTP/1.1\r\nHost: a\r\nContent-Length: 1000000\r\n\r\n";
  const bodies = await visitors(server, slowCount, post);
  for (let waited = 0; waited < besideMs; waited += dripMs) {
    for (const { socket } of [...heads, ...bodies]) socket.write("x");
    await Bun.sleep(dripMs);
  }
  await leave([...heads, ...bodies]);
}

async function carrying(
  server: Server,
  carry: (server: Server, bytes: number) => Promise<number>,
): Promise<{ ms: number; mb: number; beside: number }> {
  const memory = (): number => residentMb([server.process.pid]);
  const before = memory();
  let most = before;
  const sampling = setInterval(() => (most = Math.max(most, memory())), sampleMs);
  let ms = 0;
  const beside = await whileOthersAsk(server, async () => {
    ms = await carry(server, largeBytes);
  });
  clearInterval(sampling);
  return { ms, mb: most - before, beside };
}

function rowsOf([castor, peer]: readonly Figures[]): BenchRow[] {
  if (castor === undefined || peer === undefined) return [];
  return Object.entries(shown).map(([key, [what, unit]]) => {
    const [ours, theirs] = [castor[key as keyof Figures], peer[key as keyof Figures]];
    const ratio = theirs / Math.max(ours, Number.EPSILON);
    return { what, castor: ours, peer: theirs, peerName: "nginx", ratio, unit };
  });
}

/** Ten thousand connections are as many files here and in the proxy. */
function needFiles(): void {
  const may = Number(Bun.spawnSync(["sh", "-c", "ulimit -Hn"]).stdout.toString());
  if (may < filesNeeded)
    throw new Error(
      `This needs ${filesNeeded} open files in a process and ${may} are allowed: raise the limit (ulimit -n, or LimitNOFILE of the service).`,
    );
}
