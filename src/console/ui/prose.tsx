import type { ReactNode } from "react";

const withCode = (text: string): ReactNode[] =>
  text.split("`").map((part, place) =>
    place % 2 === 1 ? (
      // oxlint-disable-next-line react/no-array-index-key -- the text never changes.
      <code key={place} className="rounded-sm bg-sunken px-1 font-mono text-[0.92em]">
        {part}
      </code>
    ) : (
      part
    ),
  );

/** Paragraphs with `code` in them: as much Markdown as the problem pages use. */
export const Prose = ({ text }: { text: string }): ReactNode =>
  text.split(/\n{2,}/).map((paragraph) => (
    <p key={paragraph} className="mt-1 max-w-[75ch] first:mt-0">
      {withCode(paragraph)}
    </p>
  ));
