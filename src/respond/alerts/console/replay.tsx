import { type ReactNode, useState } from "react";
import {
  amount,
  At,
  Button,
  Card,
  type Column,
  PageHead,
  type PagesReplayed,
  ProblemView,
  Segments,
  send,
  span,
  usePlace,
  useTask,
} from "#console";
import type { Replayed } from "../contract.ts";
import { ReplayedCalls } from "./replay-calls.tsx";
import { aboutPage, keyOfPage, ReplayedList } from "./replayed-list.tsx";
import { Views } from "./views.tsx";

type Missed = Replayed["missed"][number];
type Told = Replayed["extra"][number];

const examples = [
  ["Gather by service", "route:\n  groupBy: [service]"],
  ["Reopen quietly for an hour", "reopenWithin: 1h"],
  [
    "Call somebody else first",
    "paging:\n  policies:\n    default:\n      steps:\n        - { who: [on-call], after: 3m }\n        - { who: [everyone] }",
  ],
  [
    "Warnings wake nobody",
    "inhibit:\n  - source: ['severity=\"critical\"']\n    target: ['severity=\"warning\"']\n    equal: [service]",
  ],
] as const;

const missedColumns: readonly Column<Missed>[] = [
  { head: "Page that there was", cell: aboutPage },
  {
    head: "It",
    cell: ({ mattered }) =>
      mattered ? "mattered" : <span className="text-faint">nobody acted</span>,
  },
  { head: "Missed by", cell: ({ byMs }) => (byMs === null ? "–" : span(byMs)), number: true },
];
const laterColumns: readonly Column<Replayed["later"][number]>[] = [
  { head: "Page that there was", cell: aboutPage },
  { head: "Later by", cell: ({ byMs }) => span(byMs), number: true },
];
const extraColumns: readonly Column<Told>[] = [
  { head: "Page that there was not", cell: aboutPage },
  { head: "Severity", cell: ({ severity }) => severity },
];
const ruleColumns: readonly Column<Replayed["rules"][number]>[] = [
  { head: "What pages", cell: ({ rule }) => <span className="font-medium">{rule}</span> },
  { head: "Did", cell: ({ was }) => amount(was), number: true },
  { head: "Would have", cell: ({ would }) => amount(would), number: true },
];

function Result({ of }: { of: PagesReplayed }): ReactNode {
  return (
    <div className="grid gap-4" aria-live="polite">
      <Card>
        <p className="text-lg font-semibold tracking-tight text-balance">{of.says}</p>
        <p className="mt-1 text-xs text-faint">
          <At at={of.from} /> to <At at={of.to} />. Rules over counters are replayed from{" "}
          <At at={of.rulesFrom} /> on; before it they are taken as they fired.
        </p>
      </Card>
      {of.calls && <ReplayedCalls calls={of.calls} />}
      <ReplayedList
        title="Missed"
        label="Missed pages"
        hint={`${amount(of.missed.length)}, what mattered first`}
        rows={of.missed}
        columns={missedColumns}
        keyOf={keyOfPage}
      />
      <ReplayedList
        title="Later"
        label="Later pages"
        rows={of.later}
        columns={laterColumns}
        keyOf={keyOfPage}
      />
      <ReplayedList
        title="Additional"
        label="Additional pages"
        rows={of.extra}
        columns={extraColumns}
        keyOf={keyOfPage}
      />
      <ReplayedList
        title="By rule"
        label="Pages by rule"
        rows={of.rules}
        columns={ruleColumns}
        keyOf={({ rule }) => rule}
      />
    </div>
  );
}

/** Tries another rule or policy on the recorded past before it is enabled. */
export function ReplayView(): ReactNode {
  const { search } = usePlace();
  const [change, setChange] = useState(search.get("change") ?? "");
  const [days, setDays] = useState("7");
  const [result, setResult] = useState<PagesReplayed>();
  const task = useTask();
  const replay = (): Promise<unknown> =>
    task.run(async () =>
      setResult(await send<PagesReplayed>("paging.replay", { change, days: Number(days) })),
    );
  return (
    <>
      <PageHead
        title="Replay"
        says="What another rule or policy would have made of the recorded past. Nothing is changed and nobody is told."
      >
        <Views />
      </PageHead>
      <Card className="mb-4">
        <form
          className="grid gap-3"
          onSubmit={(event) => {
            event.preventDefault();
            void replay();
          }}
        >
          <label className="text-sm font-medium" htmlFor="replay-change">
            What is to be different, as it would stand under <code>alerts:</code>, or with{" "}
            <code>alerts:</code> and <code>paging:</code> themselves
          </label>
          <textarea
            id="replay-change"
            value={change}
            onChange={(event) => setChange(event.target.value)}
            rows={8}
            spellCheck={false}
            placeholder="Leave it empty to replay the configuration in force."
            className="w-full rounded-md border border-line-strong bg-surface p-3 font-mono text-sm text-ink placeholder:text-faint max-sm:text-base"
          />
          <div className="flex flex-wrap items-center gap-2">
            <span className="text-xs text-faint">For example:</span>
            {examples.map(([name, text]) => (
              <Button key={name} kind="quiet" onClick={() => setChange(text)}>
                {name}
              </Button>
            ))}
          </div>
          <div className="flex flex-wrap items-center gap-3">
            <Button type="submit" kind="primary" icon="play" busy={task.busy}>
              Replay
            </Button>
            <Segments
              label="How far back"
              value={days}
              options={[
                ["1", "A day"],
                ["7", "7 days"],
                ["30", "30 days"],
              ]}
              onPick={setDays}
            />
          </div>
        </form>
      </Card>
      {task.error && <ProblemView error={task.error} />}
      {result && !task.error && <Result of={result} />}
    </>
  );
}
