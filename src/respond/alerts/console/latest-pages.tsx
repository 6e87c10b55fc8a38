import { type ReactNode, useState } from "react";
import {
  type AlertsPage,
  At,
  Badge,
  Button,
  Card,
  Dialog,
  Field,
  Form,
  say,
  send,
  textOf,
  useMay,
} from "#console";

type Verdict = "useful" | "noise";
const timeWords: Record<AlertsPage["time"], string> = {
  work: "at work",
  evening: "around work",
  night: "at night",
  weekend: "on a day off",
};
const titles: Record<Verdict, string> = {
  noise: "This page was noise because…",
  useful: "This page was worth it because…",
};

function Judge(of: {
  page: AlertsPage;
  verdict: Verdict;
  onDone: () => void;
  onClose: () => void;
}): ReactNode {
  const { page, verdict, onDone, onClose } = of;
  return (
    <Dialog open title={titles[verdict]} onClose={onClose}>
      <Form
        submit="Say so"
        onSubmit={async (fields) => {
          const because = textOf(fields, "because");
          await send("alerts.judge", { group: page.group, verdict, because });
          say(verdict === "noise" ? "It counts as noise" : "It counts as worth it");
          onDone();
        }}
      >
        <p className="text-sm text-muted">{page.title}</p>
        <Field
          name="because"
          label="Why"
          placeholder={
            verdict === "noise" ? "it heals by itself within a minute" : "I restarted the database"
          }
          minLength={3}
          maxLength={300}
          required
        />
      </Form>
    </Dialog>
  );
}

const Judged = ({ verdict, because }: Pick<AlertsPage, "verdict" | "because">): ReactNode =>
  verdict === null ? null : (
    <span className="flex flex-wrap items-center gap-2 text-sm text-muted">
      <Badge tone={verdict === "useful" ? "good" : "warn"}>
        {verdict === "useful" ? "worth it" : "noise"}
      </Badge>
      {because}
    </span>
  );

const shownMax = 15;

/** The pages themselves, and what people say that they were worth. */
export function LatestPages({
  pages,
  onJudged,
}: {
  pages: readonly AlertsPage[];
  onJudged: () => void;
}): ReactNode {
  const [asked, setAsked] = useState<{ page: AlertsPage; verdict: Verdict }>();
  const may = useMay("responder");
  const close = (): void => setAsked(undefined);
  return (
    <Card title="The latest pages" hint="say what each was worth while you know it" flush>
      <ul className="divide-y divide-line">
        {pages.slice(0, shownMax).map((page) => (
          <li
            key={`${page.group}-${page.at}`}
            className="flex flex-wrap items-center gap-x-4 gap-y-2 px-5 py-3 max-sm:px-4"
          >
            <div className="min-w-0 flex-1 basis-72">
              <p className="text-sm font-medium break-words">{page.title}</p>
              <p className="text-xs text-faint">
                <At at={page.at} />, {timeWords[page.time]}
                {page.acknowledgedAt === null && page.endedAt !== null && ", over by itself"}
              </p>
              <Judged verdict={page.verdict} because={page.because} />
            </div>
            {may && (
              <div className="flex gap-2">
                <Button
                  onClick={() => setAsked({ page, verdict: "useful" })}
                  aria-label={`Worth it: ${page.title}`}
                >
                  Worth it
                </Button>
                <Button
                  onClick={() => setAsked({ page, verdict: "noise" })}
                  aria-label={`Noise: ${page.title}`}
                >
                  Noise
                </Button>
              </div>
            )}
          </li>
        ))}
      </ul>
      {asked && (
        <Judge
          {...asked}
          onClose={close}
          onDone={() => {
            close();
            onJudged();
          }}
        />
      )}
    </Card>
  );
}
