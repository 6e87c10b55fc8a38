import type { ReactNode } from "react";
import { count, type FreezeCoverage, share } from "#console";

type Pages = FreezeCoverage["sites"][number]["pages"];
const [width, height] = [600, 160];
const pointsMax = 120;

/** How many visits so many pages make up, most visited first; what the copy holds is filled. */
export function Curve({ pages, says }: { pages: Pages; says: string }): ReactNode {
  const shown = pages.slice(0, pointsMax);
  const x = (n: number): number => (n / Math.max(1, shown.length)) * width;
  const y = (part: number): number => height - part * height;
  const line = (parts: readonly number[]): string =>
    ["M0", height, ...parts.map((part, i) => `L${x(i + 1).toFixed(1)} ${y(part).toFixed(1)}`)].join(
      " ",
    );
  let sum = 0;
  const kept = shown.map((each) => (sum += each.kept ? each.share : 0));
  const all = shown.map(({ upTo }) => upTo);
  return (
    <figure>
      <svg
        viewBox={`0 0 ${width} ${height}`}
        className="h-40 w-full"
        preserveAspectRatio="none"
        role="img"
        aria-label={`${says}. ${count(shown.length, "page")} shown.`}
      >
        {[0.25, 0.5, 0.75].map((part) => (
          <line
            key={part}
            x1={0}
            x2={width}
            y1={y(part)}
            y2={y(part)}
            className="stroke-line"
            vectorEffect="non-scaling-stroke"
          />
        ))}
        <path d={`${line(kept)} L${width} ${height} Z`} className="fill-accent/20" />
        <path
          d={line(kept)}
          className="fill-none stroke-accent stroke-2"
          vectorEffect="non-scaling-stroke"
        />
        <path
          d={line(all)}
          className="fill-none stroke-faint"
          strokeDasharray="4 4"
          vectorEffect="non-scaling-stroke"
        />
      </svg>
      <figcaption className="mt-2 flex flex-wrap justify-between gap-x-4 text-xs text-muted">
        <span>1 page: {share(shown[0]?.upTo ?? 0)}</span>
        <span>filled: what the copy holds; dashed: all visits</span>
        <span>
          {count(shown.length, "page")}: {share(all.at(-1) ?? 0)}
        </span>
      </figcaption>
    </figure>
  );
}
