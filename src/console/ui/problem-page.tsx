import { useQuery } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { call } from "../live/api.ts";
import { usePlace } from "../shell/router.tsx";
import { Card, Empty, PageHead } from "./basics.tsx";
import { Prose } from "./prose.tsx";

type Page = { title: string; says: string; todo: string };

/** `/problems/castor.not-allowed` is the page of `castor.not-allowed`. */
export const problemId = (type: string): string => type.replace(/^.*\/problems\//, "");

/** What the pages of all problems say; part of the console, so that it is known without a network too. */
export const useProblemPages = (): Record<string, Page> | undefined =>
  useQuery({
    queryKey: ["problem-pages"],
    queryFn: async (): Promise<Record<string, Page>> =>
      (await call("/assets/problems.json")).json(),
    staleTime: Number.POSITIVE_INFINITY,
  }).data;

/** The page that the `type` of a problem document leads to. */
export function ProblemPage(): ReactNode {
  const id = problemId(usePlace().path);
  const pages = useProblemPages();
  if (!pages) return null;
  const page = Object.hasOwn(pages, id) ? pages[id] : undefined;
  if (!page) return <Empty icon="warning" title={`There is no problem called ${id}`} />;
  return (
    <>
      <PageHead title={page.title} says={<code className="font-mono">{id}</code>} />
      <div className="grid max-w-3xl gap-4">
        <Card title="What happened">
          <Prose text={page.says} />
        </Card>
        <Card title="What to do">
          <Prose text={page.todo} />
        </Card>
      </div>
    </>
  );
}
