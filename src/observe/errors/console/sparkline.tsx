import type { ReactNode } from "react";

const height = 24;
const step = 4;

/** Counts as bars, the newest at the right; what each is stands in the label for those who do not see it. */
export function Sparkline({
  counts,
  label,
  wide = false,
}: {
  counts: readonly number[];
  label: string;
  /** As wide as there is room. */
  wide?: boolean;
}): ReactNode {
  const most = Math.max(1, ...counts);
  const total = counts.reduce((sum, each) => sum + each, 0);
  return (
    <svg
      role="img"
      aria-label={`${label}: ${total} in all, at most ${Math.max(0, ...counts)}`}
      viewBox={`0 0 ${counts.length * step} ${height}`}
      preserveAspectRatio="none"
      className={wide ? "h-12 w-full" : "h-6 w-full max-w-40 min-w-16"}
    >
      {counts.map((each, at) => {
        const tall = each === 0 ? 1 : Math.max(3, (each / most) * height);
        return (
          <rect
            // oxlint-disable-next-line react/no-array-index-key -- a place in time.
            key={at}
            x={at * step}
            y={height - tall}
            width={step - 1}
            height={tall}
            className={each === 0 ? "fill-none-fill" : "fill-bad-fill"}
          />
        );
      })}
    </svg>
  );
}
