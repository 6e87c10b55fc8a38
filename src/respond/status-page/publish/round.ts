import { type Effects, type Millis, type Read, snapshot, view, perCastor } from "#kernel";
import { brandLearnt } from "../brand.ts";
import type { Config } from "../config.ts";
import { Picture, type Published, publishingFailed, publishingRecovered } from "../contract.ts";
import { pictureNow } from "../picture.ts";
import { bundleOf } from "../render/bundle.ts";
import { type Listed, publishTo } from "./changes.ts";
import { type Equipment, type Place, publishWithinMs } from "./place.ts";
import { whereOf } from "./targets.ts";

const againMsMin = 5_000;
const againMsMax = 5 * 60_000;

/** What `castor status-page publish` works from where Castor does not run. */
export const pageSnapshot = snapshot("status-page", Picture);

/** Which targets fail, and since when: by the log, so that a restart does not tell it again. */
export const failing = view<
  Record<string, { since: Millis; why: string }>,
  typeof publishingFailed | typeof publishingRecovered
>("status-page.failing", {
  from: [publishingFailed, publishingRecovered],
  empty: () => ({}),
  apply: (known, { event, at }) => {
    if (event.type === "status-page.publishing-failed")
      known[event.data.target] = { since: at, why: event.data.why };
    else delete known[event.data.target];
    return known;
  },
});

type Doing = {
  publishedAt: Millis | null;
  triedAt: Millis | null;
  tookMs: number | null;
  files: number;
  bytes: number;
  dueAt: Millis;
  failures: number;
  why: string;
  isBusy: boolean;
  /** Under which settings the rest was found out. */
  target: string;
  listed: Listed | undefined;
};
const fresh = (target: string): Doing => ({
  ...{ publishedAt: null, triedAt: null, tookMs: null, files: 0, bytes: 0, dueAt: 0 },
  ...{ failures: 0, why: "", isBusy: false, target, listed: undefined },
});

const doings = perCastor(() => new Map<string, Doing>());
/** What this process knows of a target. */
function doingOf(read: Pick<Read<Config>, "log" | "config">, name: string): Doing {
  const all = doings(read);
  const settings = JSON.stringify(read.config.publish.targets[name]);
  let doing = all.get(name);
  if (doing?.target !== settings) all.set(name, (doing = fresh(settings)));
  return doing;
}

/** One that takes long holds up no other. */
async function within<T>(fx: Effects, work: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const late = new AbortController();
  const stop = (): void => late.abort();
  fx.signal.addEventListener("abort", stop);
  const took = fx.sleep(publishWithinMs).then((): never => {
    late.abort();
    throw new Error(`it took longer than ${publishWithinMs / 1_000} s`);
  });
  took.catch(() => undefined);
  try {
    return await Promise.race([work(late.signal), took]);
  } finally {
    fx.signal.removeEventListener("abort", stop);
    late.abort();
  }
}

async function publishOne(fx: Effects<Config>, name: string): Promise<void> {
  const target = fx.config.publish.targets[name];
  if (!target) return;
  const doing = doingOf(fx, name);
  if (doing.isBusy) return;
  doing.isBusy = true;
  const began = fx.now;
  doing.triedAt = began;
  doing.dueAt = began + fx.config.publish.every;
  try {
    const picture = pictureNow(fx);
    const equipment = fx.equipment<Equipment>("status-page");
    const done = await within(fx, async (signal) => {
      const place: Place = await equipment.placeOf(name, target, signal);
      const brand = await brandLearnt(fx, equipment.files);
      return await publishTo(place, bundleOf(picture, brand), doing.listed);
    });
    Object.assign(doing, { ...done, publishedAt: picture.at, tookMs: fx.now - began, failures: 0 });
    if (fx.view(failing)[name])
      await fx.record(`publishing/${name}`, [publishingRecovered({ target: name })]);
  } catch (error) {
    if (fx.signal.aborted) return;
    doing.why = error instanceof Error ? error.message : String(error);
    // What stands there now, nobody knows: it is read again.
    doing.listed = undefined;
    doing.dueAt = fx.now + Math.min(againMsMax, againMsMin * 2 ** Math.min(doing.failures++, 10));
    if (!fx.view(failing)[name])
      await fx.record(`publishing/${name}`, [publishingFailed({ target: name, why: doing.why })]);
  } finally {
    doing.isBusy = false;
  }
}

/** Publishes where it is time to; waits for no target. */
export async function publishDue(fx: Effects<Config>): Promise<void> {
  const names = Object.keys(fx.config.publish.targets);
  const due = names.filter((name) => doingOf(fx, name).dueAt <= fx.now);
  if (due.length > 0) await keepSnapshot(fx);
  for (const name of due)
    if (!doingOf(fx, name).isBusy)
      publishOne(fx, name).catch((error: unknown) => {
        if (!fx.signal.aborted) fx.note(`The status page was not published: ${String(error)}`);
      });
}

/** Something changed: every target is due at once, also one that fails. */
export async function publishSoon(fx: Effects<Config>): Promise<void> {
  const names = Object.keys(fx.config.publish.targets);
  for (const name of names) doingOf(fx, name).dueAt = 0;
  await publishDue(fx);
}

/** What a copy is made from when Castor does not run. */
export const keepSnapshot = async (fx: Effects<Config>): Promise<void> =>
  void (await fx.snapshots.put(pageSnapshot, pictureNow(fx)));

const waitAgainMs = 100;
/** Publishes everywhere now, and says how that went. */
export async function publishNow(fx: Effects<Config>): Promise<Published[]> {
  await keepSnapshot(fx);
  await Promise.all(
    Object.keys(fx.config.publish.targets).map(async (name) => {
      while (doingOf(fx, name).isBusy && !fx.signal.aborted) await fx.sleep(waitAgainMs);
      await publishOne(fx, name);
    }),
  );
  return targetsNow(fx);
}

export const targetsNow = (read: Read<Config>): Published[] =>
  Object.entries(read.config.publish.targets).map(([name, target]) => {
    const doing = doingOf(read, name);
    const { publishedAt, triedAt, tookMs, files, bytes, failures, why, dueAt } = doing;
    const known = read.view(failing)[name];
    return {
      ...{ target: name, kind: target.kind, where: whereOf(target) },
      ...{ publishedAt, triedAt, tookMs, files, bytes },
      failing: known
        ? { since: known.since, why: why || known.why, retryAt: failures > 0 ? dueAt : null }
        : null,
    };
  });
