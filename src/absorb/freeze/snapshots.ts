import { type Effects, every, processesOf, type Reaction } from "#kernel";
import { targets } from "../../run/catalog/contract.ts";
import type { Cellar } from "./cellar/contract.ts";
import { type Config, type SiteConfig, siteOf } from "./config.ts";
import { snapshotFailed, snapshotTaken } from "./contract.ts";
import { coverageOf } from "./coverage.ts";
import { Crawl, OriginSick } from "./crawl/crawl.ts";
import { indexOf } from "./kept-index.ts";
import { present, type Present } from "./present.ts";
import { placeOf, visitsNow, withMemory } from "./visiting.ts";

const lookMs = 2_000;
/** While most visits are not covered yet, or the last try failed, the next snapshot comes sooner. */
const soonMs = 5 * 60_000;
const coveredShare = 0.95;

type Fx = Effects<Config>;

/** When the next snapshot of a service is due, in milliseconds since the epoch. */
export function dueAt(service: string, { every: everyMs }: SiteConfig, known: Present): number {
  if (known.asked[service] !== undefined) return 0;
  const [taken, failed] = [known.taken[service], known.failures[service]];
  const sooner = Math.min(everyMs, soonMs);
  if (failed !== undefined) return failed.at + sooner;
  if (taken === undefined) return 0;
  return taken.takenAt + ((taken.coverage ?? 0) < coveredShare ? sooner : everyMs);
}

/** undefined while no worker knows of the service yet: control may be first at a start. */
async function crawlOf(
  service: string,
  config: SiteConfig,
  fx: Fx,
): Promise<Crawl | string | undefined> {
  const cellar = fx.equipment<Cellar>("freeze");
  const max = fx.snapshots.get(processesOf("gateway"))?.value.processes.length ?? 0;
  const seen = (await visitsNow({ bus: fx.bus, max })).get(service);
  if (seen === undefined) return undefined;
  if (seen.door === "")
    return "the gateway listens only for load balancers (PROXY protocol); add an address of this machine to gateway.listen";
  const before = await indexOf(cellar, fx.view(present).taken[service]?.index);
  const visiting = withMemory(seen.visiting, before, fx.now);
  return new Crawl({
    service,
    config,
    door: seen.door,
    before,
    objects: cellar.objects,
    visiting,
    place: placeOf(siteOf(service, config, {}), { ...seen, visiting }),
    // Who asks for a snapshot has seen what is not there any more.
    mayLose: fx.view(present).asked[service] !== undefined,
    world: {
      fetch: (url, init) => fx.net.fetch(url, init),
      now: () => fx.now,
      sleep: (ms) => fx.sleep(ms),
      signal: fx.signal,
    },
    onProgress: (done, count) => {
      cellar.progress.set(service, { done, known: count });
      if (fx.view(present).frozen[service] !== undefined)
        throw new OriginSick("it was frozen meanwhile");
    },
  });
}

/** Takes one snapshot and says how it went; the one before is served until this one is whole and on disk. */
async function takeSnapshot(service: string, config: SiteConfig, fx: Fx): Promise<void> {
  const cellar = fx.equipment<Cellar>("freeze");
  const startedAt = fx.now;
  const failed = (why: string) =>
    fx.record("sites", [snapshotFailed({ service, why, tookMs: fx.now - startedAt })]);
  cellar.progress.set(service, { done: 0, known: 0 });
  try {
    const crawl = await crawlOf(service, config, fx);
    if (crawl === undefined) return;
    if (typeof crawl === "string") return void (await failed(crawl));
    const index = await crawl.run();
    const name = await cellar.objects.put(Buffer.from(JSON.stringify(index)));
    await fx.record("sites", [
      snapshotTaken({
        service,
        index: name,
        takenAt: index.takenAt,
        pages: index.files.filter(({ kind }) => kind === "page").length,
        files: index.files.length,
        bytes: index.files.reduce((sum, { bytes }) => sum + bytes, 0),
        coverage: coverageOf(index),
        missing: index.missing.length,
        tookMs: fx.now - startedAt,
      }),
    ]);
    await sweep(cellar, fx);
  } catch (error) {
    if (fx.signal.aborted || fx.view(present).frozen[service] !== undefined) return;
    if (!(error instanceof OriginSick))
      fx.note(`a snapshot of ${service} failed: ${String(error)}`);
    await failed(error instanceof Error ? error.message : String(error));
  } finally {
    cellar.progress.delete(service);
  }
}

/** What no snapshot that is in force, or was until just now, needs any more. */
async function sweep(cellar: Cellar, fx: Fx): Promise<void> {
  const { taken, before } = fx.view(present);
  const names = [...Object.values(taken).map(({ index }) => index), ...Object.values(before)];
  const keep = new Set(names);
  for (const name of names) {
    const index = await indexOf(cellar, name);
    for (const { body } of index?.files ?? []) keep.add(body);
  }
  await cellar.objects.sweep(keep);
}

export const takingSnapshots: Reaction = every("freeze.snapshots", lookMs, async (fx: Fx) => {
  const known = fx.view(present);
  for (const [service, config] of Object.entries(fx.config.sites)) {
    if (known.frozen[service] !== undefined || dueAt(service, config, known) > fx.now) continue;
    const all = await fx.ask(targets, {});
    const isWell = all.some(
      (each) => each.service === service && each.instances.some(({ healthy }) => healthy),
    );
    if (isWell) await takeSnapshot(service, config, fx);
  }
});
