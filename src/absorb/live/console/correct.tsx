import { type ReactNode, useState } from "react";
import {
  Button,
  Dialog,
  Field,
  Form,
  Meanwhile,
  meanwhileIn,
  say,
  textOf,
  useSend,
} from "#console";
import type { QuestionNow } from "../contract.ts";

const letterOf = (at: number): string => String.fromCharCode(65 + at);
/** Its words by the names of the fields. */
const wordsOf = ({ text, choices }: QuestionNow): Record<string, string> => ({
  "What is asked": text,
  ...Object.fromEntries(choices.map((choice, at) => [`Choice ${letterOf(at)}`, choice])),
});

function Words({
  show,
  question,
  onDone,
}: {
  show: string;
  question: QuestionNow;
  onDone: () => void;
}): ReactNode {
  // The form shows these words; what it is saved over are those that somebody has looked at.
  const [shown, setShown] = useState(question);
  const [seen, setSeen] = useState(question);
  const send = useSend("live.shows");
  const changes = meanwhileIn({
    begun: wordsOf(seen),
    mine: wordsOf(seen),
    theirs: wordsOf(question),
  });
  return (
    <Form
      key={shown.version}
      submit="Correct it"
      onSubmit={async (fields) => {
        const text = textOf(fields, "text");
        const choices = shown.choices.map((_, at) => textOf(fields, `choice-${at}`));
        const base = seen.version;
        await send("live.correct", { show, question: shown.id, text, choices, base });
        say(`${shown.id} has other words now`);
        onDone();
      }}
    >
      <p className="text-sm text-muted">
        The doors are open, so the rest stays: how many choices there are, which one is right, the
        time for it, and the groups.
      </p>
      {changes.length > 0 && (
        <Meanwhile
          changes={changes}
          nameOf={(path) => path.join(" · ")}
          onKeep={() => setSeen(question)}
          onTakeAll={() => {
            setSeen(question);
            setShown(question);
          }}
        />
      )}
      <Field label="What is asked" name="text" defaultValue={shown.text} required />
      {shown.choices.map((choice, at) => (
        <Field
          key={choice}
          label={`Choice ${letterOf(at)}`}
          name={`choice-${at}`}
          defaultValue={choice}
          required
          maxLength={200}
        />
      ))}
    </Form>
  );
}

/** Other words for a question that nobody has seen: all that an open show lets one change. */
export function Correct({
  show,
  question,
  className = "",
}: {
  show: string;
  question: QuestionNow;
  className?: string;
}): ReactNode {
  const [isOpen, setOpen] = useState(false);
  return (
    <>
      <Button
        kind="quiet"
        className={className}
        aria-label={`Correct the words: ${question.id}`}
        onClick={() => setOpen(true)}
      >
        Correct the words
      </Button>
      <Dialog open={isOpen} title="Correct the words" onClose={() => setOpen(false)}>
        <Words show={show} question={question} onDone={() => setOpen(false)} />
      </Dialog>
    </>
  );
}
