import { endAll } from "../e2e/running.ts";
import { stormNight } from "./kit/pages/storm.ts";
import { atMost, type BenchResult } from "./kit/rows.ts";

const sizeOf = (name: string, otherwise: number): number =>
  Number(process.env[`CASTOR_BENCH_${name}`] ?? otherwise);

/** A database takes two thousand services along; then everything is killed with five thousand alerts open and two hundred steps to come. */
export async function bench(): Promise<BenchResult> {
  const of = {
    ...{ services: sizeOf("SERVICES", 2_000), openAlerts: sizeOf("ALERTS", 5_000) },
    ...{ pending: sizeOf("PENDING", 200), waitS: 30, stepS: 20 },
  };
  try {
    const { toldMs, takenPerSecond, overdueMs, wrong } = await stormNight(of);
    for (const each of wrong) console.log(`WRONG: ${each}`);
    if (wrong.length > 0) throw new Error(`${wrong.length} promises were broken.`);
    console.log(`${of.services + 1} alerts were taken, ${Math.round(takenPerSecond)} a second`);
    const row = (what: string, castor: number, bar: number) => atMost(what, castor, bar, "s");
    return {
      name: "storm",
      rows: [
        row(`one page each for five people, groups wait ${of.waitS} s`, toldMs / 1_000, 60),
        row(`${of.pending} overdue steps after a kill, from the start on`, overdueMs / 1_000, 10),
      ],
    };
  } finally {
    await endAll();
  }
}
