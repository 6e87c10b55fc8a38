import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  refusedCases,
  servedCases,
} from "../src/absorb/gateway/data-plane/smuggling/corpus.testing.ts";
import { castorCache, strictRule } from "./kit/caches.ts";
import { nginxMain, tempPaths } from "./kit/nginx.ts";
import { freePort, untilAnswers } from "./kit/castor-up.ts";
import { needPeer } from "./kit/peers.ts";
import type { BenchResult, BenchRow } from "./kit/rows.ts";
import { exchangeBytes, recorder, statusesIn } from "./kit/wire.ts";

type Reader = { name: string; port: number };
type Verdict = { name: string; why: string; castor: boolean; nginx: boolean; readings: string[] };

/** The corpus through Castor and through nginx; what Castor passes on is read again by servers of three families. */
export async function bench(): Promise<BenchResult> {
  const [nginx, node] = [needPeer("nginx"), needPeer("node", "install Node.js")];
  const folder = mkdtempSync(join(tmpdir(), "castor-bench-smuggling-"));
  chmodSync(folder, 0o755);
  const backend = recorder();
  const running: Bun.Subprocess[] = [];
  try {
    const castor = await castorCache(folder, backend.port, { ...strictRule, isOn: false });
    const peer = await nginxProxy(nginx, folder, backend.port);
    const readers = await startReaders({ node, nginx, folder, running });
    for (const { command } of [castor, peer])
      running.push(Bun.spawn(command, { stdout: "ignore", stderr: "ignore" }));
    for (const { port } of [castor, peer]) await untilAnswers(`http://127.0.0.1:${port}/`);
    const verdicts: Verdict[] = [];
    for (const [name, request, why] of corpus()) {
      const passed = await passes(castor.port, request, backend);
      const byNginx = await passes(peer.port, request, backend);
      const readings = passed === undefined ? [] : await readBy(readers, passed);
      verdicts.push({
        ...{ name, why, readings },
        castor: passed !== undefined,
        nginx: byNginx !== undefined,
      });
    }
    return { name: "smuggling", rows: rowsOf(verdicts) };
  } finally {
    backend.stop();
    for (const each of running) each.kill();
    await Promise.all(running.map(({ exited }) => exited));
    rmSync(folder, { recursive: true, force: true });
  }
}

const corpus = (): (readonly [name: string, request: string, why: string])[] => [
  ...refusedCases.map(([name, request]) => [name, request, ""] as const),
  ...servedCases,
];

/** What of a request reaches the backend; undefined when it was refused. */
async function passes(
  port: number,
  request: string,
  backend: ReturnType<typeof recorder>,
): Promise<string | undefined> {
  backend.take();
  const said = await exchangeBytes(port, request);
  const passed = backend.take();
  return statusesIn(said)[0] === 200 && passed !== "" ? passed : undefined;
}

/** How each server reads the bytes: how many requests, and what they answer to. */
const readBy = (readers: readonly Reader[], passed: string): Promise<string[]> =>
  Promise.all(
    readers.map(async ({ name, port }) => {
      const said = await exchangeBytes(port, passed);
      const bodies = [...said.matchAll(/read:(\w+)/g)].map(([, length]) => length);
      return `${name}: ${statusesIn(said).length} answered${bodies.length > 0 ? `, body ${bodies.join("+")}` : ""}`;
    }),
  );

const countOf = (reading: string): string => /(\d+) answered/.exec(reading)?.[1] ?? "";
const bodyOf = (reading: string): string | undefined => /body (\S+)/.exec(reading)?.[1];

/** One request for everybody, and the same body for all who say how long it was. */
function isReadAlike({ readings }: Verdict): boolean {
  const bodies = new Set(readings.map(bodyOf).filter((each) => each !== undefined));
  return readings.every((each) => countOf(each) === "1") && bodies.size <= 1;
}

