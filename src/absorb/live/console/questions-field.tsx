import { type ReactNode, useId } from "react";
import { Button, Card, Field, IconButton } from "#console";
import type { Draft, DraftQuestion, Mistakes } from "./draft.ts";
import { newQuestion } from "./draft.ts";

const choicesMax = 15;
const questionsMax = 255;
const letterOf = (choice: number): string => String.fromCharCode(65 + choice);

const pathOf = ({ id }: DraftQuestion): string => `definition.questions.${id.trim()}`;

/** A list with one thing at another place, or away. */
const moved = <T,>(all: readonly T[], at: number, to: number): T[] => {
  const rest = all.toSpliced(at, 1);
  const one = all.slice(at, at + 1);
  return rest.toSpliced(to, 0, ...one);
};

type Change = (change: Partial<DraftQuestion>) => void;

/** What to choose from, and which one is right. */
function Choices({
  question: { choices, right },
  mistakes,
  path,
  onChange,
}: {
  question: DraftQuestion;
  mistakes: Mistakes;
  path: string;
  onChange: Change;
}): ReactNode {
  const name = useId();
  const rightOf = (value: number, label: string): ReactNode => (
    <input
      type="radio"
      name={name}
      aria-label={label}
      checked={right === value}
      onChange={() => onChange({ right: value })}
      className="size-5 shrink-0 cursor-pointer accent-(--accent)"
    />
  );
  const without = (at: number): void =>
    onChange({
      choices: choices.toSpliced(at, 1),
      right: right === at ? -1 : right > at ? right - 1 : right,
    });
  const wrong = mistakes[`${path}.choices`] ?? mistakes[`${path}.right`];
  return (
    <fieldset className="grid gap-2">
      <legend className="mb-1 text-sm font-medium">
        Choices <span className="font-normal text-faint">· mark the one that is right</span>
      </legend>
      {choices.map((choice, at) => (
        <div key={at} className="flex items-start gap-2">
          <span className="flex min-h-10 items-center gap-2 max-sm:min-h-11">
            {rightOf(at, `${letterOf(at)} is right`)}
          </span>
          <Field
            className="min-w-0 flex-1"
            label={`Choice ${letterOf(at)}`}
            hideLabel
            placeholder={`Choice ${letterOf(at)}`}
            value={choice}
            maxLength={200}
            autoComplete="off"
            error={mistakes[`${path}.choices.${at}`]}
            onChange={({ target }) => onChange({ choices: choices.with(at, target.value) })}
          />
          <IconButton
            icon="trash"
            label={`Remove choice ${letterOf(at)}`}
            disabled={choices.length <= 2}
            className="disabled:opacity-30"
            onClick={() => without(at)}
          />
        </div>
      ))}
      <div className="flex flex-wrap items-center justify-between gap-2">
        <label className="flex min-h-9 cursor-pointer items-center gap-2 text-sm text-muted">
          {rightOf(-1, "None is right: a poll or a vote")} None is right: a poll or a vote
        </label>
        <Button
          kind="quiet"
          icon="plus"
          disabled={choices.length >= choicesMax}
          onClick={() => onChange({ choices: [...choices, ""] })}
        >
          Add a choice
        </Button>
      </div>
      {wrong !== undefined && (
        <p role="alert" className="text-xs text-bad">
          {wrong}
        </p>
      )}
    </fieldset>
  );
}

function Question({
  question,
  place,
  count,
  mistakes,
  onChange,
  onMove,
}: {
  question: DraftQuestion;
  place: number;
  count: number;
  mistakes: Mistakes;
  onChange: Change;
  /** To another place; undefined takes it away. */
  onMove: (to: number | undefined) => void;
}): ReactNode {
  const path = pathOf(question);
  const says = `question ${place + 1}`;
  return (
    <li className="grid gap-4 px-5 py-5 max-sm:px-4">
      <div className="flex items-center gap-1">
        <h3 className="mr-auto text-sm font-semibold">Question {place + 1}</h3>
        <IconButton
          icon="down"
          label={`Move ${says} up`}
          disabled={place === 0}
          className="rotate-180 disabled:opacity-30"
          onClick={() => onMove(place - 1)}
        />
        <IconButton
          icon="down"
          label={`Move ${says} down`}
          disabled={place === count - 1}
          className="disabled:opacity-30"
          onClick={() => onMove(place + 1)}
        />
        <IconButton
          icon="trash"
          label={`Remove ${says}`}
          disabled={count === 1}
          className="disabled:opacity-30"
          onClick={() => onMove(undefined)}
        />
      </div>
      <Field
        label="What is asked"
        value={question.text}
        maxLength={500}
        autoComplete="off"
        placeholder="Which song opened the first concert?"
        error={mistakes[`${path}.text`]}
        onChange={({ target }) => onChange({ text: target.value })}
      />
      <Choices question={question} mistakes={mistakes} path={path} onChange={onChange} />
      <div className="grid gap-4 sm:grid-cols-2">
        <Field
          label="Answers are taken for"
          value={question.window}
          autoComplete="off"
          hint={'With its unit: "60s", "2m"'}
          error={mistakes[`${path}.window`]}
          onChange={({ target }) => onChange({ window: target.value })}
        />
        <Field
          label="Short name"
          value={question.id}
          autoComplete="off"
          spellCheck={false}
          hint="For you, the command line and the export"
          error={mistakes[path]}
          onChange={({ target }) => onChange({ id: target.value })}
        />
      </div>
    </li>
  );
}

/** The questions of a show in their order. */
export function QuestionsField({
  draft: { questions },
  mistakes,
  onChange,
}: {
  draft: Draft;
  mistakes: Mistakes;
  onChange: (questions: DraftQuestion[], ...mended: string[]) => void;
}): ReactNode {
  return (
    <Card title="Questions" hint={`${questions.length}, asked one at a time`} flush>
      <ol className="divide-y divide-line">
        {questions.map((question, place) => (
          <Question
            key={question.key}
            question={question}
            place={place}
            count={questions.length}
            mistakes={mistakes}
            onChange={(change) => {
              const path = pathOf(question);
              const mended = Object.keys(change).map((field) =>
                field === "id" ? path : `${path}.${field}`,
              );
              onChange(questions.with(place, { ...question, ...change }), ...mended);
            }}
            onMove={(to) =>
              onChange(
                to === undefined ? questions.toSpliced(place, 1) : moved(questions, place, to),
              )
            }
          />
        ))}
      </ol>
      <div className="border-t border-line px-5 py-4 max-sm:px-4">
        <Button
          icon="plus"
          disabled={questions.length >= questionsMax}
          onClick={() => onChange([...questions, newQuestion(questions)])}
        >
          Add a question
        </Button>
        {mistakes["definition.questions"] !== undefined && (
          <p role="alert" className="mt-2 text-xs text-bad">
            {mistakes["definition.questions"]}
          </p>
        )}
      </div>
    </Card>
  );
}
