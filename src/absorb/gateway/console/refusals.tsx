import { type ReactNode, useState } from "react";
import {
  amount,
  type Column,
  Dialog,
  Empty,
  type GatewayRefusals,
  ReasonText,
  Table,
  useReasonTitle,
} from "#console";

type Refusal = GatewayRefusals["refusals"][number];
const shownMax = 12;

/** Whom the gateway refuses, where and why; each reason opens what it means. */
export function Refusals({ refusals }: { refusals: readonly Refusal[] }): ReactNode {
  const [open, setOpen] = useState<string>();
  const titleOf = useReasonTitle();
  if (refusals.length === 0)
    return <Empty icon="check" title="Nobody was refused in the last ten minutes" />;
  const columns: Column<Refusal>[] = [
    {
      head: "Why",
      cell: ({ reason }) => (
        <button
          type="button"
          onClick={() => setOpen(reason)}
          className="min-w-0 text-left hover:underline"
        >
          <span className="block font-medium text-accent">{titleOf(reason) ?? reason}</span>
          <code className="block font-mono text-xs text-muted">{reason}</code>
        </button>
      ),
    },
    {
      head: "Route",
      cell: ({ route }) => <code className="font-mono text-xs">{route}</code>,
      wideOnly: true,
    },
    { head: "Now", cell: ({ perSecond }) => `${amount(perSecond)}/s`, number: true },
    { head: "10 min", cell: ({ total }) => amount(total), number: true },
  ];
  return (
    <>
      <Table
        label="Refusals"
        rows={refusals.slice(0, shownMax)}
        columns={columns}
        keyOf={({ route, reason }) => `${route} ${reason}`}
      />
      <Dialog
        open={open !== undefined}
        title={(open && titleOf(open)) ?? open ?? ""}
        onClose={() => setOpen(undefined)}
      >
        {open !== undefined && (
          <div className="grid gap-4">
            <code className="font-mono text-xs text-muted">Castor-Reason: {open}</code>
            <ReasonText code={open} />
          </div>
        )}
      </Dialog>
    </>
  );
}
