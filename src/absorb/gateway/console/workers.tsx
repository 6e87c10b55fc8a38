import type { ReactNode } from "react";
import { amount, type Column, Empty, type GatewayNow, Table } from "#console";

const workerColumns: Column<GatewayNow["workers"][number]>[] = [
  { head: "Worker", cell: ({ id }) => <span className="font-medium">{id}</span> },
  { head: "Process", cell: ({ pid }) => pid ?? "–", number: true },
  { head: "Connections", cell: ({ connections }) => amount(connections), number: true },
];

/** The processes that carry visitors. */
export const Workers = ({ workers }: { workers: GatewayNow["workers"] }): ReactNode =>
  workers.length === 0 ? (
    <Empty icon="warning" title="No worker has reported yet" />
  ) : (
    <Table label="Workers" rows={workers} columns={workerColumns} keyOf={({ id }) => id} />
  );
