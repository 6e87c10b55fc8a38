import type { ReactNode } from "react";
import { Button } from "./basics.tsx";
import { ProblemView } from "./problem.tsx";
import { useTask } from "./task.ts";

type FormProps = {
  submit: string;
  onSubmit: (fields: FormData) => Promise<unknown>;
  children: ReactNode;
  danger?: boolean;
  aside?: ReactNode;
};

/** Fields, one thing to do with them, and why it did not work. */
export function Form({ submit, onSubmit, children, danger = false, aside }: FormProps): ReactNode {
  const task = useTask();
  return (
    <form
      className="grid gap-4"
      onSubmit={(event) => {
        event.preventDefault();
        const fields = new FormData(event.currentTarget);
        void task.run(() => onSubmit(fields));
      }}
    >
      {children}
      {task.error && <ProblemView error={task.error} />}
      <div className="flex flex-wrap items-center gap-3">
        <Button type="submit" kind={danger ? "danger" : "primary"} busy={task.busy}>
          {submit}
        </Button>
        {aside}
      </div>
    </form>
  );
}

/** What a text field holds, trimmed. */
export const textOf = (fields: FormData, name: string): string => {
  const value = fields.get(name);
  return typeof value === "string" ? value.trim() : "";
};
