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

/** How full each thing of a node is; absent is what its machine does not tell. */
export function sharesOf({ connections, cpuShare, strain }: LiveTold["figures"]): Shares {
  if (strain === undefined) return { cpu: cpuShare };
  const { memory, network, syncShare, connectionsMax } = strain;
  return {
    ...{ cpu: cpuShare, disk: syncShare, connections: connections / connectionsMax },
    ...(memory && { memory: memory.usedBytes / memory.totalBytes }),
    ...(network && { network: network.perSecond / network.perSecondMax }),
  };
}

/** The slope of a line through points, by least squares; in what y is for each x. */
function slopeOf(points: readonly (readonly [x: number, y: number])[]): number {
  const mean = (of: (point: (typeof points)[number]) => number): number =>
    points.reduce((sum, point) => sum + of(point), 0) / points.length;
  const [x, y] = [mean((point) => point[0]), mean((point) => point[1])];
  const spread = points.reduce((sum, point) => sum + (point[0] - x) ** 2, 0);
  if (spread === 0) return 0;
  return points.reduce((sum, point) => sum + (point[0] - x) * (point[1] - y), 0) / spread;
}

/** When a share is one, if it goes on as it did; null for what stays or falls, and for what hardly rises. */
export function fullInMs(
  points: readonly (readonly [second: number, share: number])[],
): number | null {
  const last = points.at(-1)?.[1];
  if (last === undefined || points.length < looksMin) return null;
  if (last >= 1) return 0;
  const perSecond = slopeOf(points);
  const ms = perSecond <= 0 ? Infinity : ((1 - last) / perSecond) * secondMs;
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
