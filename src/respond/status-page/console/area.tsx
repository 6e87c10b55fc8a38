import { type ReactNode, useId } from "react";

type AreaProps = { label: string; name: string; defaultValue?: string; required?: boolean };

/** A labelled field for some sentences. */
export function Area({ label, name, defaultValue = "", required = false }: AreaProps): ReactNode {
  const id = useId();
  return (
    <div>
      <label htmlFor={id} className="mb-1 block text-sm font-medium">
        {label}
      </label>
      <textarea
        {...{ id, name, defaultValue, required }}
        rows={3}
        maxLength={5_000}
        className="w-full rounded-md border border-line-strong bg-surface px-3 py-2 text-sm text-ink placeholder:text-faint max-sm:text-base"
      />
    </div>
  );
}
