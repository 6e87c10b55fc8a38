import { type ReactNode, useState } from "react";
import {
  Ago,
  Badge,
  Button,
  Card,
  Choice,
  Form,
  Link,
  textOf,
  type Tone,
  useSend,
  useWho,
} from "#console";
import { criterionWords, scoreWords } from "../contract.ts";
import { changes, type Whole } from "./words.ts";

type Judgement = Whole["exam"][number];
const tones: readonly Tone[] = ["bad", "warn", "good", "good"];

export const Score = ({ score }: Pick<Judgement, "score">): ReactNode =>
  score === null ? (
    <Badge tone="none">Not judged</Badge>
  ) : (
    <Badge tone={tones[score] ?? "none"}>
      {score}/3 {scoreWords[score]}
    </Badge>
  );

function Answer({ pm, of, onDone }: { pm: Whole; of: Judgement; onDone: () => void }): ReactNode {
  const run = useSend(...changes);
  return (
    <Form
      submit="Answer"
      aside={<Button onClick={onDone}>Never mind</Button>}
      onSubmit={async (fields) => {
        await run("post-mortems.judge", {
          ...{ postMortem: pm.postMortem, criterion: of.criterion, says: textOf(fields, "says") },
          score: Number(textOf(fields, "score")),
        });
        onDone();
      }}
    >
      <Choice
        label="How well it worked"
        name="score"
        defaultValue={String(of.score ?? 2)}
        options={scoreWords.map((word, score): [string, string] => [String(score), word])}
        className="max-w-72"
      />
      <div>
        <label className="mb-1 block text-sm font-medium" htmlFor={`says-${of.criterion}`}>
          {criterionWords[of.criterion].asks}
        </label>
        <textarea
          id={`says-${of.criterion}`}
          name="says"
          rows={3}
          maxLength={2_000}
          defaultValue={of.answer?.says ?? ""}
          className="w-full rounded-md border border-line-strong bg-surface px-3 py-2 text-sm text-ink max-sm:text-base"
        />
      </div>
    </Form>
  );
}

function One({ pm, of, mayEdit }: { pm: Whole; of: Judgement; mayEdit: boolean }): ReactNode {
  const [isOpen, setOpen] = useState(false);
  const who = useWho();
  const { criterion, found, answer, score } = of;
  return (
    <li className="grid gap-2 py-4 text-sm">
      <p className="flex flex-wrap items-center gap-3">
        <strong className="font-semibold">{criterionWords[criterion].title}</strong>
        <Score score={score} />
        {mayEdit && !isOpen && (
          <Button
            kind={score === null ? "plain" : "quiet"}
            className="ml-auto"
            aria-label={`${answer === null ? "Answer" : "Answer anew"}: ${criterionWords[criterion].title}`}
            onClick={() => setOpen(true)}
          >
            {answer === null ? "Answer" : "Answer anew"}
          </Button>
        )}
      </p>
      <p>
        {found.says}{" "}
        {!pm.origin &&
          found.evidence.map((position) => (
            <Link
              key={position}
              href={`/log?event=${position}`}
              className="mr-2 text-xs text-muted underline"
            >
              fact {position}
            </Link>
          ))}
      </p>
      {answer === null ? (
        !isOpen && <p className="text-muted">{criterionWords[criterion].asks}</p>
      ) : (
        <p className="border-l-2 border-accent pl-2">
          {answer.says === "" ? "Judged without words" : answer.says}
          <span className="block text-xs text-muted">
            {who(answer.by)}, <Ago at={answer.at} />
            {found.score !== null &&
              found.score !== answer.score &&
              `; the log alone would say ${found.score}/3`}
          </span>
        </p>
      )}
      {isOpen && <Answer pm={pm} of={of} onDone={() => setOpen(false)} />}
    </li>
  );
}

/** Seven questions, answered by the log where it can and by people where it cannot. */
export const Exam = ({ pm, mayEdit }: { pm: Whole; mayEdit: boolean }): ReactNode => (
  <Card
    title="The exam"
    hint="What the log can tell is filled in; your own answer counts more"
    className="mx-auto max-w-4xl"
  >
    <ul className="-my-3 divide-y divide-line">
      {pm.exam.map((of) => (
        <One key={of.criterion} pm={pm} of={of} mayEdit={mayEdit} />
      ))}
    </ul>
  </Card>
);
