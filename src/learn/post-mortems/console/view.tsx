import type { ReactNode } from "react";
import {
  Empty,
  Link,
  Loading,
  PageHead,
  type PostMortemOne,
  ProblemView,
  useLive,
  useMay,
  usePlace,
} from "#console";
import { Actions } from "./actions.tsx";
import { Exam } from "./exam.tsx";
import { Factors } from "./factors.tsx";
import { Head } from "./head.tsx";
import { Read } from "./read.tsx";
import { Rows } from "./rows.tsx";
import { isOpen, openOf, pageOf, type Whole } from "./words.ts";
import { Write } from "./write.tsx";

const views = ["", "write", "timeline", "factors", "exam", "actions"] as const;
type View = (typeof views)[number];
const viewOf = (name: string | null): View => views.find((each) => each === name) ?? "";

const Tabs = ({ pm, here }: { pm: Whole; here: View }): ReactNode => {
  const asked = pm.exam.filter(({ score }) => score === null).length;
  const labels: Readonly<Record<View, string>> = {
    "": "Read",
    write: isOpen(pm) ? "Write" : "Text",
    timeline: `Timeline ${pm.rows.filter(({ isShown }) => isShown).length}`,
    factors: `Factors ${pm.graph.factors.length}`,
    exam: asked === 0 ? "Exam" : `Exam, ${asked} open`,
    actions: `Actions ${openOf(pm.actions).length}`,
  };
  return (
    <nav
      aria-label="Parts of the post-mortem"
      className="mb-4 flex gap-1 overflow-x-auto border-b border-line print:hidden"
    >
      {views.map((view) => (
        <Link
          key={view}
          href={pageOf(pm.postMortem, view)}
          {...(view === here ? { "aria-current": "page" as const } : {})}
          className={`inline-flex min-h-10 items-center border-b-2 px-3 text-sm font-medium whitespace-nowrap max-sm:min-h-11 ${
            view === here
              ? "border-accent text-ink"
              : "border-transparent text-muted hover:border-line-strong hover:text-ink"
          }`}
        >
          {labels[view]}
        </Link>
      ))}
    </nav>
  );
};

function Part({ pm, view }: { pm: Whole; view: View }): ReactNode {
  const mayWrite = useMay("responder") && pm.state !== "imported";
  const mayEdit = mayWrite && isOpen(pm);
  switch (view) {
    case "write":
      return <Write pm={pm} mayEdit={mayEdit} mayComment={mayWrite} />;
    case "timeline":
      return <Rows pm={pm} mayEdit={mayEdit} />;
    case "factors":
      return <Factors pm={pm} mayEdit={mayEdit} />;
    case "exam":
      return <Exam pm={pm} mayEdit={mayEdit} />;
    case "actions":
      return <Actions pm={pm} mayEdit={mayWrite} />;
    case "":
      return <Read pm={pm} />;
  }
}

/** One post-mortem: to read, to write, and its parts. */
export function PostMortemView({ id }: { id: string }): ReactNode {
  const { data, error, retry } = useLive<PostMortemOne>("post-mortems.show", { postMortem: id });
  const view = viewOf(usePlace().search.get("view"));
  if (error) return <ProblemView error={error} retry={retry} />;
  if (!data) return <Loading what={`the post-mortem ${id}`} lines={8} />;
  const pm = data.postMortem;
  if (!pm)
    return (
      <>
        <PageHead title="Post-mortems" />
        <Empty icon="search" title={`There is no ${id}`}>
          <Link href="/post-mortems" className="underline">
            All post-mortems
          </Link>
        </Empty>
      </>
    );
  return (
    <>
      <Head pm={pm} />
      <Tabs pm={pm} here={view} />
      <Part pm={pm} view={view} />
    </>
  );
}
