import type { ReactNode } from "react";
import { At, Card, type Column, type PagesReplayed, Table } from "#console";

type Told = Pick<PagesReplayed["extra"][number], "title" | "at" | "service">;

/** What a replayed page was about, and when. */
export const aboutPage = ({ title, at, service }: Told): ReactNode => (
  <>
    <span className="font-medium">{title}</span>
    <span className="block text-xs text-faint">
      <At at={at} />
      {service !== null && `, ${service}`}
    </span>
  </>
);

export const keyOfPage = ({ at, title }: Told): string => `${at}-${title}`;

/** One table of a replay's result; nothing where it has no row. */
export function ReplayedList<Row>(of: {
  title: string;
  label: string;
  hint?: string;
  rows: readonly Row[];
  columns: readonly Column<Row>[];
  keyOf: (row: Row) => string;
}): ReactNode {
  const { title, hint, ...table } = of;
  if (table.rows.length === 0) return null;
  return (
    <Card title={title} {...(hint === undefined ? {} : { hint })} flush>
      <Table {...table} />
    </Card>
  );
}
