import { type ReactNode, useRef, useState } from "react";
import { Ago, Button, Markdown, ProblemView, useSend, useTask, useWho } from "#console";
import { changes, type Whole } from "./words.ts";

type Comment = Whole["comments"][number];

function One({
  pm,
  comment,
  mayComment,
}: {
  pm: Whole;
  comment: Comment;
  mayComment: boolean;
}): ReactNode {
  const run = useSend(...changes);
  const task = useTask();
  const who = useWho();
  const { isSettled, by, at, text } = comment;
  return (
    <li className={`rounded-md px-3 py-2 text-sm ${isSettled ? "text-muted" : "bg-accent-soft"}`}>
      <p className="flex flex-wrap items-baseline gap-x-2 text-xs text-muted">
        <strong className="font-semibold text-ink">{who(by)}</strong> <Ago at={at} />
        {mayComment && (
          <Button
            kind="quiet"
            className="ml-auto"
            busy={task.busy}
            onClick={() =>
              void task.run(() =>
                run("post-mortems.settle-comment", {
                  ...{ postMortem: pm.postMortem, comment: comment.comment, settled: !isSettled },
                }),
              )
            }
          >
            {isSettled ? "Open again" : "Settled"}
          </Button>
        )}
      </p>
      <Markdown text={text} />
      {task.error && <ProblemView error={task.error} />}
    </li>
  );
}

/** A name made where it is written: what a bad line sends twice is there once. */
const newName = (): string => crypto.randomUUID();

function Say({
  pm,
  section,
  onDone,
}: {
  pm: Whole;
  section: string;
  onDone: () => void;
}): ReactNode {
  const run = useSend(...changes);
  const task = useTask();
  const [text, setText] = useState("");
  const name = useRef(newName());
  return (
    <form
      className="mt-2 grid gap-2"
      onSubmit={(event) => {
        event.preventDefault();
        void task
          .run(() =>
            run("post-mortems.comment", {
              ...{ postMortem: pm.postMortem, section, text: text.trim(), comment: name.current },
            }),
          )
          .then((isDone) => {
            if (isDone) onDone();
          });
      }}
    >
      <label className="sr-only" htmlFor={`say-${section}`}>
        Your comment
      </label>
      <textarea
        id={`say-${section}`}
        // oxlint-disable-next-line jsx-a11y/no-autofocus -- it opens because somebody asked to write in it.
        autoFocus
        rows={2}
        value={text}
        maxLength={5_000}
        onChange={(event) => setText(event.target.value)}
        className="w-full rounded-md border border-line-strong bg-surface px-3 py-2 text-sm text-ink max-sm:text-base"
      />
      {task.error && <ProblemView error={task.error} />}
      <div className="flex gap-2">
        <Button type="submit" kind="primary" busy={task.busy} disabled={text.trim() === ""}>
          Say it
        </Button>
        <Button onClick={onDone}>Never mind</Button>
      </div>
    </form>
  );
}

/** What people say about a section; what is settled steps back. */
export function Comments({
  pm,
  section,
  about,
  mayComment,
}: {
  pm: Whole;
  section: string;
  about: string;
  mayComment: boolean;
}): ReactNode {
  const [isOpen, setOpen] = useState(false);
  const own = pm.comments.filter((each) => each.section === section);
  return (
    <div className="mt-3 print:hidden">
      {own.length > 0 && (
        <ul className="mb-2 grid gap-2" aria-label={`Comments on ${about}`}>
          {own
            .toSorted((a, b) => Number(a.isSettled) - Number(b.isSettled))
            .map((comment) => (
              <One key={comment.comment} pm={pm} comment={comment} mayComment={mayComment} />
            ))}
        </ul>
      )}
      {mayComment && !isOpen && (
        <Button kind="quiet" onClick={() => setOpen(true)} aria-label={`Comment on ${about}`}>
          Comment
        </Button>
      )}
      {isOpen && <Say pm={pm} section={section} onDone={() => setOpen(false)} />}
    </div>
  );
}
