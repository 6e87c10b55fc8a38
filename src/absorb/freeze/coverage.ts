import type { Read } from "#kernel";
import type * as z from "zod";
import type { Cellar } from "./cellar/contract.ts";
import type { Config } from "./config.ts";
import type { coverage } from "./contract.ts";
import type { FrozenIndex } from "./kept/contract.ts";
import type { Visiting } from "./crawl/crawl.ts";
import { present } from "./present.ts";
import { indexOf } from "./kept-index.ts";
import { servicesOf } from "./status.ts";
import { visitsNow, withMemory } from "./visiting.ts";

type Coverage = z.infer<(typeof coverage)["output"]>["sites"][number];
const pagesShownMax = 500;
/** How many workers there are is not known here, so this long is waited for all of them. */
const shownWithinMs = 250;
/** The words name so many pages as reach this share, or all. */
const shareInWords = 0.98;

/** The share of the visits whose pages are kept; null while nobody has visited. */
export function coverageOf(index: FrozenIndex, visiting?: Visiting): number | null {
  const pages = visiting?.pages ?? index.visited;
  const total = visiting?.total ?? pages.reduce((sum, { visits }) => sum + visits, 0);
  if (total === 0) return null;
  const kept = new Set(index.files.map(({ key }) => key));
  const covered = pages.reduce((sum, { key, visits }) => sum + (kept.has(key) ? visits : 0), 0);
  return Math.min(1, covered / total);
}

export function curveOf(
  index: FrozenIndex | undefined,
  { total, pages }: Visiting,
): Coverage["pages"] {
  const kept = new Map((index?.files ?? []).map((each) => [each.key, each]));
  let upTo = 0;
  return pages.slice(0, pagesShownMax).map(({ key, visits }) => {
    const share = total === 0 ? 0 : visits / total;
    upTo += share;
    const file = kept.get(key);
    return {
      key,
      title: file?.title ?? "",
      share,
      upTo: Math.min(1, upTo),
      kept: file !== undefined,
    };
  });
}

/** "40 pages = 98 % of visits", of those pages that are kept. */
export function inWords(pages: Coverage["pages"]): string {
  const kept = pages.filter((each) => each.kept);
  if (pages.length === 0) return "nobody has visited yet";
  if (kept.length === 0) return "no page that is visited is kept yet";
  let [count, share] = [0, 0];
  for (const each of kept) {
    count++;
    share += each.share;
    if (share >= shareInWords) break;
  }
  return `${count} ${count === 1 ? "page" : "pages"} = ${percent(share)} of visits`;
}

/** Rounded down: no more is claimed than is so. */
const percent = (share: number): string => `${Math.floor(Math.min(1, share + 1e-9) * 100)} %`;

export async function coverageNow(
  read: Read<Config>,
  { service: only }: { service?: string | undefined },
): Promise<{ sites: Coverage[] }> {
  const cellar = read.equipment<Cellar>("freeze");
  const { taken } = read.view(present);
  const seen = await visitsNow({ bus: read.bus, withinMs: shownWithinMs });
  const sites = servicesOf(read.config, only).map(async (service) => {
    const index = await indexOf(cellar, taken[service]?.index);
    const live = seen.get(service)?.visiting ?? { total: 0, pages: [] };
    const visiting = withMemory(live, index, read.now);
    const pages = curveOf(index, visiting);
    return {
      service,
      says: inWords(pages),
      visits: visiting.total,
      pages,
      missing: index?.missing ?? [],
      external: index?.external ?? [],
    };
  });
  return { sites: await Promise.all(sites) };
}
