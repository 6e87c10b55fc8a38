import { type ReactNode, useState } from "react";
import {
  Button,
  Confirm,
  Copyable,
  Dialog,
  go,
  ProblemError,
  ProblemView,
  say,
  search,
  useMay,
  useSend,
  useTask,
} from "#console";
import type { ShowNow } from "../contract.ts";
import { Relays } from "./relays.tsx";

type Links = { play: string; stage: string; results: string; note?: string };

/** The addresses of a show: for phones, and for the big screen. */
function LinksDialog({ show }: { show: string }): ReactNode {
  const send = useSend();
  const task = useTask();
  const [links, setLinks] = useState<Links>();
  const load = async (): Promise<void> => setLinks((await send("live.links", { show })) as Links);
  return (
    <>
      <Button icon="link" busy={task.busy} onClick={() => void task.run(load)}>
        Phones and stage
      </Button>
      {task.error && <ProblemView error={task.error} />}
      <Dialog open={links !== undefined} title="Where it is" onClose={() => setLinks(undefined)}>
        {links && (
          <div className="grid gap-4 text-sm">
            <div className="grid gap-1.5">
              <p className="font-medium">For the audience</p>
              <Copyable text={links.play} label="the address for the audience" />
            </div>
            <div className="grid gap-1.5">
              <p className="font-medium">For the big screen, good for a day</p>
              <Copyable text={links.stage} label="the address of the stage" />
              <p className="text-xs text-faint">The key F fills the screen.</p>
            </div>
            <div className="grid gap-1.5">
              <p className="font-medium">For everybody: what is published</p>
              <Copyable text={links.results} label="the address of the results" />
            </div>
            <p className="flex flex-wrap gap-3">
              <a
                className="text-accent hover:underline"
                href={links.play}
                target="_blank"
                rel="noreferrer"
              >
                Try it as a player
              </a>
              <a
                className="text-accent hover:underline"
                href={links.stage}
                target="_blank"
                rel="noreferrer"
              >
                Open the stage
              </a>
              <a
                className="text-accent hover:underline"
                href={links.results}
                target="_blank"
                rel="noreferrer"
              >
                Open the results
              </a>
            </p>
            {links.note !== undefined && (
              <p className="rounded-md bg-warn-soft px-3 py-2 text-warn">{links.note}</p>
            )}
          </div>
        )}
      </Dialog>
    </>
  );
}

/** Where a show that has not begun is changed; castor.yaml for those that it names. */
function Planning({ show: { show, title, isInFile } }: { show: ShowNow }): ReactNode {
  const send = useSend("live.shows");
  if (isInFile)
    return (
      <p className="text-xs text-muted">
        Changed in <code className="font-mono">castor.yaml</code>
      </p>
    );
  return (
    <>
      <Confirm
        what="Remove"
        title={`Remove ${title}?`}
        onConfirm={async () => {
          await send("live.remove", { show });
          say(`${title} is removed`);
          go("/live", "replace");
        }}
      >
        Its questions are gone, and its rehearsal. Nobody has joined it.
      </Confirm>
      <Button onClick={() => go(`/live?change=${encodeURIComponent(show)}`)}>Change</Button>
    </>
  );
}

/** Opening says first what it fixes, or throws away. */
function OpenDoors({ show }: { show: ShowNow }): ReactNode {
  const send = useSend("live.shows");
  const isRehearsal = show.show.endsWith("~rehearsal");
  const what = isRehearsal && show.stage !== "planned" ? "Begin anew" : "Open the doors";
  const fixed = show.isInFile ? "what castor.yaml says now" : "what it is now";
  return (
    <Confirm
      what={what}
      kind={what === "Begin anew" ? "danger" : "primary"}
      title={`${what}: ${isRehearsal ? "the rehearsal" : show.title}?`}
      onConfirm={async () => {
        await send("live.open-doors", { show: show.show });
        say("The doors are open");
      }}
    >
      {isRehearsal
        ? "Everything of the rehearsal so far is thrown away, its players have to join again."
        : `Participants can join. From here on the show is ${fixed}: questions, choices and groups stay. Only the words of a question that nobody has seen can still be corrected.`}
    </Confirm>
  );
}

/** A question of a real show is on: a rehearsal would take from its machine. */
const isInTheWay = (error: Error): boolean =>
  error instanceof ProblemError && error.problem.type.endsWith("live.show-is-on");

/** Doors and end of a show, each saying first what it does. */
export function Doors({ show }: { show: ShowNow }): ReactNode {
  const mayOperate = useMay("operator");
  const send = useSend("live.shows");
  const rehearsing = useTask();
  if (!mayOperate) return null;
  const isRehearsal = show.show.endsWith("~rehearsal");
  const rehearse = async (anyway = false): Promise<void> => {
    const rehearsal = `${show.show}~rehearsal`;
    await send("live.open-doors", { show: rehearsal, anyway });
    say("The rehearsal begins");
    search({ show: rehearsal });
  };
  return (
    <div className="ml-auto flex flex-wrap items-center gap-2 max-sm:ml-0">
      {show.stage === "planned" && !isRehearsal && <Planning show={show} />}
      {show.stage !== "planned" && <LinksDialog show={show.show} />}
      {show.stage === "open" && <Relays show={show} />}
      {!isRehearsal && (
        <Button busy={rehearsing.busy} onClick={() => void rehearsing.run(() => rehearse())}>
          Begin a rehearsal
        </Button>
      )}
      {rehearsing.error && (
        <div className="grid gap-2 sm:order-last sm:w-full">
          <ProblemView error={rehearsing.error} />
          {isInTheWay(rehearsing.error) && (
            <Button
              kind="danger"
              className="justify-self-end"
              onClick={() => void rehearsing.run(() => rehearse(true))}
            >
              Begin it anyway
            </Button>
          )}
        </div>
      )}
      {(show.stage === "planned" || isRehearsal) && <OpenDoors show={show} />}
      {show.stage === "open" && (
        <Confirm
          what="End the show"
          title={`End ${isRehearsal ? "the rehearsal" : show.title}?`}
          onConfirm={async () => {
            await send("live.finish", { show: show.show });
            say("The show is over");
          }}
        >
          The ranking is made, and nothing more can be asked. What is closed can still be published.
        </Confirm>
      )}
    </div>
  );
}
