import { type ReactNode, useState } from "react";
import { type AlertsPage, At, Badge, Button, Card, useMay } from "#console";
import { Judge, type Verdict } from "./judge.tsx";

const timeWords: Record<AlertsPage["time"], string> = {
  work: "at work",
  evening: "around work",
  night: "at night",
  weekend: "on a day off",
};
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
