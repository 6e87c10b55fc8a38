import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  type CacheServer,
  castorCache,
  haproxyCache,
  installed,
  nginxCache,
  strictRule,
  varnishCache,
} from "./kit/caches.ts";
import { freePort, untilAnswers } from "./kit/castor-up.ts";
import { crowd, type Turn } from "./kit/crowd.ts";
import { needPeer } from "./kit/peers.ts";
import type { BenchResult, BenchRow } from "./kit/rows.ts";

const suite = "http-cache-tests@0.4.5";
const runMsMax = 240_000;

type Kind = "required" | "optimal" | "check";
type Suite = { id: string; tests: SuiteTest[] }[];
type SuiteTest = { id: string; kind?: Kind; browser_only?: boolean; depends_on?: string[] };
type Results = Readonly<Record<string, true | readonly string[]>>;
type Score = Record<Kind, { passed: number; of: number }>;

/** RFC 9111 as the suite reads it: heuristics, and cookies as they come. What a careful operator leaves off. */
const liberalRule = { ...strictRule, heuristicShare: 0.1, sharesCookies: true };

/** The public conformance suite and a crowd, through Castor and through what is installed beside it. */
export async function bench(): Promise<BenchResult> {
  const nginx = needPeer("nginx");
  const npm = needPeer("npm", "install Node.js");
  const node = needPeer("node", "install Node.js");
  const folder = mkdtempSync(join(tmpdir(), "castor-bench-conformance-"));
  try {
    await run(
      [npm, "install", "--prefix", folder, "--ignore-scripts", "--no-audit", suite],
      folder,
    );
    const root = join(folder, "node_modules", "http-cache-tests");
    const suites = await suitesOf(root);
    const scores = new Map<string, Score>();
    for (const make of cachesFor(nginx, folder)) {
      const origin = await freePort();
      const cache = await make(origin);
      console.log(`${cache.name}: the suite's ${testsOf(suites).length} tests…`);
      const results = await play({ root, node, folder, origin, cache });
      scores.set(cache.name, scoreOf(suites, results));
      if (cache.name.startsWith("Castor")) tellFailures(suites, results);
    }
    const crowds = new Map<string, Turn[]>();
    for (const make of cachesFor(nginx, folder, true)) {
      const origin = await freePort();
      const cache = await make(origin);
      console.log(`${cache.name}: the crowd…`);
      const process = started(cache);
      crowds.set(cache.name, await crowd({ origin, port: cache.port }));
      await ended(process);
    }
    return { name: "conformance", rows: [...scoreRows(scores), ...crowdRows(crowds)] };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

type Make = (origin: number) => Promise<CacheServer>;

/** Castor and its peers, each with a folder of its own; for the crowd with the settings their books recommend. */
function cachesFor(nginx: string, folder: string, forCrowd = false): Make[] {
  const own = (name: string): string => {
    const made = join(folder, `${name}${forCrowd ? "-crowd" : ""}`);
    mkdirSync(made, { recursive: true });
    return made;
  };
  const [haproxy, varnishd] = [installed("haproxy"), installed("varnishd")];
  const named = async (name: string, cache: Promise<CacheServer>): Promise<CacheServer> => ({
    ...(await cache),
    name,
  });
  return [
    (origin) => named("Castor", castorCache(own("castor"), origin)),
    ...(forCrowd
      ? []
      : [
          (origin: number) =>
            named("Castor, liberal", castorCache(own("liberal"), origin, liberalRule)),
        ]),
    (origin) => nginxCache(nginx, own("nginx"), { origin }),
    ...(forCrowd
      ? [(origin: number) => nginxCache(nginx, own("tuned"), { origin, tuned: true })]
      : []),
    ...(haproxy === undefined
      ? []
      : [(origin: number) => haproxyCache(haproxy, own("haproxy"), origin)]),
    ...(varnishd === undefined
      ? []
      : [(origin: number) => varnishCache(varnishd, own("varnish"), origin)]),
  ];
}

async function run(command: string[], cwd: string): Promise<void> {
  const child = Bun.spawn(command, { cwd, stdout: "ignore", stderr: "pipe" });
  const said = await new Response(child.stderr).text();
  if ((await child.exited) !== 0) throw new Error(`${command.join(" ")} failed:\n${said}`);
}

const started = ({ command }: CacheServer): Bun.Subprocess =>
  Bun.spawn(command, { stdout: "ignore", stderr: "ignore" });

async function ended(process: Bun.Subprocess): Promise<void> {
  process.kill();
  await Promise.race([process.exited, Bun.sleep(5_000)]);
  process.kill("SIGKILL");
}

/** The suite's server listens on every interface unless it is told otherwise. */
const onLoopback = `import net from "node:net";
const listen = net.Server.prototype.listen;
net.Server.prototype.listen = function (...a) {
  const isPort = typeof a[0] === "string" || typeof a[0] === "number";
  return isPort && typeof a[1] !== "string"
    ? listen.call(this, { port: Number(a[0]), host: "127.0.0.1" })
    : listen.apply(this, a);
};`;

async function play(of: {
  root: string;
  node: string;
  folder: string;
  origin: number;
  cache: CacheServer;
}): Promise<Results> {
  const { root, node, folder, origin, cache } = of;
  writeFileSync(join(folder, "loopback.mjs"), onLoopback);
  const config = { npm_config_protocol: "http", npm_config_port: String(origin) };
  const site = Bun.spawn([node, "--import", join(folder, "loopback.mjs"), "server/server.mjs"], {
    cwd: root,
    env: { ...process.env, ...config, npm_config_pidfile: join(folder, "origin.pid") },
    stdout: "ignore",
    stderr: "ignore",
  });
  const proxy = started(cache);
  try {
    await untilAnswers(`http://127.0.0.1:${cache.port}/README.md`);
    const base = `http://127.0.0.1:${cache.port}`;
    const client = Bun.spawn([node, "--no-warnings", "cli.mjs"], {
      cwd: root,
      // Both ids must be there, or the suite looks for a test named "undefined".
      env: { ...process.env, npm_config_base: base, npm_config_id: "", npm_package_config_id: "" },
      stdout: "pipe",
      stderr: "ignore",
      timeout: runMsMax,
    });
    const said = await new Response(client.stdout).text();
    return JSON.parse(said.slice(said.indexOf("{"))) as Results;
  } finally {
    await ended(site);
    await ended(proxy);
  }
}

async function suitesOf(root: string): Promise<Suite> {
  const { default: suites } = (await import(join(root, "tests", "index.mjs"))) as {
    default: Suite;
  };
  return suites;
}

const testsOf = (suites: Suite): SuiteTest[] =>
  suites.flatMap(({ tests }) => tests.filter((each) => each.browser_only !== true));

/** As the suite's own page counts: a test passes when it and everything that it depends on has. */
function passes(id: string, tests: ReadonlyMap<string, SuiteTest>, results: Results): boolean {
  if (results[id] !== true) return false;
  return (tests.get(id)?.depends_on ?? []).every((each) => passes(each, tests, results));
}

function scoreOf(suites: Suite, results: Results): Score {
  const tests = new Map(testsOf(suites).map((each) => [each.id, each]));
  const none = () => ({ passed: 0, of: 0 });
  const score: Score = { required: none(), optimal: none(), check: none() };
  for (const [id, { kind = "required" }] of tests) {
    score[kind].of++;
    if (passes(id, tests, results)) score[kind].passed++;
  }
  return score;
}

function tellFailures(suites: Suite, results: Results): void {
  const tests = new Map(testsOf(suites).map((each) => [each.id, each]));
  for (const [id, { kind = "required" }] of tests) {
    if (kind === "check" || passes(id, tests, results)) continue;
    const why = results[id];
    console.log(
      `  ${kind} ${id}: ${Array.isArray(why) ? why.join(" ") : "a test before it failed"}`,
    );
  }
}

function scoreRows(scores: ReadonlyMap<string, Score>): BenchRow[] {
  const rows: BenchRow[] = [];
  for (const [name, ours] of scores) {
    if (!name.startsWith("Castor")) continue;
    for (const [peerName, theirs] of scores) {
      if (peerName.startsWith("Castor")) continue;
      for (const kind of ["required", "optimal", "check"] as const) {
        const [castor, peer] = [ours[kind].passed, theirs[kind].passed];
        const what = `${name}: ${kind} tests passed`;
        rows.push({
          what,
          castor,
          peer,
          peerName,
          ratio: castor / peer,
          unit: `of ${ours[kind].of}`,
        });
      }
    }
  }
  return rows;
}

/** Requests that reached the origin, and visitors who were served; where nothing failed the ratio is 1. */
function crowdRows(crowds: ReadonlyMap<string, Turn[]>): BenchRow[] {
  const ours = crowds.get("Castor") ?? [];
  return [...crowds].flatMap(([peerName, theirs]) =>
    peerName === "Castor"
      ? []
      : ours.flatMap((turn, i) => {
          const other = theirs[i];
          if (other === undefined) return [];
          const row = (
            what: string,
            castor: number,
            peer: number,
            unit: string,
            isLess: boolean,
          ) => ({
            ...{ what: `${turn.what}: ${what}`, castor, peer, peerName, unit },
            ratio: isLess ? (peer + 1) / (castor + 1) : (castor + 1) / (peer + 1),
          });
          return [
            row("served", turn.served, other.served, `of ${turn.of}`, false),
            row("at the origin", turn.atOrigin, other.atOrigin, "requests", true),
            row("p50", turn.p50Ms, other.p50Ms, "ms", true),
          ];
        }),
  );
}
