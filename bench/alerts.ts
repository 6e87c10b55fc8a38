import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { alertmanagerTaking, castorTaking, type Receiver } from "./kit/alerts-up.ts";
import { residentMb } from "./kit/castor-up.ts";
import { ownTicks, tickMs } from "./kit/one-core.ts";
import { needPeer } from "./kit/peers.ts";
import { type BenchResult, type BenchRow, median } from "./kit/rows.ts";

const alerts = Number(process.env["CASTOR_BENCH_ALERTS"] ?? 20_000);
const rounds = Number(process.env["CASTOR_BENCH_ROUNDS"] ?? 3);
const together = 64;
const connections = 8;
/** Prometheus says everything again each minute: most of what is taken was known. */
const sendings = 3;
const bars = { perSecond: 25_000, getMs: 800, mb: 200 };

type Sending = { perSecond: number; cpuS: number; p99Ms: number };
type Found = { sendings: Sending[]; getMs: number; getMb: number; mb: Record<string, number> };

const pidsOf = (of: Receiver): number[] => Object.values(of.processes()).flat();

async function send(to: Receiver): Promise<Sending> {
  const ticks = (): Map<number, number> => new Map(pidsOf(to).map((pid) => [pid, ownTicks(pid)]));
  const before = ticks();
  const load = Bun.spawn(
    [
      ...[process.execPath, join(import.meta.dir, "kit/alerts-load.ts")],
      ...[`${to.url}/api/v2/alerts`, `${alerts}`, `${together}`, `${connections}`],
    ],
    { stdout: "pipe", stderr: "inherit" },
  );
  const { statuses, perSecond, p99Ms } = JSON.parse(await new Response(load.stdout).text()) as {
    statuses: Record<string, number>;
  } & Omit<Sending, "cpuS">;
  if (Object.keys(statuses).join() !== "200")
    throw new Error(`${to.name} answered ${JSON.stringify(statuses)}`);
  const spent = [...ticks()].reduce((sum, [pid, each]) => sum + each - (before.get(pid) ?? 0), 0);
  return { perSecond, p99Ms, cpuS: (spent * tickMs) / 1_000 };
}

/** Everything that is open, as amtool and Grafana ask for it. */
async function get(from: Receiver): Promise<{ getMs: number; getMb: number }> {
  const startedAt = performance.now();
  const bytes = await (await fetch(`${from.url}/api/v2/alerts`)).bytes();
  const getMs = performance.now() - startedAt;
  const shown = (JSON.parse(Buffer.from(bytes).toString()) as unknown[]).length;
  if (shown !== alerts) throw new Error(`${from.name} shows ${shown} alerts of ${alerts}`);
  return { getMs, getMb: bytes.byteLength / 1e6 };
}

async function measured(open: () => Promise<Receiver>): Promise<Found> {
  const receiver = await open();
  try {
    const sent: Sending[] = [];
    for (let nth = 0; nth < sendings; nth++) sent.push(await send(receiver));
    const got = await get(receiver);
    const mb = Object.fromEntries(
      Object.entries(receiver.processes()).map(([name, pids]) => [name, residentMb(pids)]),
    );
    return { sendings: sent, ...got, mb };
  } finally {
    await receiver.stop();
  }
}

const together100k = 100_000 / alerts;
const said = (name: string, { sendings: sent, getMs, mb }: Found): string =>
  `${name}: ${sent.map(({ perSecond, cpuS }) => `${Math.round(perSecond)}/s (${(cpuS * together100k).toFixed(2)} cpu-s per 100k)`).join(", ")}; GET ${getMs.toFixed(0)} ms; ${Object.entries(
    mb,
  )
    .map(([process, each]) => `${process} ${each.toFixed(0)} MB`)
    .join(", ")}`;

function rowsOf(castor: readonly Found[], peer: readonly Found[]): BenchRow[] {
  const of = (all: readonly Found[], pick: (found: Found) => number): number =>
    median(all.map(pick));
  const row = (what: string, unit: string, pick: (found: Found) => number): BenchRow => {
    const [ours, theirs] = [of(castor, pick), of(peer, pick)];
    const ratio = unit === "alerts/s" ? ours / theirs : theirs / ours;
    return { what, unit, castor: ours, peer: theirs, peerName: "Alertmanager", ratio };
  };
  const against = (each: BenchRow, bar: number): BenchRow => ({
    ...{ ...each, peer: bar, peerName: "the bar" },
    ratio: each.unit === "alerts/s" ? each.castor / bar : bar / each.castor,
  });
  const nth = (n: number, pick: (of: Sending) => number) => (found: Found) =>
    pick(found.sendings[n] ?? { perSecond: Number.NaN, cpuS: Number.NaN, p99Ms: Number.NaN });
  const speed = row(
    "taken, heard first",
    "alerts/s",
    nth(0, (of) => of.perSecond),
  );
  const listed = row("GET of all", "ms", ({ getMs }) => getMs);
  const mb = row("memory of the process that keeps them", "MB", ({ mb: by }) => keeping(by));
  const control = row(
    "memory of control beside it",
    "MB",
    ({ mb: by }) => by["control"] ?? keeping(by),
  );
  return [
    speed,
    row(
      "taken, said again",
      "alerts/s",
      nth(sendings - 1, (of) => of.perSecond),
    ),
    row(
      "processor time of 100 000, heard first",
      "s",
      nth(0, (of) => of.cpuS * together100k),
    ),
    row(
      "processor time of 100 000, again",
      "s",
      nth(sendings - 1, (of) => of.cpuS * together100k),
    ),
    row(
      "a batch, p99, heard first",
      "ms",
      nth(0, (of) => of.p99Ms),
    ),
    listed,
    row("GET of all, size", "MB", ({ getMb }) => getMb),
    mb,
    control,
    against(speed, bars.perSecond),
    against(listed, bars.getMs),
    against(mb, bars.mb),
  ];
}

const keeping = (by: Record<string, number>): number =>
  by["alerts-intake"] ?? by["main"] ?? Number.NaN;

/** Alerts in batches against the whole program, each on disk before its answer, and against Alertmanager, in turns. */
export async function bench(): Promise<BenchResult> {
  const program = needPeer("prometheus-alertmanager");
  const folder = mkdtempSync(join(tmpdir(), "castor-bench-alerts-"));
  const found = { castor: [] as Found[], peer: [] as Found[] };
  try {
    for (let round = 0; round < rounds; round++) {
      const castor = await measured(() => castorTaking(join(folder, `castor-${round}`)));
      const peer = await measured(() => alertmanagerTaking(join(folder, `peer-${round}`), program));
      console.log(`${said("castor", castor)}\n${said("Alertmanager", peer)}`);
      found.castor.push(castor);
      found.peer.push(peer);
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
  return { name: "alerts", rows: rowsOf(found.castor, found.peer) };
}
