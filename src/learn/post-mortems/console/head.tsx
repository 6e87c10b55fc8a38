import { type ReactNode, useState } from "react";
import {
  Badge,
  Button,
  Choice,
  count,
  Dialog,
  Field,
  Form,
  Link,
  type People,
  ProblemView,
  say,
  span,
  textOf,
  useAsk,
  useMay,
  useNow,
  useSend,
  useTask,
  useWho,
} from "#console";
import {
  changes,
  dayOf,
  pageOf,
  severityTone,
  stateTone,
  stateWords,
  type Whole,
} from "./words.ts";

const next: Readonly<Record<Whole["state"], readonly [to: string, deed: string][]>> = {
  draft: [["in-review", "Ask for a review"]],
  "in-review": [
    ["draft", "Send it back"],
    ["reviewed", "It is right"],
  ],
  reviewed: [
    ["draft", "Open it again"],
    ["published", "Publish"],
  ],
  published: [["draft", "Open it again"]],
  imported: [],
};

function Deeds({ pm }: { pm: Whole }): ReactNode {
  const run = useSend(...changes);
  const task = useTask();
  const { postMortem, state } = pm;
  const move = (to: string) =>
    void task.run(async () => {
      await run("post-mortems.move", { postMortem, to });
      if (to === "published") say("It is published");
    });
  const outside = pm.sections.find(({ id }) => id === "outside")?.text.trim() ?? "";
  return (
    <>
      {next[state].map(([to, deed], i) => (
        <Button
          key={to}
          kind={i === next[state].length - 1 && to !== "draft" ? "primary" : "plain"}
          busy={task.busy}
          onClick={() => move(to)}
        >
          {deed}
        </Button>
      ))}
      {state === "published" && outside !== "" && (
        <Button
          onClick={() =>
            void task.run(async () => {
              await run("post-mortems.tell-outside", { postMortem });
              say("The status page tells the reason");
            })
          }
        >
          Tell it on the status page
        </Button>
      )}
      {task.error && <ProblemView error={task.error} />}
    </>
  );
}

/** Who sees to it, and by when. */
function Assign({ pm, onClose }: { pm: Whole; onClose: () => void }): ReactNode {
  const run = useSend(...changes);
  const people = useAsk<People>("people.list").data?.people ?? [];
  return (
    <Form
      submit="Save"
      onSubmit={async (fields) => {
        const [owner, due] = [textOf(fields, "owner"), textOf(fields, "due")];
        await run("post-mortems.assign", {
          postMortem: pm.postMortem,
          ...(owner === "" ? {} : { owner }),
          dueAt: due === "" ? null : due,
        });
        onClose();
      }}
    >
      <Choice
        label="Who sees to it"
        name="owner"
        defaultValue={pm.owner ?? ""}
        options={[
          ["", "Nobody yet"],
          ...people.map(({ id, name }): [string, string] => [id, name]),
        ]}
      />
      <Field
        label="To be published by"
        name="due"
        type="date"
        defaultValue={pm.dueAt === null ? "" : dayOf(pm.dueAt)}
        hint="Empty: some day. Its owner is told by mail before, and while it is late."
      />
    </Form>
  );
}

const DueWords = ({ pm }: { pm: Whole }): ReactNode => {
  const now = useNow();
  if (pm.state === "imported" || pm.dueAt === null || pm.state === "published") return null;
  return now > pm.dueAt ? (
    <span className="font-semibold text-bad">{span(now - pm.dueAt)} late</span>
  ) : (
    <span>due in {span(pm.dueAt - now)}</span>
  );
};

const formats = [
  ["md", "Markdown"],
  ["html", "HTML"],
  ["pdf", "PDF"],
  ["json", "JSON"],
] as const;

const Again = ({ pm }: { pm: Whole }): ReactNode =>
  pm.recurrences.map(({ incident, why, undone }) => (
    <p
      key={incident}
      className="mt-3 rounded-lg border border-bad/30 bg-bad-soft px-4 py-2.5 text-sm"
    >
      <strong>It happened again</strong> as{" "}
      <Link href={`/incidents?incident=${incident}`} className="underline">
        {incident.toUpperCase()}
      </Link>{" "}
      ({why}).
      {undone.length > 0 &&
        ` ${undone.map(({ action, says }) => `Action ${action.slice(1)} (${says})`).join(", ")} ${undone.length === 1 ? "was" : "were"} never done.`}
    </p>
  ));

/** What it is, where it stands, and what can be done with it. */
export function Head({ pm }: { pm: Whole }): ReactNode {
  const [isAssigning, setAssigning] = useState(false);
  const mayAct = useMay("responder") && pm.state !== "imported";
  const who = useWho();
  const settled = pm.comments.filter(({ isSettled }) => !isSettled).length;
  return (
    <header className="mb-4">
      <p className="flex flex-wrap items-center gap-x-3 gap-y-1 text-sm text-muted print:hidden">
        <Link href="/post-mortems" className="hover:underline">
          Post-mortems
        </Link>
        <span>{pm.postMortem.toUpperCase()}</span>
        <Badge tone={severityTone[pm.severity]}>{pm.severity.toUpperCase()}</Badge>
        <Badge tone={stateTone[pm.state]}>{stateWords[pm.state]}</Badge>
        <DueWords pm={pm} />
        {pm.state !== "imported" && (
          <span>
            {pm.owner === undefined
              ? "nobody sees to it"
              : `seen to by ${who({ kind: "person", id: pm.owner })}`}
          </span>
        )}
        {mayAct && (
          <Button kind="quiet" onClick={() => setAssigning(true)}>
            Change
          </Button>
        )}
      </p>
      <h1 className="mt-1 text-xl font-semibold">{pm.title}</h1>
      <p className="mt-0.5 text-sm text-muted">
        {pm.origin ? (
          `Another Castor's; every file was as its hash said`
        ) : (
          <Link href={`/incidents?incident=${pm.incident}`} className="hover:underline">
            The room of {pm.incident.toUpperCase()}
          </Link>
        )}
        {pm.services.length > 0 && ` · ${pm.services.join(", ")}`}
        {settled > 0 && (
          <>
            {" · "}
            <Link href={pageOf(pm.postMortem, "write")} className="hover:underline">
              {count(settled, "open comment")}
            </Link>
          </>
        )}
      </p>
      <Again pm={pm} />
      <div className="mt-3 flex flex-wrap items-center gap-2 print:hidden">
        {mayAct && <Deeds pm={pm} />}
        <span className="ml-auto flex flex-wrap items-center gap-x-3 text-sm text-muted max-sm:ml-0">
          Take it along:
          {formats.map(([format, name]) => (
            <a
              key={format}
              href={`/api/post-mortems.export?postMortem=${pm.postMortem}&format=${format}`}
              className="inline-flex min-h-9 items-center underline hover:text-ink"
            >
              {name}
            </a>
          ))}
          <Button kind="quiet" onClick={() => print()}>
            Print
          </Button>
        </span>
      </div>
      <Dialog open={isAssigning} title="Who and when" onClose={() => setAssigning(false)}>
        <Assign pm={pm} onClose={() => setAssigning(false)} />
      </Dialog>
    </header>
  );
}
