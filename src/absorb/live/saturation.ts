import { perCastor } from "#kernel";
import type { LiveTold } from "./contract/orders.ts";
import { showsMax } from "./contract/problems.ts";
import { type Saturation, strainResources } from "./contract/resources.ts";

type Resource = Saturation["resource"];
type Shares = Partial<Record<Resource, number>>;
type Look = { second: number; shares: Map<number, Shares> };

const secondMs = 1_000;
/** Long enough to see a rise, short enough that the last question is not in it. */
const looksKeptMax = 15;
const looksMin = 5;
/** A rise that takes longer than this to fill anything is no rise. */
const fullWithinMsMax = 3_600_000;
/** Nor is one of less than this within all looks, or one that a line through them does not show. */
const riseMin = 0.03;
const explainedMin = 0.8;

/** How full each thing of a node is; absent is what its machine does not tell. */
export function sharesOf({ connections, cpuShare, strain }: LiveTold["figures"]): Shares {
  if (strain === undefined) return { cpu: cpuShare };
  const { memory, space, network, syncShare, connectionsMax } = strain;
  return {
    ...{ cpu: cpuShare, disk: syncShare, connections: connections / connectionsMax },
    ...(memory && { memory: memory.usedBytes / memory.totalBytes }),
    ...(space && { space: space.usedBytes / space.totalBytes }),
    ...(network && { network: network.perSecond / network.perSecondMax }),
  };
}

type Points = readonly (readonly [second: number, share: number])[];

/** A line through points by least squares: how much it rises in a second, and how much of what they differ it explains. */
function lineThrough(points: Points): { perSecond: number; explained: number } {
  const mean = (of: (point: Points[number]) => number): number =>
    points.reduce((sum, point) => sum + of(point), 0) / points.length;
  const [x, y] = [mean((point) => point[0]), mean((point) => point[1])];
  const together = (a: 0 | 1, b: 0 | 1): number => {
    const from = [x, y] as const;
    return points.reduce((sum, point) => sum + (point[a] - from[a]) * (point[b] - from[b]), 0);
  };
  const [xx, xy, yy] = [together(0, 0), together(0, 1), together(1, 1)];
  if (xx === 0 || yy === 0) return { perSecond: 0, explained: 0 };
  return { perSecond: xy / xx, explained: xy ** 2 / (xx * yy) };
}

/** When a share is one, if it goes on as it did; null for what stays or falls, and for what only goes up and down. */
export function fullInMs(points: Points): number | null {
  const last = points.at(-1)?.[1];
  if (last === undefined || points.length < looksMin) return null;
  if (last >= 1) return 0;
  const { perSecond, explained } = lineThrough(points);
  const isRise = perSecond * points.length >= riseMin && explained >= explainedMin;
  const ms = isRise ? ((1 - last) / perSecond) * secondMs : Infinity;
  return ms <= fullWithinMsMax ? ms : null;
}

/** What nodes said of their limits in the last seconds, by run. */
export class Strains {
  readonly #runs = new Map<string, Look[]>();

  hear({ run, node, figures }: LiveTold, now: number): void {
    const looks = this.#runs.get(run) ?? [];
    const second = Math.floor(now / secondMs);
    const last = looks.at(-1);
    if (last?.second === second) last.shares.set(node, sharesOf(figures));
    else looks.push({ second, shares: new Map([[node, sharesOf(figures)]]) });
    if (looks.length > looksKeptMax) looks.shift();
    const [oldest] = this.#runs.keys();
    if (!this.#runs.has(run) && this.#runs.size >= showsMax && oldest !== undefined)
      this.#runs.delete(oldest);
    this.#runs.set(run, looks);
  }

  /** The fullest first, then what nobody can say; `others` are shares that no node knows. */
  saturation(run: string, now: number, others: Shares): Saturation[] {
    const from = Math.floor(now / secondMs) - looksKeptMax;
    const looks = (this.#runs.get(run) ?? []).filter(({ second }) => second >= from);
    const found = strainResources.map((resource): Saturation => {
      const points = looks.flatMap(({ second, shares }) => {
        const known = [...shares.values()].flatMap((each) => each[resource] ?? []);
        return known.length === 0 ? [] : [[second, Math.max(...known)] as const];
      });
      const share = others[resource] ?? points.at(-1)?.[1] ?? null;
      return { resource, share, fullInMs: fullInMs(points) };
    });
    return found.toSorted((a, b) => (b.share ?? -1) - (a.share ?? -1));
  }
}

export const strainsOf = perCastor(() => new Strains());
