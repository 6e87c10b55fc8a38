import { type ReactNode, useState } from "react";
import { Button } from "./basics.tsx";
import { Dialog } from "./dialog.tsx";
import { ProblemView } from "./problem.tsx";
import { useTask } from "./task.ts";

type ConfirmProps = {
  what: string;
  title: string;
  children: ReactNode;
  onConfirm: () => Promise<unknown>;
  label?: string;
  /** Most of what cannot be undone is dangerous; some is what everybody waits for. */
  kind?: "danger" | "primary";
};

/** A button for what cannot be undone: it asks first and says what will happen. */
export function Confirm({
  what,
  title,
  children,
  onConfirm,
  label,
  kind = "danger",
}: ConfirmProps): ReactNode {
  const [open, setOpen] = useState(false);
  const task = useTask();
  return (
    <>
      <Button kind={kind} aria-label={label} onClick={() => setOpen(true)}>
        {what}
      </Button>
      <Dialog open={open} title={title} onClose={() => setOpen(false)}>
        <div className="grid gap-4">
          <div className="text-sm text-muted">{children}</div>
          {task.error && <ProblemView error={task.error} />}
          <div className="flex justify-end gap-2">
            <Button onClick={() => setOpen(false)}>
              {kind === "danger" ? "Keep it" : "Not yet"}
            </Button>
            <Button
              kind={kind}
              busy={task.busy}
              onClick={async () => {
                if (await task.run(onConfirm)) setOpen(false);
              }}
            >
              {what}
            </Button>
          </div>
        </div>
      </Dialog>
    </>
  );
}
