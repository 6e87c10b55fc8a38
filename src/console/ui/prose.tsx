import type { ReactNode } from "react";

const withStrong = (text: string): ReactNode[] =>
  text.split("**").map((part, place) =>
    place % 2 === 1 ? (
      // oxlint-disable-next-line react/no-array-index-key -- the text never changes.
      <strong key={place}>{part}</strong>
    ) : (
      part
    ),
  );

const withCode = (text: string): ReactNode[] =>
  text.split("`").map((part, place) =>
    place % 2 === 1 ? (
      // oxlint-disable-next-line react/no-array-index-key -- the text never changes.
      <code key={place} className="rounded-sm bg-sunken px-1 font-mono text-[0.92em]">
        {part}
      </code>
    ) : (
      withStrong(part)
    ),
  );

const isList = (paragraph: string): boolean => paragraph.startsWith("- ");

/** Paragraphs and lists with `code` and **weight** in them: as much Markdown as the pages about problems and reasons use. */
export const Prose = ({ text }: { text: string }): ReactNode =>
  text.split(/\n{2,}/).map((paragraph) =>
    isList(paragraph) ? (
      <ul key={paragraph} className="mt-1 max-w-[75ch] list-disc space-y-1 pl-4 first:mt-0">
        {paragraph
          .split(/^- /m)
          .flatMap((item) =>
            item.trim() === "" ? [] : [<li key={item}>{withCode(item.trim())}</li>],
          )}
      </ul>
    ) : (
      <p key={paragraph} className="mt-1 max-w-[75ch] first:mt-0">
        {withCode(paragraph)}
      </p>
    ),
  );
