import type { FreezeCoverage, FreezeForms } from "../../src/console/live/shapes.ts";

const titles = ["Shop", "Winter coats", "Basket", "About us", "Delivery", "Sizes", "Gift cards"];
const pageCount = 64;
const keptCount = 40;

/** A shop whose n-th page gets one n-th of the visits of the first. */
export function fakeCoverage(): FreezeCoverage {
  const weights = Array.from({ length: pageCount }, (_, i) => 1 / (i + 1) ** 1.4);
  const all = weights.reduce((sum, each) => sum + each, 0);
  let upTo = 0;
  const pages = weights.map((weight, i) => {
    upTo += weight / all;
    const title = titles[i] ?? `Coat number ${i}`;
    return {
      ...{ key: `shop.example/${i === 0 ? "" : `page-${i}`}`, title, share: weight / all },
      ...{ upTo, kept: i < keptCount },
    };
  });
  return {
    sites: [
      {
        ...{ service: "shop", says: "40 pages = 98 % of visits", visits: 8_120, pages },
        missing: [
          {
            ...{ url: "shop.example/img/old-banner.png", neededBy: "/page-3" },
            why: "the origin said 404",
          },
        ],
        external: [{ host: "fonts.example", count: 40 }],
      },
    ],
  };
}

export const fakeForms = (): FreezeForms => ({
  forms: (["sent", "failed", "waiting"] as const).map((state, i) => ({
    ...{ receipt: `F-7K3Q-9XW${i}`, service: "shop", method: "POST", path: "/contact" },
    ...{ keptAt: Date.now() - 600_000 + i * 60_000, bytes: 1_240, state, tries: i },
    status: { sent: 303, failed: 422, waiting: null }[state],
  })),
});