function rowsOf(verdicts: readonly Verdict[]): BenchRow[] {
  const passed = verdicts.filter(({ castor }) => castor);
  const differing = passed.filter((each) => !isReadAlike(each));
  const onlyOurs = passed.filter(({ nginx }) => !nginx);
  const onlyTheirs = verdicts.filter(({ castor, nginx }) => nginx && !castor);
  console.log(`\nCastor passes on, nginx refuses:`);
  for (const { name, why } of onlyOurs) console.log(`  ${name}: ${why}`);
  console.log(`nginx passes on, Castor refuses: ${onlyTheirs.map(({ name }) => name).join("; ")}`);
  for (const { name, readings } of differing)
    console.log(`READ DIFFERENTLY ${name}: ${readings.join(" | ")}`);
  const unexplained = passed.filter(({ why }) => why === "");
  if (unexplained.length > 0 || differing.length > 0) {
    const names = [...unexplained, ...differing].map(({ name }) => name).join("; ");
    throw new Error(`Passed on without a reason, or read differently: ${names}`);
  }
  const refused = (by: "castor" | "nginx"): number => verdicts.filter((each) => !each[by]).length;
  const of = `of ${verdicts.length}`;
  const row = (what: string, castor: number, peer: number): BenchRow => ({
    ...{ what, castor, peer, peerName: "nginx", unit: of },
    ratio: (castor + 1) / (peer + 1),
  });
  return [
    row("cases refused", refused("castor"), refused("nginx")),
    row("passed on though they must not be", unexplained.length, onlyTheirs.length),
    row("passed on and read differently by a backend", differing.length, 0),
    row("passed on where the other refuses", onlyOurs.length, onlyTheirs.length),
  ];
}

async function nginxProxy(
  nginx: string,
  folder: string,
  backend: number,
): Promise<{ port: number; command: string[] }> {
  const port = await freePort();
  const config = join(folder, "proxy.conf");
  writeFileSync(
    config,
    `${nginxMain(folder, "proxy")}
http { access_log off; ${tempPaths(folder)} server { listen 127.0.0.1:${port}; location / {
  proxy_pass http://127.0.0.1:${backend}; proxy_http_version 1.1; proxy_set_header Connection "";
  proxy_set_header Host $http_host; proxy_request_buffering off; } } }`,
  );
  return { port, command: [nginx, "-c", config] };
}

/** Node's llhttp and Bun's own parser say how long a body was (Bun hands none on for a GET); nginx, how many requests there were. */
async function startReaders(of: {
  node: string;
  nginx: string;
  folder: string;
  running: Bun.Subprocess[];
}): Promise<Reader[]> {
  const ports = { node: await freePort(), bun: await freePort(), nginx: await freePort() };
  const byNode = `require("node:http").createServer((q, s) => { let n = 0; q.on("data", (c) => (n += c.length));
    q.on("end", () => s.end("read:" + n)); }).listen(${ports.node}, "127.0.0.1");`;
  const byBun = `Bun.serve({ port: ${ports.bun}, hostname: "127.0.0.1",
    async fetch(q) { return new Response(q.method === "GET" ? "" : "read:" + (await q.bytes()).length); } });`;
  const folder = join(of.folder, "reader");
  mkdirSync(folder);
  const config = join(folder, "reader.conf");
  writeFileSync(
    config,
    `${nginxMain(folder, "reader")}
http { access_log off; ${tempPaths(folder)} merge_slashes off;
  server { listen 127.0.0.1:${ports.nginx}; location / { return 200 "ok"; } } }`,
  );
  for (const command of [
    [of.node, "--eval", byNode],
    [process.execPath, "--eval", byBun],
    [of.nginx, "-c", config],
  ])
    of.running.push(Bun.spawn(command, { stdout: "ignore", stderr: "ignore" }));
  for (const port of Object.values(ports)) await untilAnswers(`http://127.0.0.1:${port}/`);
  return Object.entries(ports).map(([name, port]) => ({ name, port }));
}
