import type * as z from "zod";
import type * as contract from "../contract.ts";
import type { Monitor } from "../monitors/monitor.ts";
import { planInWords } from "../monitors/plan.ts";
import type { Reading } from "./list.ts";

const monitorsShown = 500;
const runsShown = 64;
type Shown = z.infer<typeof contract.monitors.output>["monitors"][number];
type Row = { project: number; monitor: string; environment: string; state: string };

/** Every job that checks in, those that fail first. */
export function monitorsOf(
  tables: Reading,
  project: number | undefined,
  projects: ReadonlyMap<number, string>,
): z.infer<typeof contract.monitors.output> {
  const rows = tables.all<Row>(
    `SELECT project, monitor, environment, state FROM monitors WHERE project = coalesce(?, project)
      ORDER BY project, monitor, environment LIMIT ?`,
    ...[project ?? null, monitorsShown],
  );
  const shown = rows.map((row) => shownOf(tables, row, projects));
  return { monitors: shown.toSorted((a, b) => order[a.state] - order[b.state]) };
}
const order = { failing: 0, running: 1, ok: 1 } as const;

function shownOf(
  tables: Reading,
  { project, monitor, environment, state }: Row,
  projects: ReadonlyMap<number, string>,
): Shown {
  const known = JSON.parse(state) as Monitor;
  const { failing, last, plan, expectedAt, running } = known;
  const schedule = planInWords(plan);
  return {
    ...{ project: projects.get(project) ?? String(project), monitor, environment, last },
    state: failing ? "failing" : running.length > 0 ? "running" : "ok",
    ...(failing ? { failing } : {}),
    ...(schedule === undefined ? {} : { schedule }),
    ...(expectedAt === undefined ? {} : { nextAt: expectedAt }),
    ...{ marginMs: plan.marginMs, runtimeMsMax: plan.runtimeMsMax },
    runs: tables
      .all<{ at: number; status: string; durationMs: number | null }>(
        `SELECT at, status, duration_ms AS durationMs FROM check_ins
          WHERE project = ? AND monitor = ? AND environment = ? ORDER BY at DESC LIMIT ?`,
        ...[project, monitor, environment, runsShown],
      )
      .toReversed()
      .map(({ durationMs, ...run }) => ({
        ...run,
        ...(durationMs === null ? {} : { durationMs }),
      })),
  };
}
