import type { ReactNode } from "react";
import { Button, type PagingNow, ProblemView, say, useSend, useTask } from "#console";

type Page = PagingNow["pages"][number];

/** Of a storm somebody takes everything at once, as by the link in a digest. */
export function AcknowledgeAll({ pages }: { pages: readonly Page[] }): ReactNode {
  const run = useSend("paging.now", "paging.page");
  const task = useTask();
  const acknowledge = () =>
    void task.run(async () => {
      for (const { page } of pages) await run("paging.acknowledge", { page });
      say(`You see to ${pages.length} pages; nobody else is called`);
    });
  return (
    <>
      {task.error && <ProblemView error={task.error} />}
      <Button busy={task.busy} onClick={acknowledge}>
        Acknowledge all {pages.length}
      </Button>
    </>
  );
}

/** The two things to do with a page. */
export function Deeds({
  page,
}: {
  page: Pick<Page, "page" | "phase"> & { title: string };
}): ReactNode {
  const run = useSend("paging.now", "paging.page");
  const task = useTask();
  const act = (verb: "acknowledge" | "escalate", done: string) => () =>
    void task.run(async () => {
      await run(`paging.${verb}`, { page: page.page });
      say(done);
    });
  return (
    <>
      <span className="ml-auto flex flex-wrap gap-2">
        {page.phase === "triggered" && (
          <Button
            kind="primary"
            busy={task.busy}
            aria-label={`Acknowledge ${page.title}`}
            onClick={act("acknowledge", "You see to it; nobody else is called")}
          >
            Acknowledge
          </Button>
        )}
        <Button
          busy={task.busy}
          aria-label={`Escalate ${page.title}`}
          onClick={act("escalate", "The next step is called now")}
        >
          Escalate
        </Button>
      </span>
      {task.error && (
        <div className="basis-full">
          <ProblemView error={task.error} />
        </div>
      )}
    </>
  );
}
