import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { castorUp, freePort, residentMb, untilAnswers, type Running } from "./kit/castor-up.ts";
import { nginxMain, tempPaths } from "./kit/nginx.ts";
import { needPeer } from "./kit/peers.ts";
import { type BenchResult, median } from "./kit/rows.ts";

const rounds = 3;
const settleMs = 3_000;
/** The bars of the issue: what control and one worker may take, and how soon they serve. */
const residentMbBar = 200;
const readyMsBar = 1_000;

type Figures = { readyMs: number; residentMb: number; wholeMb: number };

const hello = `require("node:http").createServer((_, answer) => answer.end("hello")).listen(Number(process.argv[1]), "127.0.0.1")`;

/** The smallest thing that people would run instead: nginx in front of a Node process that says hello. */
async function startPeer(folder: string): Promise<Running> {
  const nginx = needPeer("nginx");
  const node = needPeer("node", "install Node.js 20 or newer");
  const [appPort, port] = [await freePort(), await freePort()];
  const config = join(folder, "nginx.conf");
  writeFileSync(
    config,
    `${nginxMain(folder, "nginx", 1_024)}
http { access_log off; ${tempPaths(folder)}
  server { listen 127.0.0.1:${port}; location / { proxy_pass http://127.0.0.1:${appPort}; } } }`,
  );
  const startedAt = performance.now();
  const children = [
    Bun.spawn([node, "-e", hello, String(appPort)], { stdout: "ignore", stderr: "inherit" }),
    Bun.spawn([nginx, "-c", config, "-p", folder], { stdout: "ignore", stderr: "ignore" }),
  ];
  const stop = async (): Promise<void> => {
    for (const child of children) child.kill("SIGTERM");
    await Promise.all(children.map((child) => child.exited));
  };
  try {
    await untilAnswers(`http://127.0.0.1:${port}/`);
  } catch (problem) {
    await stop();
    throw problem;
  }
  const workers = readFileSync(
    `/proc/${children[1]?.pid}/task/${children[1]?.pid}/children`,
    "utf8",
  );
  const pids = [...children.map(({ pid }) => pid), ...workers.trim().split(" ").map(Number)];
  return { readyMs: performance.now() - startedAt, pids: { all: pids }, stop };
}

async function measure(start: (folder: string) => Promise<Running>): Promise<Figures> {
  const folder = mkdtempSync(join(tmpdir(), "castor-footprint-"));
  const running = await start(folder);
  try {
    await Bun.sleep(settleMs);
    const { keeper = [], ...serving } = running.pids;
    const servingMb = residentMb(Object.values(serving).flat());
    return {
      readyMs: running.readyMs,
      residentMb: servingMb,
      wholeMb: servingMb + residentMb(keeper),
    };
  } finally {
    await running.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Control and one worker, idle, in front of an application that is there already. */
async function startCastor(folder: string): Promise<Running> {
  const app = Bun.serve({ hostname: "127.0.0.1", port: 0, fetch: () => new Response("hello") });
  const castor = await castorUp({ folder, site: app.url.href, workers: 1 }).catch(
    async (problem: unknown) => {
      await app.stop(true);
      throw problem;
    },
  );
  return {
    ...castor,
    stop: async () => {
      await castor.stop();
      await app.stop(true);
    },
  };
}

/** How much Castor takes when nothing happens, and how soon it serves. */
export async function bench(): Promise<BenchResult> {
  const [castor, peer]: [Figures[], Figures[]] = [[], []];
  for (let round = 0; round < rounds; round++) {
    castor.push(await measure(startCastor));
    peer.push(await measure(startPeer));
  }
  const row = (what: string, of: (figures: Figures) => number, unit: string) => {
    const [ours, theirs] = [median(castor.map(of)), median(peer.map(of))];
    return {
      what,
      castor: ours,
      peer: theirs,
      peerName: "nginx + node hello",
      ratio: theirs / ours,
      unit,
    };
  };
  return {
    name: "footprint",
    rows: [
      row(`control + one worker, idle (bar ${residentMbBar})`, (each) => each.residentMb, "MB RSS"),
      row("with the keeper, idle", (each) => each.wholeMb, "MB RSS"),
      row(`first answer after start (bar ${readyMsBar})`, (each) => each.readyMs, "ms"),
    ],
  };
}
