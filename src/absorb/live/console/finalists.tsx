import { type ReactNode, useState } from "react";
import {
  Card,
  type Column,
  duration,
  Field,
  Form,
  Loading,
  ProblemView,
  Table,
  textOf,
  useLive,
  useSend,
} from "#console";
import type { FinalistNow, Rank, ShowNow } from "../contract.ts";

type Answer = { isRanked: boolean; finalists: FinalistNow[] };

const columns: Column<FinalistNow>[] = [
  { head: "#", cell: ({ rank }) => <b className="tabular-nums">{rank}</b> },
  {
    head: "Who",
    cell: ({ name, contact, index }) =>
      name === null ? (
        <span className="text-muted">Player {index + 1}, who has not said who they are</span>
      ) : (
        <span>
          {name} <span className="text-xs text-muted">{contact}</span>
        </span>
      ),
  },
  { head: "Right", number: true, cell: ({ right }) => right },
  { head: "Time", number: true, cell: ({ latencyMs }) => duration(latencyMs) },
];

/** Somebody asks where they came: they know their number from their token, or their backend knows it. */
function AnyRank({ show }: { show: string }): ReactNode {
  const send = useSend();
  const [found, setFound] = useState<Rank>();
  return (
    <div className="border-t border-line p-5 max-sm:px-4">
      <Form
        submit="Find their place"
        onSubmit={async (fields) => {
          setFound(undefined);
          const index = Number(textOf(fields, "player")) - 1;
          setFound((await send("live.rank", { show, index })) as Rank);
        }}
        aside={
          <p role="status" className="text-sm">
            {found &&
              (found.rank === null
                ? `Player ${found.index + 1} had nothing right.`
                : `Player ${found.index + 1} is number ${found.rank.toLocaleString()}: ${found.right} right in ${duration(found.latencyMs)}.`)}
          </p>
        }
      >
        <Field
          label="Any other player, by number"
          name="player"
          type="number"
          min={1}
          step={1}
          required
          className="max-w-60"
        />
      </Form>
    </div>
  );
}

/** The fastest who got most right. They are asked on their own phones whether they want to be named. */
export function Finalists({ show }: { show: ShowNow }): ReactNode {
  const { data, error, retry } = useLive<Answer>("live.finalists", { show: show.show });
  return (
    <Card title="Final ranking" hint="most right answers, then the least time" flush>
      {error && <ProblemView error={error} retry={retry} />}
      {!data && !error && <Loading what="the ranking" lines={3} />}
      {data && !data.isRanked && (
        <p className="p-5 text-sm text-muted">The nodes are being asked for their fastest.</p>
      )}
      {data?.isRanked === true && data.finalists.length === 0 && (
        <p className="p-5 text-sm text-muted">Nobody had a right answer, or nothing had one.</p>
      )}
      {data && data.finalists.length > 0 && (
        <Table
          label="Finalists"
          rows={data.finalists}
          columns={columns}
          keyOf={({ index }) => String(index)}
        />
      )}
      {data?.isRanked === true && show.stage === "finished" && <AnyRank show={show.show} />}
    </Card>
  );
}
