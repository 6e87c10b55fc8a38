import { type ReactNode, useState } from "react";
import {
  Card,
  Choice,
  Field,
  Loading,
  type PagingWho,
  ProblemView,
  type Services,
  span,
  useAsk,
} from "#console";

const severities = ["critical", "error", "warning", "info"] as const;
const day = new Intl.DateTimeFormat("en-GB", {
  weekday: "short",
  hour: "2-digit",
  minute: "2-digit",
});

type Step = PagingWho["steps"][number];
const after = (ms: number): string => (ms <= 0 ? "at once" : `after ${span(ms)}`);

/** One step: who, and over what, how long after the step began. */
const StepRow = ({
  step,
  place,
  sinceMs,
  at,
}: {
  step: Step;
  place: number;
  sinceMs: number;
  at: number;
}): ReactNode => (
  <li className="grid grid-cols-[5.5rem_minmax(0,1fr)] gap-x-4 py-2.5 text-sm max-sm:grid-cols-1">
    <span className="text-muted">{place === 0 ? "At once" : after(sinceMs)}</span>
    {step.callees.length === 0 ? (
      <span className="text-muted">nobody, so the next step comes at once</span>
    ) : (
      <ul className="grid gap-1">
        {step.callees.map(({ person, ways }) => (
          <li key={person}>
            <span className="font-medium">{person}</span>
            <span className="text-muted">
              {": "}
              {ways
                .map((way) =>
                  way.at - at > 3_600_000
                    ? `${way.channel}, held until ${day.format(way.at)}`
                    : `${way.channel} ${after(way.at - at)}`,
                )
                .join("; ")}
            </span>
          </li>
        ))}
      </ul>
    )}
  </li>
);

/** When each step begins: what nobody is in takes no time. */
function startsOf(steps: readonly Step[]): number[] {
  let at = 0;
  return steps.map(({ callees, afterMs }) => {
    const begins = at;
    if (callees.length > 0) at += afterMs;
    return begins;
  });
}

const Answer = ({ who, at }: { who: PagingWho; at: number }): ReactNode => {
  const starts = startsOf(who.steps);
  return (
    <div className="grid gap-2">
      <ol className="divide-y divide-line">
        {who.steps.map((step, place) => (
          // oxlint-disable-next-line react/no-array-index-key -- a step is its place.
          <StepRow key={place} step={step} place={place} sinceMs={starts[place] ?? 0} at={at} />
        ))}
      </ol>
      <p className="text-xs text-faint">
        Then it begins again, until somebody acknowledges. Policy of the receiver{" "}
        <code className="font-mono">{who.receiver}</code>;{" "}
        {who.urgency === "high" ? "it wakes people" : "it waits for waking hours"}.
      </p>
    </div>
  );
};

/** "Who would be called, and how?": the same code that calls them, asked beforehand. */
export function Simulator(): ReactNode {
  const services = useAsk<Services>("catalog.services").data ?? [];
  const [service, setService] = useState("");
  const [severity, setSeverity] = useState<string>("critical");
  const [when, setWhen] = useState("");
  const at = when === "" ? undefined : new Date(when).getTime();
  const asked = { severity, service: service === "" ? undefined : service, at };
  const { data, error, retry, updatedAt } = useAsk<PagingWho>("paging.who", asked);
  return (
    <Card title="Who would be called?" hint="nobody is called by asking" className="mt-6">
      <div className="grid gap-4">
        <div className="grid gap-4 sm:grid-cols-3">
          <Choice
            label="An alert about"
            value={service}
            onChange={(event) => setService(event.target.value)}
            options={[["", "anything"], ...services.map(({ id }) => [id, id] as const)]}
          />
          <Choice
            label="How bad"
            value={severity}
            onChange={(event) => setSeverity(event.target.value)}
            options={severities.map((each) => [each, each] as const)}
          />
          <Field
            label="When"
            type="datetime-local"
            value={when}
            onChange={(event) => setWhen(event.target.value)}
            hint="Now, when empty."
          />
        </div>
        {error && <ProblemView error={error} retry={retry} />}
        {!data && !error && <Loading what="who would be called" lines={2} />}
        {data &&
          (data.steps.every(({ callees }) => callees.length === 0) ? (
            <p className={`text-sm ${data.urgency === "none" ? "text-muted" : "text-bad"}`}>
              {data.urgency === "none" ? (
                <>Nobody: what is so mild calls no one. It is under Alerts for when you look.</>
              ) : (
                <>
                  Nobody: no one stands under <code className="font-mono">paging.people</code>.
                </>
              )}
            </p>
          ) : (
            <Answer who={data} at={at ?? updatedAt} />
          ))}
      </div>
    </Card>
  );
}
