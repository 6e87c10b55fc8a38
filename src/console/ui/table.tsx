import type { ReactNode } from "react";

export type Column<Row> = {
  head: string;
  cell: (row: Row) => ReactNode;
  /** Numbers stand at the right, under each other. */
  number?: boolean;
  /** Left out where a phone has no room for it. */
  wideOnly?: boolean;
};
type TableProps<Row> = {
  label: string;
  rows: readonly Row[];
  columns: readonly Column<Row>[];
  keyOf: (row: Row) => string;
};

const look = <Row,>({ number, wideOnly }: Column<Row>): string =>
  `${number ? "text-right" : "text-left"} ${wideOnly ? "max-sm:hidden" : ""}`;

/** Rows under headings; the first column names the row. */
export function Table<Row>({ label, rows, columns, keyOf }: TableProps<Row>): ReactNode {
  return (
    <div className="relative overflow-x-auto" tabIndex={0} role="region" aria-label={label}>
      <table className="w-full border-collapse text-sm">
        <thead>
          <tr className="border-b border-line text-xs text-muted">
            {columns.map((column, place) =>
              column.head === "" ? (
                // oxlint-disable-next-line react/no-array-index-key -- columns do not move.
                <td key={place} />
              ) : (
                <th
                  key={column.head}
                  scope="col"
                  className={`px-3 py-2 font-medium first:pl-5 last:pr-5 max-sm:first:pl-4 max-sm:last:pr-4 ${look(column)}`}
                >
                  {column.head}
                </th>
              ),
            )}
          </tr>
        </thead>
        <tbody className="divide-y divide-line">
          {rows.map((row) => (
            <tr key={keyOf(row)} className="hover:bg-hover">
              {columns.map((column) => (
                <td
                  key={column.head}
                  className={`px-3 py-2.5 first:pl-5 last:pr-5 max-sm:first:pl-4 max-sm:last:pr-4 ${look(column)}`}
                >
                  {column.cell(row)}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
