import { type ReactNode, useState } from "react";
import {
  Badge,
  Button,
  Card,
  Choice,
  ProblemView,
  say,
  type Tone,
  useMay,
  useNow,
  useSend,
  useTask,
} from "#console";
import { Correct } from "./correct.tsx";
import type { Phase, QuestionNow, ShowNow } from "../contract.ts";

const looks: Record<Phase, { tone: Tone; says: string }> = {
  planned: { tone: "none", says: "planned" },
  armed: { tone: "warn", says: "armed" },
  revealed: { tone: "warn", says: "counting down" },
  open: { tone: "good", says: "open" },
  closed: { tone: "none", says: "closed" },
  published: { tone: "good", says: "published" },
};

type Deed = "arm" | "disarm" | "reveal" | "close" | "publish";
const deeds: Record<Phase, readonly Deed[]> = {
  planned: ["arm"],
  armed: ["reveal", "disarm"],
  revealed: ["close"],
  open: ["close"],
  closed: ["publish"],
  published: [],
};
const words: Record<Deed, { label: string; done: string; about: string }> = {
  arm: {
    label: "Arm",
    done: "is on its way, sealed",
    about: "Sends it ahead, sealed: nobody can read it yet.",
  },
  disarm: { label: "Take back", done: "is taken back", about: "Nobody has seen it." },
  reveal: {
    label: "Reveal",
    done: "is revealed",
    about: "Everybody sees it at the same moment. There is no way back.",
  },
  close: {
    label: "Close now",
    done: "is closed",
    about: "It closes by itself when its time is up.",
  },
  publish: {
    label: "Publish",
    done: "will be published in a moment",
    about: "With noise, once, from the budget.",
  },
};
const countdowns = [
  ["3s", "in 3 seconds"],
  ["5s", "in 5 seconds"],
  ["10s", "in 10 seconds"],
  ["30s", "in 30 seconds"],
] as const;

function Left({ question: { phase, revealAt, closesAt } }: { question: QuestionNow }): ReactNode {
  const now = useNow();
  const until = phase === "revealed" ? revealAt : phase === "open" ? closesAt : null;
  if (until === null) return null;
  return (
    <span className="text-sm text-muted tabular-nums">
      {Math.max(0, Math.ceil((until - now) / 1_000))} s
    </span>
  );
}

/** What can be done with the question that is next or on, as buttons big enough for a nervous hand. */
function Deeds({ show, question }: { show: string; question: QuestionNow }): ReactNode {
  const send = useSend();
  const task = useTask();
  const [countdown, setCountdown] = useState("5s");
  const [main, ...others] = deeds[question.phase];
  const act = (deed: Deed) =>
    task.run(async () => {
      const more = deed === "reveal" ? { in: countdown } : {};
      await send(`live.${deed}`, { show, question: question.id, ...more });
      say(`${question.id} ${words[deed].done}`);
    });
  if (main === undefined) return null;
  return (
    <div className="mt-3 grid gap-2">
      <div className="flex flex-wrap items-center gap-2">
        {main === "reveal" && (
          <Choice
            label="Reveal when"
            hideLabel
            value={countdown}
            options={countdowns}
            onChange={({ target }) => setCountdown(target.value)}
            className="w-40"
          />
        )}
        <Button
          kind={main === "close" ? "danger" : "primary"}
          busy={task.busy}
          aria-label={`${words[main].label}: ${question.id}`}
          onClick={() => void act(main)}
        >
          {words[main].label}
        </Button>
        {others.map((deed) => (
          <Button
            key={deed}
            kind="quiet"
            aria-label={`${words[deed].label}: ${question.id}`}
            onClick={() => void act(deed)}
          >
            {words[deed].label}
          </Button>
        ))}
        {main === "arm" && <Correct show={show} question={question} />}
        <p className="text-xs text-faint">{words[main].about}</p>
      </div>
      {task.error && <ProblemView error={task.error} />}
    </div>
  );
}

/** The question that has the stage: what is on, else what comes next. */
function onStage({ questions }: ShowNow): string | undefined {
  const busy = questions.find(({ phase }) => ["armed", "revealed", "open"].includes(phase));
  return (busy ?? questions.find(({ phase }) => phase === "planned"))?.id;
}

function Cue({
  show,
  question,
  place,
  isNext,
}: {
  show: ShowNow;
  question: QuestionNow;
  place: number;
  isNext: boolean;
}): ReactNode {
  const mayOperate = useMay("operator");
  const { tone, says } = looks[question.phase];
  const hasDeeds = isNext || question.phase === "closed";
  return (
    <li
      aria-current={isNext ? "step" : undefined}
      className={`px-5 py-3.5 max-sm:px-4 ${isNext ? "bg-accent-soft/40" : ""}`}
    >
      <div className="flex items-start gap-3">
        <span className="w-6 shrink-0 text-right text-sm text-faint tabular-nums">{place + 1}</span>
        <div className="min-w-0 flex-1">
          <p className={isNext ? "font-semibold" : "font-medium"}>{question.text}</p>
          <p className="mt-0.5 text-xs text-muted">
            <code className="font-mono">{question.id}</code>
            {" · "}
            {question.choices.map((choice, at) => (
              <span key={choice}>
                {at > 0 && ", "}
                {question.right === at ? <b>{choice} ✓</b> : choice}
              </span>
            ))}
            {" · "}
            {question.windowMs / 1_000} s
          </p>
          {mayOperate && show.stage !== "planned" && hasDeeds && (
            <Deeds show={show.show} question={question} />
          )}
          {mayOperate && show.stage === "open" && question.phase === "planned" && !isNext && (
            <Correct show={show.show} question={question} className="-ml-3.5" />
          )}
        </div>
        <Left question={question} />
        <Badge tone={tone}>{says}</Badge>
      </div>
    </li>
  );
}

/** The running order: one question has the stage, the others wait or are told. */
export function Cues({ show }: { show: ShowNow }): ReactNode {
  const next = show.stage === "finished" ? undefined : onStage(show);
  const asked = show.questions.filter(({ phase }) => phase === "closed" || phase === "published");
  return (
    <Card title="Running order" hint={`${asked.length} of ${show.questions.length} asked`} flush>
      <ol className="mt-2 divide-y divide-line">
        {show.questions.map((question, place) => (
          <Cue
            key={question.id}
            show={show}
            question={question}
            place={place}
            isNext={question.id === next}
          />
        ))}
      </ol>
    </Card>
  );
}
