import { lazy, type ReactNode, Suspense } from "react";

const Blocks = lazy(async () => ({ default: (await import("./markdown-blocks.tsx")).Blocks }));

/**
 * What people wrote, as Markdown (GitHub's): headings, lists, tables, code, quotes, links. HTML in it is shown, not run; pictures are
 * shown where they are Castor's own. The first heading has the level `top`. The reader of Markdown is loaded where it is used.
 */
export const Markdown = ({ text, top = 3 }: { text: string; top?: number }): ReactNode => (
  <Suspense fallback={<p className="max-w-[75ch] whitespace-pre-wrap">{text}</p>}>
    <div className="max-w-[75ch] space-y-2 break-words">
      <Blocks text={text} top={top} />
    </div>
  </Suspense>
);
