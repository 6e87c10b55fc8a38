import type { ReactNode } from "react";
import { Badge, date, For, type Probe, search, mostly, Strip, type Tone, useNow } from "#console";

const looks: Record<Probe["state"], readonly [tone: Tone, word: string]> = {
  passing: ["good", "passes"],
  failing: ["bad", "fails"],
  unknown: ["none", "not known"],
};
const dayMs = 86_400_000;

/** `27 Nov 2026, in 5 days`, and whether that is soon. */
function Certificate({ certificate }: Pick<Probe, "certificate">): ReactNode {
  const now = useNow();
  if (!certificate) return null;
  const days = Math.floor((certificate.until - now) / dayMs);
  const left = days < 0 ? "has ended" : days === 1 ? "1 more day" : `${days} more days`;
  return (
    <p className={`text-xs ${certificate.isEnding ? "font-medium text-warn" : "text-muted"}`}>
      Certificate until {date(certificate.until)}, {left}
    </p>
  );
}

/** One probe as a line: what it asks, how its last beats went, and why; its name opens the rest. */
export function Row({ probe, isOpen }: { probe: Probe; isOpen: boolean }): ReactNode {
  const [tone, word] = looks[probe.state];
  const { last, passedOfDay } = probe;
  return (
    <div className="grid grid-cols-[minmax(11rem,0.7fr)_minmax(12rem,1fr)_6rem_8rem] items-center gap-x-5 gap-y-2 px-5 py-3.5 max-lg:grid-cols-[minmax(0,1fr)_auto] max-sm:px-4">
      <div className="min-w-0">
        <button
          type="button"
          aria-expanded={isOpen}
          onClick={() => search({ probe: isOpen ? undefined : probe.probe })}
          className="min-h-6 max-w-full cursor-pointer truncate text-left text-sm font-medium hover:underline max-sm:min-h-10"
        >
          {probe.probe}
        </button>
        <p className="truncate text-xs text-muted" title={probe.target}>
          {probe.target}
        </p>
      </div>
      <div className="min-w-0 max-lg:col-span-2 max-lg:row-start-2">
        <Strip beats={probe.strip} label={`Beats of ${probe.probe}`} />
        <p className={`text-xs wrap-anywhere ${tone === "bad" ? "text-bad" : "text-muted"}`}>
          {tone === "bad" ? probe.why : (last?.says ?? "Its first beat is on its way")}
        </p>
        <Certificate certificate={probe.certificate} />
      </div>
      <div className="text-right max-lg:hidden">
        <p className="text-sm font-medium tabular-nums">
          {passedOfDay === null ? "–" : mostly(passedOfDay)}
        </p>
        <p className="text-xs text-muted">of 24 h passed</p>
      </div>
      <div className="text-right">
        <Badge tone={tone}>{word}</Badge>
        {probe.since !== null && (
          <p className="mt-1 text-xs text-muted">
            for <For since={probe.since} />
          </p>
        )}
      </div>
    </div>
  );
}
