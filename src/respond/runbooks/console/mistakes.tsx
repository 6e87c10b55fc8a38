import type { ReactNode } from "react";
import { Icon, type RunbookList } from "#console";

/** What is wrong in the files, each with its place and the way out. */
export const Mistakes = ({ mistakes }: { mistakes: RunbookList["mistakes"] }): ReactNode =>
  mistakes.length === 0 ? null : (
    <section
      aria-label="Mistakes in the files"
      className="rounded-xl border border-warn/40 bg-warn-soft p-4 text-sm"
    >
      <h2 className="flex items-center gap-2 font-semibold">
        <Icon name="warning" className="size-4 text-warn" />
        {mistakes.length === 1 ? "One mistake" : `${mistakes.length} mistakes`} in the files
      </h2>
      <ul className="mt-2 grid gap-2">
        {mistakes.map(({ file, line, what, fix }) => (
          <li key={`${file} ${line} ${what}`} className="wrap-anywhere">
            <span className="font-mono text-xs">
              {file}
              {line > 0 && `:${line}`}
            </span>
            <span className="block">
              {what} <span className="text-muted">{fix}</span>
            </span>
          </li>
        ))}
      </ul>
    </section>
  );
