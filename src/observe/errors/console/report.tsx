import { type ReactNode, useState } from "react";
import {
  amount,
  Button,
  Card,
  date,
  Dialog,
  type ErrorReport,
  Field,
  Form,
  Key,
  Link,
  Loading,
  type MailNow,
  PageHead,
  ProblemView,
  say,
  send,
  span,
  textOf,
  Tile,
  Tiles,
  useAsk,
  useMay,
  useMe,
} from "#console";
import { Sparkline } from "./sparkline.tsx";
import { Tabs } from "./tabs.tsx";
import { trendOf } from "./week.tsx";

type Walked = {
  startedAt: number;
  endedAt: number;
  shown: number;
  decided: ReadonlyMap<string, string>;
};

/** Hands the text over as a file. */
function download(name: string, text: string): void {
  const url = URL.createObjectURL(new Blob([text], { type: "text/markdown" }));
  const link = document.createElement("a");
  link.href = url;
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(url), 1_000);
}

/** What the walk came to, and the week it ends. */
export function ReportView({ walk, onUndo }: { walk: Walked; onUndo: () => void }): ReactNode {
  const { data, error, retry } = useAsk<ErrorReport>("errors.report");
  const { decided, shown, startedAt, endedAt } = walk;
  return (
    <>
      <PageHead
        title="Triage is done"
        says={`${amount(decided.size)} of ${amount(shown)} errors decided in ${span(endedAt - startedAt)}.`}
      >
        <Button onClick={onUndo}>
          Undo the last one <Key>z</Key>
        </Button>
        <Link
          href="/errors"
          className="inline-flex min-h-9 items-center gap-2 rounded-md bg-accent px-3.5 text-sm font-medium text-on-accent hover:bg-accent-strong max-sm:min-h-11"
        >
          All errors <Key>q</Key>
        </Link>
      </PageHead>
      {error && <ProblemView error={error} retry={retry} />}
      {!data && !error && <Loading what="the report" lines={6} />}
      {data && <Week data={data} />}
    </>
  );
}

/** The week at any time, also when nobody triaged. */
export function WeekView(): ReactNode {
  const { data, error, retry } = useAsk<ErrorReport>("errors.report");
  return (
    <>
      <PageHead
        title="Errors"
        says="The last seven days: whether errors fell, and who decided what."
      />
      <Tabs here="week" />
      {error && <ProblemView error={error} retry={retry} />}
      {!data && !error && <Loading what="the report" lines={6} />}
      {data && <Week data={data} />}
    </>
  );
}

/** To an address, where there is a mail server. */
function Mail(): ReactNode {
  const hasServer = useAsk<MailNow>("mail.now").data?.server;
  const me = useMe();
  const may = useMay("responder");
  const [open, setOpen] = useState(false);
  if (!may || !hasServer) return null;
  return (
    <>
      <Button icon="mail" onClick={() => setOpen(true)}>
        E-mail it…
      </Button>
      <Dialog open={open} title="Send the report" onClose={() => setOpen(false)}>
        <Form
          submit="Send"
          onSubmit={async (fields) => {
            const to = textOf(fields, "to");
            await send("errors.send-report", { to });
            setOpen(false);
            say(`The report goes to ${to}`);
          }}
        >
          <Field
            label="To"
            name="to"
            type="email"
            required
            maxLength={254}
            defaultValue={me?.email ?? ""}
            hint="Every week by itself: errors.report in castor.yaml."
          />
        </Form>
      </Dialog>
    </>
  );
}

function Week({ data }: { data: ErrorReport }): ReactNode {
  const { inbox, errors, decided, weeks, undone, markdown, from, to } = data;
  return (
    <div className="grid gap-4">
      <Card
        title={trendOf(errors)}
        hint={`${date(from)} to ${date(to)}`}
        aside={
          <span className="flex flex-wrap gap-2">
            <Mail />
            <Button
              icon="file"
              onClick={() =>
                download(`errors-${new Date(to).toISOString().slice(0, 10)}.md`, markdown)
              }
            >
              Download as Markdown
            </Button>
          </span>
        }
      >
        <p className="mb-4 text-sm text-muted">
          {amount(errors.events)} events in seven days, {amount(errors.before)} in the seven before.
        </p>
        <Tiles>
          <Tile label="Inbox a week ago" value={amount(inbox.before)} />
          <Tile label="Came" value={amount(inbox.came)} says="new or back" />
          <Tile label="Left" value={amount(inbox.left)} says="decided on" />
          <Tile label="Inbox now" value={<span data-figure="inbox">{amount(inbox.now)}</span>} />
          <Tile label="Undone" value={amount(undone)} />
        </Tiles>
      </Card>
      <div className="grid items-start gap-4 sm:grid-cols-2">
        <Card title="Decided by">
          {decided.length === 0 && <p className="text-sm text-muted">Nobody decided anything.</p>}
          <ul aria-label="Decisions" className="space-y-1 text-sm">
            {decided.map(({ by, how, decisions }) => (
              <li key={`${by} ${how}`} className="flex gap-3">
                <span className="min-w-0 grow truncate">{by}</span>
                <span className="text-muted">{how}</span>
                <span className="w-12 text-right font-medium">{amount(decisions)}</span>
              </li>
            ))}
          </ul>
        </Card>
        <Card title="Events by week" hint="twelve weeks">
          <Sparkline counts={weeks.map(({ events }) => events)} label="Events by week" wide />
          <p className="mt-2 text-xs text-faint">
            New errors by week: {weeks.map(({ found }) => amount(found)).join(" · ")}
          </p>
        </Card>
      </div>
    </div>
  );
}
