import { type ReactNode, useState, useSyncExternalStore } from "react";
import { hearQuestions, openQuestion, type Question } from "../live/typed-name.ts";
import { Button } from "../ui/basics.tsx";
import { Dialog } from "../ui/dialog.tsx";
import { Field } from "../ui/field.tsx";

function Body({ question: { name, says, answer } }: { question: Question }): ReactNode {
  const [typed, setTyped] = useState("");
  return (
    <form
      className="grid gap-4"
      onSubmit={(event) => {
        event.preventDefault();
        if (typed.trim() === name) answer(true);
      }}
    >
      <p className="text-sm text-muted">{says}</p>
      <Field
        label={`Type “${name}”`}
        value={typed}
        onChange={(event) => setTyped(event.target.value)}
        autoComplete="off"
        spellCheck={false}
      />
      <div className="flex justify-end gap-2">
        <Button onClick={() => answer(false)}>Keep it</Button>
        <Button type="submit" kind="danger" disabled={typed.trim() !== name}>
          Do it alone
        </Button>
      </div>
    </form>
  );
}

/** Asks whoever is alone here to type what would be lost. */
export function TypedName(): ReactNode {
  const question = useSyncExternalStore(hearQuestions, openQuestion);
  return (
    <Dialog
      open={question !== undefined}
      title="Nobody else could approve this"
      onClose={() => question?.answer(false)}
    >
      {question && <Body key={question.name} question={question} />}
    </Dialog>
  );
}
