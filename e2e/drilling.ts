import { join } from "node:path";
import { allServe, later, type Running, startCastor } from "./running.ts";
import { startLoad } from "./visitors.ts";

/** What happens to one instance of three; in the last drill, to all of them. */
export const drills = {
  "an instance hangs": "SIGSTOP",
  "an instance returns 500": "SIGUSR1",
  "an instance is slow": "SIGUSR2",
  "all instances refuse connections": "SIGHUP",
} as const;
export type Drill = keyof typeof drills;

export type Drilled = {
  requests: number;
  failures: string[];
  failed: number;
  slowestMs: number;
  /** What a browser gets in the end. */
  page: { status: number; reason: string | null; type: string | null; body: string };
  facts: string[];
};

const visitors = 32;
const pauseMs = 25;
/** Enough for the gateway to know the service; then the fault, and what the visitors of so long see of it. */
const calmMs = 2_500;
const faultMs = 5_000;

/** A site of three instances that can fall ill, behind two workers. */
export const startDrillSite = (gateway: Record<string, unknown> = {}): Promise<Running> =>
  startCastor({
    config: {
      catalog: {
        services: {
          site: {
            run: [process.execPath, join(import.meta.dir, "ailing-site.ts")],
            instances: 3,
            health: { path: "/health", every: "1s" },
          },
        },
      },
      gateway: { workers: 2, routes: [{ service: "site" }], ...gateway },
    },
  });

/** Steady visitors, the fault while they are there, and what they saw. */
export async function drill(castor: Running, what: Drill): Promise<Drilled> {
  await allServe(castor, 2);
  const [before] = await castor.log();
  const load = startLoad({ gateway: castor.gateway, visitors, pauseMs });
  await Bun.sleep(calmMs);
  const instances = await castor.instances();
  const ill = what === "all instances refuse connections" ? instances : instances.slice(0, 1);
  const pids = ill.map(({ pid }) => pid ?? 0);
  for (const pid of pids) process.kill(pid, drills[what]);
  // A stopped process would not hear that it is to end.
  later(() => what === "an instance hangs" && process.kill(pids[0] ?? 0, "SIGCONT"));
  await Bun.sleep(faultMs);
  await load.stop();
  const page = await fetch(castor.gateway, { headers: { accept: "text/html" } });
  const body = await page.text();
  const facts = await castor.log("gateway.*");
  return {
    requests: load.good + load.failed,
    ...{ failures: load.failures, failed: load.failed, slowestMs: load.slowestMs },
    page: {
      status: page.status,
      reason: page.headers.get("castor-reason"),
      type: page.headers.get("content-type"),
      body,
    },
    facts: facts
      .filter(({ position }) => position > (before?.position ?? 0))
      .map(({ says }) => says)
      .toReversed(),
  };
}
