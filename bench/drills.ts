import { drill, drills, type Drill, startDrillSite } from "../e2e/drilling.ts";
import { endAll } from "../e2e/running.ts";
import { atLeast, type BenchResult, type BenchRow } from "./kit/rows.ts";

/** The bar of the issue: of a thousand idempotent requests, fewer than one may fail. */
const errorShareMax = 0.001;

/** The four fault drills: what steady visitors see of them, beside the bar. */
export async function bench(): Promise<BenchResult> {
  const rows: BenchRow[] = [];
  for (const what of Object.keys(drills) as Drill[]) {
    try {
      const seen = await drill(await startDrillSite(), what);
      console.log(
        `${what}: ${seen.requests} requests, ${seen.failed} errors, slowest ${Math.round(seen.slowestMs)} ms; then ${seen.page.status} ${seen.page.reason ?? ""}`,
      );
      rows.push(rowOf(what, seen));
    } finally {
      await endAll();
    }
  }
  return { name: "drills", rows };
}

function rowOf(what: Drill, seen: Awaited<ReturnType<typeof drill>>): BenchRow {
  if (what === "all instances refuse connections") {
    const saysWhy = seen.page.reason !== null && seen.page.body.includes(seen.page.reason);
    return atLeast(`${what}: a page`, saysWhy ? 1 : 0, 1, "");
  }
  const perMille = (seen.failed / seen.requests) * 1_000;
  // Above 1 is ahead of the bar; no error at all counts as half of one.
  const ratio = (errorShareMax * seen.requests) / Math.max(0.5, seen.failed);
  return { what, castor: perMille, peer: 1, peerName: "the bar", ratio, unit: "errors ‰" };
}
