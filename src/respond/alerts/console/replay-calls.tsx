import type { ReactNode } from "react";
import { amount, Card, type Column, longSpan, type PagesReplayed, Tile, Tiles } from "#console";
import { aboutPage, keyOfPage, ReplayedList } from "./replayed-list.tsx";

type Calls = NonNullable<PagesReplayed["calls"]>;
type Both = { was: number | null; would: number | null };

const length = (ms: number | null): string => (ms === null ? "–" : longSpan(ms));
const Figure = ({
  label,
  of,
  say = (each) => amount(each ?? 0),
}: {
  label: string;
  of: Both;
  say?: (value: number | null) => string;
}): ReactNode => <Tile label={label} value={say(of.would)} says={`instead of ${say(of.was)}`} />;

const change = ({ was, would }: Calls["calls"]): ReactNode => (
  <>
    <span className="font-medium">{amount(would)}</span>{" "}
    <span className="text-faint">was {amount(was)}</span>
  </>
);
const peopleColumns: readonly Column<Calls["people"][number]>[] = [
  { head: "Who", cell: ({ person }) => <span className="font-medium">{person}</span> },
  { head: "Calls", cell: change, number: true },
  { head: "While asleep", cell: ({ atNight }) => change(atNight), number: true },
];

type Page = Calls["would"][number];
const names = ({ called }: Page): string =>
  [...new Set(called.map(({ person }) => person))].join(", ");
const pageColumns: readonly Column<Page>[] = [
  {
    head: "Page that there would have been",
    cell: aboutPage,
  },
  { head: "Called", cell: (page) => `${names(page)} (${amount(page.called.length)})` },
  {
    head: "Seen to",
    cell: ({ acknowledgedBy, acknowledgedAfterMs }) =>
      acknowledgedBy === null ? (
        <span className="text-bad">by nobody</span>
      ) : (
        `by ${acknowledgedBy}, after ${length(acknowledgedAfterMs)}`
      ),
  },
];

/** Whom other policies would have called, how often, and when somebody would have seen to it. */
export const ReplayedCalls = ({ calls }: { calls: Calls }): ReactNode => (
  <>
    <Card title="Who would have been called">
      <p className="text-sm text-balance">{calls.says}</p>
      <p className="mt-1 text-xs text-faint">
        For what was like it, whoever answered then answers as fast after a call, and who did not
        does not; for all else people answer as fast as they mostly do.
      </p>
    </Card>
    <Tiles>
      <Figure label="Calls" of={calls.calls} />
      <Figure label="Half seen to within" of={calls.medianMs} say={length} />
      <Figure label="Seen to by nobody" of={calls.unanswered} />
    </Tiles>
    <ReplayedList
      title="By person"
      label="Calls by person"
      rows={calls.people}
      columns={peopleColumns}
      keyOf={({ person }) => person}
    />
    <ReplayedList
      title="Page by page"
      label="Pages and whom they would have called"
      rows={calls.would}
      columns={pageColumns}
      keyOf={keyOfPage}
    />
  </>
);
