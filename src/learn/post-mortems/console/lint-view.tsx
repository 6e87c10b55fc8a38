import { type ReactNode, useId } from "react";
import { Button, count } from "#console";
import { type Finding, lint } from "../contract.ts";

const shape =
  "col-start-1 row-start-1 min-h-28 w-full rounded-md border px-3 py-2 font-sans text-sm whitespace-pre-wrap break-words max-sm:text-base";

/** The text once more, unseen, with marks behind what was found; it also gives the field its height. */
const Behind = ({ text, found }: { text: string; found: readonly Finding[] }): ReactNode => {
  const parts: ReactNode[] = [];
  let at = 0;
  for (const { from, to } of found) {
    parts.push(
      text.slice(at, from),
      <mark
        key={from}
        className="rounded-sm bg-warn-soft text-transparent underline decoration-warn decoration-wavy"
      >
        {text.slice(from, to)}
      </mark>,
    );
    at = to;
  }
  parts.push(text.slice(at), "\n ");
  return (
    <div aria-hidden="true" className={`${shape} border-transparent text-transparent`}>
      {parts}
    </div>
  );
};

const findingsShown = 6;
const Found = ({
  found,
  onLook,
}: {
  found: readonly Finding[];
  onLook: (finding: Finding) => void;
}): ReactNode => (
  <ul className="mt-2 grid gap-2">
    {found.slice(0, findingsShown).map((each) => (
      <li key={each.from} className="rounded-md bg-warn-soft px-3 py-2 text-sm">
        <span className="flex flex-wrap items-baseline gap-x-2">
          <strong className="font-semibold">“{each.text}”</strong>
          <span className="text-xs text-muted">line {each.line}</span>
          <Button kind="quiet" className="ml-auto" onClick={() => onLook(each)}>
            Show me
          </Button>
        </span>
        <span className="block">{each.why}</span>
        <span className="block text-muted">{each.instead}</span>
      </li>
    ))}
    {found.length > findingsShown && (
      <li className="text-xs text-muted">
        and {count(found.length - findingsShown, "more place")} further down
      </li>
    )}
  </ul>
);

type Props = {
  label: string;
  hint: string;
  text: string;
  names: readonly string[];
  onText: (text: string) => void;
  onLeave: () => void;
};
/** A field for Markdown that marks words which look for a culprit, says why, and what could stand there. */
export function LintedText({ label, hint, text, names, onText, onLeave }: Props): ReactNode {
  const id = useId();
  const found = lint(text, names);
  return (
    <>
      <label htmlFor={id} className="sr-only">
        {label}
      </label>
      <div className="grid rounded-md bg-surface">
        <Behind text={text} found={found} />
        <textarea
          id={id}
          value={text}
          placeholder={hint}
          maxLength={20_000}
          aria-describedby={`${id}-found`}
          onChange={(event) => onText(event.target.value)}
          onBlur={onLeave}
          className={`${shape} resize-none overflow-hidden border-line-strong bg-transparent text-ink placeholder:text-faint`}
        />
      </div>
      <div id={`${id}-found`} aria-live="polite">
        {found.length > 0 && (
          <Found
            found={found}
            onLook={({ from, to }) => {
              const field = document.querySelector<HTMLTextAreaElement>(`#${CSS.escape(id)}`);
              field?.focus();
              field?.setSelectionRange(from, to);
            }}
          />
        )}
      </div>
    </>
  );
}
