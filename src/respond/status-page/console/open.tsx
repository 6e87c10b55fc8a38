import type { ReactNode } from "react";
import {
  Ago,
  ask,
  At,
  Badge,
  Button,
  Card,
  Confirm,
  For,
  fullTime,
  type StatusPageDraft,
  type StatusPagePicture,
  useMay,
  usePlace,
  useNow,
  useSend,
} from "#console";
import { inFirst, maintenanceSteps, stageWords } from "./words.ts";
import { type Beginning, WriteButton } from "./write.tsx";

type PublicIncident = StatusPagePicture["incidents"][number];
type Maintenance = StatusPagePicture["maintenances"][number];
type Reach = { subscribers: number; testers: number };

/** Readers who hear nothing for so long think that nobody is there. */
const quietMsMax = 30 * 60_000;

function Quiet({ since }: { since: number }): ReactNode {
  const isLong = useNow() - since > quietMsMax;
  return (
    <Badge tone={isLong ? "warn" : "none"}>
      {isLong ? "No update for" : "Told"} {isLong ? <For since={since} /> : <Ago at={since} />}
    </Badge>
  );
}

const Updates = ({ of, languages }: { of: PublicIncident | Maintenance; languages: string[] }) => (
  <ol className="mt-3 grid gap-3 border-l-2 border-line pl-4">
    {of.updates.map(({ post, stage, text, at }) => (
      <li key={post} className="text-sm">
        <p className="text-xs text-muted">
          <span className="font-medium text-ink">{stageWords[stage]}</span> · <At at={at} />
        </p>
        <p className="whitespace-pre-line">{inFirst(text, languages)}</p>
      </li>
    ))}
  </ol>
);

/** A public incident that is open: what was said, how long ago, and what is said next. */
export function OpenIncident({
  of,
  picture,
  reach,
}: {
  of: PublicIncident;
  picture: StatusPagePicture;
  reach: Reach;
}): ReactNode {
  const { page, components } = picture;
  const may = useMay("responder");
  const run = useSend("status-page.now");
  const asked = usePlace().search.get("incident");
  /** What the facts would say next; nothing where no incident of ours is behind it. */
  const begin = async (): Promise<Beginning> => {
    const { incident } = of;
    const { draft } =
      incident === undefined
        ? { draft: null }
        : await ask<StatusPageDraft>("status-page.draft", { incident });
    const said = draft ?? { text: {}, stage: of.stage, components: {} };
    return { ...said, thread: of.thread, title: of.title };
  };
  return (
    <Card
      title={inFirst(of.title, page.languages)}
      hint={stageWords[of.stage]}
      aside={<Quiet since={of.updatedAt} />}
    >
      {may && (
        <div className="flex flex-wrap gap-2">
          <WriteButton
            {...{ page, components, reach, begin }}
            kind="primary"
            label="Write the next update"
            title={inFirst(of.title, page.languages)}
            isAsked={of.incident !== undefined && asked === of.incident}
          />
          <Confirm
            what="Take it off the page"
            title="Take it off the page?"
            onConfirm={() =>
              run("status-page.withdraw", { thread: of.thread, reason: "taken off in the console" })
            }
          >
            Readers see it no more, and its parts are well again. Castor’s log keeps it.
          </Confirm>
        </div>
      )}
      <Updates of={of} languages={page.languages} />
    </Card>
  );
}

/** Maintenance that is planned or under way, in the order of time. */
export function Planned({
  of,
  picture,
}: {
  of: Maintenance;
  picture: StatusPagePicture;
}): ReactNode {
  const run = useSend("status-page.now");
  const may = useMay("responder");
  const { languages } = picture.page;
  const next = maintenanceSteps.filter((each) => each !== of.stage);
  return (
    <li className="flex flex-wrap items-center gap-x-4 gap-y-2 px-5 py-3 max-sm:px-4">
      <div className="min-w-0 grow">
        <p className="text-sm font-medium">{inFirst(of.title, languages)}</p>
        <p className="text-xs text-muted">
          {fullTime(of.from)} – {fullTime(of.to)}
        </p>
      </div>
      <Badge tone={of.stage === "scheduled" ? "none" : "warn"}>{stageWords[of.stage]}</Badge>
      {may &&
        of.stage !== "scheduled" &&
        next
          .filter((each) => each !== "in_progress")
          .map((to) => (
            <Button
              key={to}
              onClick={() => void run("status-page.move-maintenance", { thread: of.thread, to })}
            >
              {to === "verifying" ? "It is being verified" : "It is done"}
            </Button>
          ))}
    </li>
  );
}
