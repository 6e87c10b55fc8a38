import { type Replayed, view } from "#kernel";
import * as contract from "../contract.ts";
import { evolve, type Page, type PageEvent } from "./page.ts";

/** What is over stays at hand so long: it may come back as the same thread. */
const overKeptMs = 24 * 3_600_000;
const overKeptMax = 1_000;

export type Pages = { pages: Record<string, Page>; over: string[] };

const pageFacts = [
  ...[contract.triggered, contract.climbed, contract.changed, contract.acknowledged],
  ...[contract.reassigned, contract.resolved],
] as const;

/** Every open page, and those that ended lately. */
export const pagesView = view<Pages, (typeof pageFacts)[number]>("paging.pages", {
  version: 2,
  from: pageFacts,
  empty: () => ({ pages: {}, over: [] }),
  apply: (known, { event, at }: Replayed<PageEvent>) => {
    const { page } = event.data;
    const next = evolve(known.pages[page], event, at);
    if (!next) return known;
    known.pages[page] = next;
    if (event.type === "paging.resolved") known.over.push(page);
    forget(known, at);
    return known;
  },
});

function forget(known: Pages, now: number): void {
  for (;;) {
    const [oldest] = known.over;
    const page = oldest === undefined ? undefined : known.pages[oldest];
    if (oldest === undefined) return;
    const isOver = page?.phase === "resolved";
    const isOld = isOver && (page.resolvedAt ?? 0) + overKeptMs < now;
    if (isOver && !isOld && known.over.length <= overKeptMax) return;
    known.over.shift();
    // It may have come back, or have ended again since.
    if (isOver && !known.over.includes(oldest)) delete known.pages[oldest];
  }
}

/** Those that are not over. */
export const openPages = ({ pages }: Pages): Page[] =>
  Object.values(pages).filter(({ phase }) => phase !== "resolved");
