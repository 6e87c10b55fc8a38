import { type ReactNode, useState } from "react";
import { Button, Card, count, type ErrorEvent } from "#console";

type Thrown = ErrorEvent["exceptions"][number];
type Frame = Thrown["frames"][number];

/** Frames of libraries that follow each other are one line until they are asked for. */
function runsOf(frames: readonly Frame[]): Frame[][] {
  const runs: Frame[][] = [];
  for (const frame of frames) {
    const last = runs.at(-1);
    if (last && !frame.inApp && last[0]?.inApp === false) last.push(frame);
    else runs.push([frame]);
  }
  return runs;
}

/** What was thrown, the outermost first, each with its frames. Texts are shown as texts: what an error says may be anything. */
export const Stacks = ({ event, brief }: { event: ErrorEvent; brief?: boolean }): ReactNode => (
  <>
    {event.message !== undefined && event.exceptions.length === 0 && (
      <Card title="Message">
        <p className="text-sm break-words whitespace-pre-wrap">{event.message}</p>
      </Card>
    )}
    {event.exceptions.map((thrown, at) => (
      // oxlint-disable-next-line react/no-array-index-key -- the order is what they are.
      <Stack key={at} thrown={thrown} brief={brief === true} isCause={at > 0} />
    ))}
  </>
);

const framesInBrief = 3;

function Stack({
  thrown,
  brief,
  isCause,
}: {
  thrown: Thrown;
  brief: boolean;
  isCause: boolean;
}): ReactNode {
  const [whole, setWhole] = useState(!brief);
  const runs = runsOf(thrown.frames);
  const own = runs.filter(([first]) => first?.inApp === true);
  const shown = whole ? runs : (own.length > 0 ? own : runs).slice(0, framesInBrief);
  return (
    <Card
      title={`${isCause ? "Caused by " : ""}${thrown.type || "Where it was said"}`}
      hint={thrown.handled === undefined ? undefined : thrown.handled ? "handled" : "unhandled"}
      aside={
        shown.length < runs.length ? (
          <Button onClick={() => setWhole(true)}>The whole stack</Button>
        ) : undefined
      }
    >
      {thrown.value !== "" && (
        <p className="mb-3 max-h-40 overflow-y-auto text-sm break-words whitespace-pre-wrap text-muted">
          {thrown.value}
        </p>
      )}
      {runs.length === 0 && <p className="text-sm text-faint">No stack was sent.</p>}
      <ol className="space-y-2">
        {shown.map((run, at) => (
          // oxlint-disable-next-line react/no-array-index-key -- the order is what they are.
          <Run key={at} run={run} open={at === 0} />
        ))}
      </ol>
    </Card>
  );
}

function Run({ run, open }: { run: Frame[]; open: boolean }): ReactNode {
  const [first] = run;
  if (first?.inApp === true || run.length === 1)
    return first ? <FrameView frame={first} open={open} /> : null;
  return (
    <li>
      <details>
        <summary className="rounded-md bg-sunken px-3 py-1.5 text-xs text-muted">
          {count(run.length, "frame")} of libraries
        </summary>
        <ol className="mt-2 space-y-2 pl-3">
          {run.map((frame, at) => (
            // oxlint-disable-next-line react/no-array-index-key -- the order is what they are.
            <FrameView key={at} frame={frame} open={false} />
          ))}
        </ol>
      </details>
    </li>
  );
}

const placeOf = ({ file, line, column }: Frame): string =>
  [file, line, column].filter((each) => each !== undefined).join(":");

function FrameView({ frame, open }: { frame: Frame; open: boolean }): ReactNode {
  const hasMore = frame.context !== undefined || frame.variables.length > 0;
  const head = (
    <>
      <span className={frame.inApp ? "font-medium" : "text-muted"}>
        {frame.name ?? "anonymous"}
      </span>{" "}
      <span className="text-xs break-all text-muted">{placeOf(frame)}</span>
      {frame.inApp && (
        <span className="ml-2 rounded-full bg-accent-soft px-2 py-0.5 text-xs text-accent">
          own code
        </span>
      )}
    </>
  );
  if (!hasMore) return <li className="text-sm">{head}</li>;
  return (
    <li className="text-sm">
      <details open={open || frame.inApp}>
        <summary>{head}</summary>
        {frame.context !== undefined && <Source frame={frame} />}
        {frame.variables.length > 0 && (
          <dl className="mt-2 grid grid-cols-[fit-content(40%)_minmax(0,1fr)] gap-x-3 gap-y-0.5 text-xs">
            {frame.variables.map(([name, value]) => (
              <div key={name} className="contents">
                <dt className="font-mono wrap-anywhere text-muted">{name}</dt>
                <dd className="font-mono break-all">{value}</dd>
              </div>
            ))}
          </dl>
        )}
      </details>
    </li>
  );
}

/** The line that broke, among those around it. */
function Source({ frame }: { frame: Frame }): ReactNode {
  const first = (frame.line ?? 1) - frame.before.length;
  const lines = [...frame.before, frame.context ?? "", ...frame.after];
  return (
    <pre
      tabIndex={0}
      aria-label={`Lines around ${placeOf(frame)}`}
      className="mt-1 overflow-x-auto rounded-md bg-sunken py-2 font-mono text-xs leading-5"
    >
      {lines.map((line, at) => {
        const isIt = at === frame.before.length;
        return (
          <div
            // oxlint-disable-next-line react/no-array-index-key -- lines of a file.
            key={at}
            className={`grid grid-cols-[3.5rem_auto] ${isIt ? "bg-bad-soft font-semibold text-bad" : "text-muted"}`}
          >
            <span className="pr-3 text-right select-none">{`${isIt ? "▸" : ""}${first + at}`}</span>
            <code>{line === "" ? " " : line}</code>
          </div>
        );
      })}
    </pre>
  );
}
