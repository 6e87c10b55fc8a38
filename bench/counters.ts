import { DDSketch } from "@datadog/sketches-js";
import { Database } from "bun:sqlite";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { machineClock } from "../src/kernel/clock/machine.ts";
import { SeededRandom } from "../src/kernel/clock/seeded.ts";
import { counter } from "../src/kernel/contract.ts";
import { openCounters } from "../src/kernel/counters/open.ts";
import { createTally, hash32 } from "../src/kernel/counters/tally.ts";
import { type BenchResult, type BenchRow, median } from "./kit/rows.ts";

const rounds = 5;
const callCount = 2_000_000;
const seriesCount = 1_000;
const resolutionCount = 4;

const requests = counter("bench.requests", "sum", ["route", "class"], "requests");
const visitors = counter("bench.visitors", "uniques", ["site"], "visitors");
const latency = counter("bench.latency", "quantiles", ["route"], "ms");

const clock = machineClock();
const random = new SeededRandom(1);
const sample = 4_096;
const addresses = Array.from({ length: sample }, (_, n) => `10.${n & 15}.${n >> 4}.7`);
const milliseconds = Float64Array.from({ length: sample }, () => Math.exp(random.unit() * 9 - 1));
const labels = { route: "/checkout", class: "2xx" };

type Side = { run: (calls: number) => void };

/** Nanoseconds per call, the two sides in turn, so that a noisy neighbour disturbs both. */
function compare(what: string, castor: Side, peer: Side & { name: string }): BenchRow {
  const nsPerCall = (side: Side): number => {
    const start = Bun.nanoseconds();
    side.run(callCount);
    return (Bun.nanoseconds() - start) / callCount;
  };
  for (const side of [castor, peer]) side.run(callCount / 4);
  const ours: number[] = [];
  const theirs: number[] = [];
  for (let round = 0; round < rounds; round++) {
    ours.push(nsPerCall(castor));
    theirs.push(nsPerCall(peer));
  }
  const [a, b] = [median(ours), median(theirs)];
  return { what, castor: a, peer: b, peerName: peer.name, ratio: b / a, unit: "ns/call" };
}

function sums(): BenchRow[] {
  const handle = createTally({ from: "bench", clock }).sum(requests, labels);
  const counters = openCounters({ path: ":memory:", clock });
  const map = new Map<string, number>();
  const bareMap = {
    name: "Map increment by text",
    run: (calls: number): void => {
      for (let n = 0; n < calls; n++) {
        const key = `${labels.route} ${labels.class}`;
        map.set(key, (map.get(key) ?? 0) + 1);
      }
    },
  };
  const constant = "a constant";
  const warmMap = {
    name: "Map increment, key at hand",
    run: (calls: number): void => {
      for (let n = 0; n < calls; n++) map.set(constant, (map.get(constant) ?? 0) + 1);
    },
  };
  const tally = {
    run: (calls: number): void => {
      for (let n = 0; n < calls; n++) handle.add();
    },
  };
  const inControl = {
    run: (calls: number): void => {
      for (let n = 0; n < calls; n++) counters.add(requests, labels);
    },
  };
  const rows = [
    compare("tally: add to a sum", tally, warmMap),
    compare("counters: add by labels", inControl, bareMap),
  ];
  void counters.close();
  return rows;
}

function sketches(): BenchRow[] {
  const tally = createTally({ from: "bench", clock });
  const times = tally.quantiles(latency, { route: "/" });
  const seen = tally.uniques(visitors, { site: "shop" });
  const peerSketch = new DDSketch({ relativeAccuracy: 0.01 });
  const set = new Set<string>();
  const record = {
    run: (calls: number): void => {
      for (let n = 0; n < calls; n++) times.record(milliseconds[n & (sample - 1)] ?? 0);
    },
  };
  const accept = {
    name: "@datadog/sketches-js accept",
    run: (calls: number): void => {
      for (let n = 0; n < calls; n++) peerSketch.accept(milliseconds[n & (sample - 1)] ?? 0);
    },
  };
  const note = {
    run: (calls: number): void => {
      for (let n = 0; n < calls; n++) seen.note(hash32(addresses[n & (sample - 1)] ?? ""));
    },
  };
  const add = {
    name: "Set add (keeps every value)",
    run: (calls: number): void => {
      for (let n = 0; n < calls; n++) set.add(addresses[n & (sample - 1)] ?? "");
    },
  };
  return [
    compare("tally: record a measurement", record, accept),
    compare("tally: hash and note a visitor", note, add),
  ];
}

/** Milliseconds to write one slot of a thousand label sets to all resolutions. */
async function flushes(folder: string): Promise<BenchRow> {
  const counters = openCounters({ path: join(folder, "counters.db"), clock });
  const bare = new Database(join(folder, "bare.db"), { create: true });
  bare.run("PRAGMA journal_mode = WAL");
  bare.run("PRAGMA synchronous = NORMAL");
  bare.run("CREATE TABLE t (series INTEGER, slot INTEGER, sum REAL, PRIMARY KEY (series, slot))");
  const upsert = bare.prepare(
    "INSERT INTO t VALUES (?, ?, 1) ON CONFLICT DO UPDATE SET sum = sum + excluded.sum",
  );
  const ours: number[] = [];
  const theirs: number[] = [];
  for (let round = 0; round < rounds * 2; round++) {
    for (let n = 0; n < seriesCount; n++)
      counters.add(requests, { route: `/${n}`, class: "2xx" }, n + 1);
    const start = performance.now();
    await counters.flush();
    const between = performance.now();
    bare.transaction(() => {
      for (let n = 0; n < seriesCount * resolutionCount; n++) upsert.run(n, Math.floor(round / 4));
    })();
    theirs.push(performance.now() - between);
    ours.push(between - start);
  }
  await counters.close();
  bare.close();
  const [a, b] = [median(ours), median(theirs)];
  const what = `flush ${seriesCount} label sets to ${resolutionCount} resolutions`;
  return {
    what,
    castor: a,
    peer: b,
    peerName: "bun:sqlite, the same upserts",
    ratio: b / a,
    unit: "ms",
  };
}

/** What counting costs on a hot path, in control, and every ten seconds on disk. */
export async function bench(): Promise<BenchResult> {
  const folder = mkdtempSync(join(tmpdir(), "castor-bench-counters-"));
  try {
    return { name: "counters", rows: [...sums(), ...sketches(), await flushes(folder)] };
  } finally {
    rmSync(folder, { recursive: true });
  }
}
