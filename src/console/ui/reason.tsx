import { useQuery } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { call } from "../live/api.ts";
import { Prose } from "./prose.tsx";

type Page = { title: string; says: string; sees: string; todo: string };

/** What the pages in docs/reasons say; part of the console, so that it is known without a network too. */
const useReasonPages = (): Record<string, Page> | undefined =>
  useQuery({
    queryKey: ["reason-pages"],
    queryFn: async (): Promise<Record<string, Page>> => (await call("/assets/reasons.json")).json(),
    staleTime: Number.POSITIVE_INFINITY,
  }).data;

/** The page of a code, or of the longest beginning of it that has one. */
function pageOf(pages: Record<string, Page> | undefined, code: string): Page | undefined {
  const parts = code.split(".");
  for (let count = parts.length; count > 1; count--) {
    const name = parts.slice(0, count).join(".");
    if (pages && Object.hasOwn(pages, name)) return pages[name];
  }
  return undefined;
}

/** What a code of `Castor-Reason` means, in a few words. */
export function useReasonTitle(): (code: string) => string | undefined {
  const pages = useReasonPages();
  return (code) => pageOf(pages, code)?.title;
}

/** The whole page of a code: what happened, what a visitor sees, what to do. */
export function ReasonText({ code }: { code: string }): ReactNode {
  const page = pageOf(useReasonPages(), code);
  if (!page) return <p className="text-sm text-muted">There is no page about this reason.</p>;
  const parts = [
    ["What happened", page.says],
    ["What a visitor sees", page.sees],
    ["What to do", page.todo],
  ] as const;
  return (
    <div className="grid gap-4 text-sm">
      {parts
        .filter(([, text]) => text !== "")
        .map(([title, text]) => (
          <section key={title}>
            <h3 className="text-xs font-semibold text-muted">{title}</h3>
            <div className="mt-1">
              <Prose text={text} />
            </div>
          </section>
        ))}
    </div>
  );
}
