import { type ReactNode, useEffect, useState } from "react";
import {
  type AlertsNow,
  ask,
  count,
  type GatewayNow,
  Icon,
  ProblemError,
  useLiveness,
  useMe,
  useNow,
  useUnsent,
} from "#console";

const LATE_MS = 5_000;
const LOOK_EVERY_MS = 3_000;
/** What stands in for an answer of a process that is away. */
const AWAY_STATUSES: readonly number[] = [502, 503, 504];

type Parts = { noWorkers: boolean; noAlerts: boolean };
const allUp: Parts = { noWorkers: false, noAlerts: false };

/** What can be told now. Where control does not answer at all, what was known stays, and that is told elsewhere. */
async function partsNow(signal: AbortSignal): Promise<Partial<Parts>> {
  const [gateway, alerts] = await Promise.allSettled([
    ask<GatewayNow>("gateway.now", {}, signal),
    ask<AlertsNow>("alerts.now", {}, signal),
  ]);
  const isAway =
    alerts.status === "rejected" &&
    alerts.reason instanceof ProblemError &&
    AWAY_STATUSES.includes(alerts.reason.problem.status);
  return {
    ...(gateway.status === "fulfilled" ? { noWorkers: gateway.value.workers.length === 0 } : {}),
    ...(alerts.status === "fulfilled" || isAway ? { noAlerts: isAway } : {}),
  };
}

/** Looks again and again while the page is looked at: a room stays open for hours. */
function useParts(): Parts {
  const [parts, setParts] = useState(allUp);
  useEffect(() => {
    const stop = new AbortController();
    let isLooking = false;
    const look = async (): Promise<void> => {
      if (isLooking || document.visibilityState !== "visible") return;
      isLooking = true;
      try {
        const found = await partsNow(stop.signal);
        if (!stop.signal.aborted) setParts((before) => ({ ...before, ...found }));
      } finally {
        isLooking = false;
      }
    };
    void look();
    const timer = setInterval(() => void look(), LOOK_EVERY_MS);
    return () => {
      clearInterval(timer);
      stop.abort();
    };
  }, []);
  return parts;
}

/** Which half of Castor is down while one is: what on this page can be trusted, and what happens to what one writes. */
export function Degraded(): ReactNode {
  const liveness = useLiveness();
  const now = useNow();
  const unsent = useUnsent(useMe()?.id).length;
  const { noWorkers, noAlerts } = useParts();
  const isCut =
    (liveness?.state === "reconnecting" || liveness?.state === "connecting") &&
    now - liveness.since > LATE_MS;
  const kept =
    unsent === 0
      ? "What you write is kept in this browser and goes out once, when it is back."
      : `${count(unsent, "note")} ${unsent === 1 ? "is" : "are"} kept in this browser and ${unsent === 1 ? "goes" : "go"} out once, when it is back.`;
  const says = isCut
    ? [
        `Control does not answer from here: what you read is as old as the mark above says. ${noWorkers ? "When it was last heard of, no gateway worker ran either: visitors are not served." : "Visitors are served all the same."}`,
        kept,
      ]
    : [
        noWorkers ? "No gateway worker runs: visitors are not served." : "",
        noAlerts ? "The process that takes alerts is away: new alerts are not seen now." : "",
      ];
  const lines = says.filter((each) => each !== "");
  if (lines.length === 0) return null;
  return (
    <div
      role="alert"
      className="mb-5 flex gap-3 rounded-lg border border-warn/30 bg-warn-soft p-4 text-sm"
    >
      <Icon name="warning" className="mt-0.5 size-5 shrink-0 text-warn" />
      <div>
        <p className="font-semibold">A part of Castor is down</p>
        {lines.map((each) => (
          <p key={each} className="mt-0.5">
            {each}
          </p>
        ))}
      </div>
    </div>
  );
}
