import type { ReactNode } from "react";
import { count, Icon, Prose, type RunbookList } from "#console";

/** What is wrong in the files, each with its place and the way out; folded away where people have other things to do. */
export const Mistakes = ({
  mistakes,
  isFolded = false,
}: {
  mistakes: RunbookList["mistakes"];
  isFolded?: boolean;
}): ReactNode =>
  mistakes.length === 0 ? null : (
    <details
      open={!isFolded}
      className="rounded-xl border border-warn/40 bg-warn-soft p-4 text-sm max-sm:p-3"
    >
      <summary className="flex cursor-pointer list-none items-center gap-2 font-semibold [&::-webkit-details-marker]:hidden">
        <Icon name="warning" className="size-4 text-warn" />
        {count(mistakes.length, "mistake")} in the files
      </summary>
      <ul className="mt-2 grid gap-2">
        {mistakes.map(({ file, line, what, fix }) => (
          <li key={`${file} ${line} ${what}`} className="wrap-anywhere">
            <span className="font-mono text-xs">
              {file}
              {line > 0 && `:${line}`}
            </span>
            <Prose text={`${what} ${fix}`} />
          </li>
        ))}
      </ul>
    </details>
  );
