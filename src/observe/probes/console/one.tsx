import { type ReactNode, useMemo, useState } from "react";
import {
  Button,
  duration,
  Link,
  Loading,
  type Probe,
  type ProbeOne,
  ProblemView,
  Segments,
  send,
  mostly,
  TimeChart,
  ToneMark,
  useAsk,
  useMay,
  useTask,
} from "#console";

const spans = { "3h": 3, "24h": 24, "7d": 168, "30d": 720 } as const;
type Span = keyof typeof spans;
type Tried = { ok: boolean; says: string };

const ms = (value: number): string => `${Math.round(value)} ms`;
const anything = (values: readonly (number | null)[]): boolean =>
  values.some((each) => each !== null && each > 0);

function Charts({ probe, history }: { probe: string; history: ProbeOne["history"] }): ReactNode {
  const { at, lines, failed } = useMemo(() => {
    const { from, stepMs, medianMs, slowMs, failed: failures } = history;
    return {
      at: medianMs.map((_, place) => from + place * stepMs),
      lines: [
        { label: "Half took less", color: "--chart-p50", values: medianMs },
        { label: "19 of 20 took less", color: "--chart-p95", values: slowMs },
      ],
      failed: [{ label: "Failed beats", color: "--chart-5xx", values: failures }],
    };
  }, [history]);
  const isEmpty = !anything(history.medianMs) && !anything(history.failed);
  if (isEmpty) return <p className="py-6 text-sm text-muted">Nothing was counted in that time.</p>;
  return (
    <>
      <TimeChart at={at} lines={lines} format={ms} height={170} label={`Time that ${probe} took`} />
      {anything(history.failed) && (
        <TimeChart at={at} lines={failed} height={100} label={`Failed beats of ${probe}`} />
      )}
    </>
  );
}

/** Asks once and now, and says what came back. */
function CheckNow({ probe }: { probe: string }): ReactNode {
  const task = useTask();
  const [tried, setTried] = useState<Tried>();
  const check = async (): Promise<void> => setTried(await send<Tried>("probes.check", { probe }));
  return (
    <div className="flex flex-wrap items-center gap-3">
      <Button busy={task.busy} onClick={() => void task.run(check)}>
        Check now
      </Button>
      <p role="status" className="flex min-w-0 items-center gap-2 text-sm wrap-anywhere">
        {tried && (
          <>
            <ToneMark tone={tried.ok ? "good" : "bad"} />
            {tried.says}
          </>
        )}
      </p>
      {task.error && <ProblemView error={task.error} />}
    </div>
  );
}

/** What a probe expects, how it was, and a button that asks now. */
export function One({ probe }: { probe: Probe }): ReactNode {
  const [span, setSpan] = useState<Span>("3h");
  const mayCheck = useMay("responder");
  const { probe: name, everyMs, service, certificate } = probe;
  const { data, error, retry } = useAsk<ProbeOne>("probes.show", {
    probe: name,
    hours: spans[span],
  });
  return (
    <div className="grid gap-4 border-t border-line bg-sunken px-5 py-4 max-sm:px-4">
      {error && <ProblemView error={error} retry={retry} />}
      {!data && !error && <Loading what={name} lines={5} />}
      {data && (
        <>
          <div className="flex flex-wrap items-start justify-between gap-4">
            <div className="min-w-0 text-sm">
              <p className="text-muted">Asked every {duration(everyMs)}; well when it</p>
              <ul className="mt-1 list-disc pl-5">
                {data.expects.map((each) => (
                  <li key={each} className="wrap-anywhere">
                    {each}
                  </li>
                ))}
              </ul>
              {certificate && (
                <p className="mt-2 wrap-anywhere text-muted">
                  Certificate of {certificate.issuer} for {certificate.names.join(", ")}
                </p>
              )}
              <p className="mt-2 text-muted">
                {data.passedOfMonth !== null &&
                  `${mostly(data.passedOfMonth)} of 30 days passed · `}
                <Link
                  href={`/log?text=${encodeURIComponent(`Probe ${name} `)}`}
                  className="text-accent underline"
                >
                  Its log
                </Link>
                {service !== null && (
                  <>
                    {" · "}
                    <Link
                      href={`/services?service=${encodeURIComponent(service)}`}
                      className="text-accent underline"
                    >
                      Service {service}
                    </Link>
                  </>
                )}
              </p>
            </div>
            <Segments
              label={`Over how long ${name} is shown`}
              value={span}
              options={Object.keys(spans).map((each) => [each as Span, each] as const)}
              onPick={setSpan}
            />
          </div>
          <Charts probe={name} history={data.history} />
          {mayCheck && <CheckNow probe={name} />}
        </>
      )}
    </div>
  );
}
