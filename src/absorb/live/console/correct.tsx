import { type ReactNode, useState } from "react";
import { Button, Dialog, Field, Form, say, textOf, useSend } from "#console";
import type { QuestionNow } from "../contract.ts";

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
  const send = useSend("live.shows");
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
        <Form
          submit="Correct it"
          onSubmit={async (fields) => {
            const choices = question.choices.map((_, at) => textOf(fields, `choice-${at}`));
            const text = textOf(fields, "text");
            await send("live.correct", { show, question: question.id, text, choices });
            say(`${question.id} has other words now`);
            setOpen(false);
          }}
        >
          <p className="text-sm text-muted">
            The doors are open, so the rest stays: how many choices there are, which one is right,
            the time for it, and the groups.
          </p>
          <Field label="What is asked" name="text" defaultValue={question.text} required />
          {question.choices.map((choice, at) => (
            <Field
              key={choice}
              label={`Choice ${String.fromCharCode(65 + at)}`}
              name={`choice-${at}`}
              defaultValue={choice}
              required
              maxLength={200}
            />
          ))}
        </Form>
      </Dialog>
    </>
  );
}
