import { type ClipboardEvent, type DragEvent, type ReactNode, useRef, useState } from "react";
import {
  Button,
  call,
  IconButton,
  ProblemView,
  sendOnce,
  takeBack,
  time,
  type Unsent,
  useMe,
  usePageKeys,
  useTask,
  useUnsent,
} from "#console";

/** A name for a note, made where it is written: what is sent twice over a bad line is noted once. */
const newName = (): string => crypto.randomUUID();
const pictureTypes = "image/png,image/jpeg,image/gif,image/webp";

type Note = { incident: string; text: string };
const isOf =
  (incident: string) =>
  ({ command, input }: Unsent): boolean =>
    command === "incidents.note" && (input as Note).incident === incident;

/** What was written and is not on the timeline yet. */
export function Unsents({ incident }: { incident: string }): ReactNode {
  const waiting = useUnsent(useMe()?.id).filter(isOf(incident));
  if (waiting.length === 0) return null;
  return (
    <ol
      className="border-t border-line bg-warn-soft px-5 py-3 text-sm max-sm:px-4"
      aria-label="Not sent yet"
    >
      {waiting.map(({ id, at, input, why }) => (
        <li key={id} className="flex items-start gap-3 py-1">
          <span className="min-w-0 flex-1">
            <span className="block break-words">{(input as Note).text}</span>
            <span className="block text-xs text-muted">
              {why === undefined
                ? `written at ${time(at, at)}, goes out as soon as the line is back`
                : `not taken: ${why}`}
            </span>
          </span>
          {why !== undefined && (
            <IconButton icon="trash" label="Throw this note away" onClick={() => takeBack(id)} />
          )}
        </li>
      ))}
    </ol>
  );
}

async function upload(incident: string, picture: File): Promise<string> {
  const answer = await call(`/api/incidents.picture?incident=${incident}`, {
    method: "POST",
    body: picture,
  });
  const { url } = (await answer.json()) as { url: string };
  const name = picture.name.replaceAll(/[^\w .-]/g, "").slice(0, 60) || "picture";
  return `![${name}](${url})`;
}

/** A place to write, in Markdown, with pictures pasted, dropped or chosen. */
export function Composer({ incident }: { incident: string }): ReactNode {
  const [text, setText] = useState("");
  const [isFull, setFull] = useState(false);
  const task = useTask();
  const box = useRef<HTMLTextAreaElement>(null);
  const file = useRef<HTMLInputElement>(null);
  usePageKeys([{ key: "n", what: "Write a note", press: () => box.current?.focus() }]);
  const write = (): void => {
    const said = text.trim();
    if (said === "" || task.busy) return;
    const note = newName();
    const isTaken = sendOnce(note, "incidents.note", { incident, text: said, note });
    setFull(!isTaken);
    if (isTaken) setText("");
  };
  const take = (files: Iterable<File>): boolean => {
    const pictures = [...files].filter(({ type }) => pictureTypes.split(",").includes(type));
    if (pictures.length === 0) return false;
    void task.run(async () => {
      for (const picture of pictures) {
        const shown = await upload(incident, picture);
        setText((before) => (before === "" ? `${shown}\n` : `${before.trimEnd()}\n\n${shown}\n`));
      }
      box.current?.focus();
    });
    return true;
  };
  return (
    <form
      className="border-t border-line p-4"
      onSubmit={(event) => {
        event.preventDefault();
        write();
      }}
      onDragOver={(event: DragEvent) => event.preventDefault()}
      onDrop={(event: DragEvent) => {
        event.preventDefault();
        take(event.dataTransfer.files);
      }}
    >
      <label htmlFor="note" className="sr-only">
        A note for the timeline
      </label>
      <textarea
        id="note"
        ref={box}
        rows={2}
        maxLength={20_000}
        value={text}
        onChange={(event) => setText(event.target.value)}
        onPaste={(event: ClipboardEvent) => {
          if (take(event.clipboardData.files)) event.preventDefault();
        }}
        onKeyDown={(event) => {
          if (event.key === "Escape") box.current?.blur();
          if (event.key === "Enter" && !event.shiftKey && !event.nativeEvent.isComposing) {
            event.preventDefault();
            write();
          }
        }}
        placeholder="What do you see, what do you do? Enter sends. Paste or drop a picture."
        className="w-full rounded-md border border-line-strong bg-surface px-3 py-2 text-sm text-ink placeholder:text-faint max-sm:text-base"
      />
      {task.error && <ProblemView error={task.error} />}
      {isFull && (
        <p className="mt-2 text-sm text-bad" role="alert">
          Too many notes wait here to be sent; this one is still in the box.
        </p>
      )}
      <div className="mt-2 flex items-center justify-end gap-2">
        <input
          ref={file}
          type="file"
          accept={pictureTypes}
          multiple
          hidden
          onChange={(event) => {
            take(event.target.files ?? []);
            event.target.value = "";
          }}
        />
        <Button kind="quiet" icon="plus" busy={task.busy} onClick={() => file.current?.click()}>
          Picture
        </Button>
        <Button type="submit" kind="primary" disabled={text.trim() === "" || task.busy}>
          Note it
        </Button>
      </div>
    </form>
  );
}
