import { type ReactNode, useState } from "react";
import {
  Button,
  Confirm,
  Copyable,
  Dialog,
  ProblemView,
  say,
  useMay,
  useSend,
  useTask,
} from "#console";
import type { ShowNow } from "../contract.ts";

type Links = { play: string; stage: string };

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
            <p className="flex gap-3">
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
            </p>
          </div>
        )}
      </Dialog>
    </>
  );
}

/** Doors and end of a show, each saying first what it does. */
export function Doors({ show }: { show: ShowNow }): ReactNode {
  const mayOperate = useMay("operator");
  const send = useSend();
  if (!mayOperate) return null;
  const isRehearsal = show.show.endsWith("~rehearsal");
  const name = isRehearsal ? "the rehearsal" : show.title;
  const openDoors = async (which: string): Promise<void> => {
    await send("live.open-doors", { show: which });
    say(which === show.show ? "The doors are open" : "The rehearsal begins");
  };
  return (
    <div className="ml-auto flex flex-wrap items-center gap-2 max-sm:ml-0">
      {show.stage !== "planned" && <LinksDialog show={show.show} />}
      {!isRehearsal && (
        <Button onClick={() => void openDoors(`${show.show}~rehearsal`)}>Begin a rehearsal</Button>
      )}
      {(show.stage === "planned" || isRehearsal) && (
        <Confirm
          what={isRehearsal && show.stage !== "planned" ? "Begin anew" : "Open the doors"}
          title={`${isRehearsal && show.stage !== "planned" ? "Begin anew" : "Open the doors"}: ${name}?`}
          onConfirm={() => openDoors(show.show)}
        >
          {isRehearsal
            ? "Everything of the rehearsal so far is thrown away, its players have to join again."
            : "Participants can join. From here on the show is what castor.yaml says now: later changes of questions, choices and groups do not count."}
        </Confirm>
      )}
      {show.stage === "open" && (
        <Confirm
          what="End the show"
          title={`End ${name}?`}
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
