import { type ReactNode, useMemo, useState } from "react";
import { amount, Card, type ErrorIssue, Segments, TimeChart, useAsk } from "#console";

const spans = { "24h": 24, "14d": 336, "90d": 2_160 } as const;
type Span = keyof typeof spans;
const hourMs = 3_600_000;
const marksMax = 8;

/** Hours become as wide as leaves about a hundred points: a fortnight by two hours, a quarter by the day. */
const hoursInPoint: Record<Span, number> = { "24h": 1, "14d": 2, "90d": 24 };

/** Half an event is none. */
const wholeOnly = (events: number): string => (Number.isInteger(events) ? amount(events) : "");

/** How often, over time, with the releases in which it was seen first marked. */
export function Occurrences({ id }: { id: string }): ReactNode {
  const [span, setSpan] = useState<Span>("14d");
  const { data } = useAsk<ErrorIssue>("errors.issue", { issue: id, hours: spans[span] });
  const drawn = useMemo(() => {
    if (!data) return undefined;
    const step = hoursInPoint[span];
    const last = Math.floor(Date.now() / hourMs) * hourMs;
    const points = Math.ceil(data.history.length / step);
    const values = Array.from({ length: points }, (_, at) =>
      data.history.slice(at * step, (at + 1) * step).reduce((sum, each) => sum + each, 0),
    );
    const at = values.map((_, place) => last - (points - 1 - place) * step * hourMs);
    const marks = data.releases
      .slice(0, marksMax)
      .map(({ release, firstAt }) => ({ at: firstAt, label: release }));
    return { at, marks, lines: [{ label: "Events", color: "--chart-5xx", values }] };
  }, [data, span]);
  return (
    <Card
      title="Occurrences"
      hint={span === "24h" ? "by hour" : span === "14d" ? "by two hours" : "by day"}
      aside={
        <Segments
          label="Occurrences over"
          value={span}
          options={[
            ["24h", "24 h"],
            ["14d", "14 d"],
            ["90d", "90 d"],
          ]}
          onPick={setSpan}
        />
      }
    >
      {drawn ? (
        <TimeChart
          {...drawn}
          height={150}
          label={`Events of ${id} over the last ${span}`}
          format={wholeOnly}
        />
      ) : (
        <div className="h-40" />
      )}
    </Card>
  );
}
