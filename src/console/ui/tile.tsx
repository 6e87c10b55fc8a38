import type { ReactNode } from "react";

/** One figure, big, and what it counts. */
export const Tile = ({
  label,
  value,
  says,
}: {
  label: string;
  value: ReactNode;
  says?: ReactNode;
}): ReactNode => (
  <div className="min-w-0 rounded-xl border border-line bg-surface px-4 py-3.5 shadow-card">
    <dt className="truncate text-xs text-muted">{label}</dt>
    <dd className="mt-1 text-xl font-semibold tracking-tight">{value}</dd>
    {says !== undefined && <dd className="truncate text-xs text-faint">{says}</dd>}
  </div>
);

export const Tiles = ({ children }: { children: ReactNode }): ReactNode => (
  <dl className="grid grid-cols-2 gap-3 sm:grid-cols-3 xl:grid-cols-6">{children}</dl>
);
