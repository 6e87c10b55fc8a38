import { type ReactNode, useState } from "react";
import {
  Button,
  Dialog,
  IconButton,
  type IncidentRow,
  ProblemView,
  say,
  Segments,
  useMe,
  useSend,
  useTask,
} from "#console";

const address = /\/api\/incidents\.picture\/([0-9a-f]{64})/g;
const picturesIn = (text: string): string[] => [
  ...new Set([...text.matchAll(address)].map(([, hash = ""]) => hash)),
];

type What = "note" | "pictures";
type AskProps = { incident: string; row: IncidentRow; onDone: () => void };

function Ask({ incident, row: { note = "", noteId, by }, onDone }: AskProps): ReactNode {
  const run = useSend("incidents.timeline");
  const task = useTask();
  const me = useMe();
  const pictures = picturesIn(note);
  const [what, setWhat] = useState<What>("note");
  const names = pictures.length === 1 ? "picture" : "pictures";
  const take = async (): Promise<void> => {
    if (what === "note") await run("incidents.take-away", { incident, note: noteId });
    else
      for (const picture of pictures)
        await run("incidents.take-away", { incident, note: noteId, picture });
    onDone();
    say(
      what === "note"
        ? "The note is gone"
        : `The ${names} ${pictures.length === 1 ? "is" : "are"} gone`,
    );
  };
  return (
    <form
      className="grid gap-4"
      onSubmit={(event) => {
        event.preventDefault();
        void task.run(take);
      }}
    >
      {pictures.length > 0 && (
        <Segments
          label="What goes?"
          value={what}
          options={[
            ["note", `The note and its ${names}`],
            ["pictures", `Only its ${names}`],
          ]}
          onPick={setWhat}
        />
      )}
      <p className="text-sm text-muted">
        {what === "pictures"
          ? `The ${names} ${pictures.length === 1 ? "is" : "are"}`
          : pictures.length > 0
            ? `Its words and its ${names} are`
            : "Its words are"}{" "}
        gone for good: here, in exports and in the post-mortem. That they were taken away, and by
        whom, stays on the timeline.
        {by.id !== me?.id && " You did not write it, so somebody else says yes first."}
      </p>
      {task.error && <ProblemView error={task.error} />}
      <div className="flex justify-end gap-2">
        <Button onClick={onDone}>Keep it</Button>
        <Button type="submit" kind="danger" busy={task.busy}>
          Take it away
        </Button>
      </div>
    </form>
  );
}

/** Takes a note or its pictures away: what should never have been pasted. */
export function TakeAway({ incident, row }: { incident: string; row: IncidentRow }): ReactNode {
  const [isOpen, setOpen] = useState(false);
  return (
    <>
      <IconButton
        icon="trash"
        label="Take this note away"
        className="-my-2 shrink-0"
        onClick={() => setOpen(true)}
      />
      <Dialog open={isOpen} title="Take this note away?" onClose={() => setOpen(false)}>
        <Ask incident={incident} row={row} onDone={() => setOpen(false)} />
      </Dialog>
    </>
  );
}
