import type { ReactNode } from "react";
import type { GatewayNow, ProbesFailing, Service } from "../live/shapes.ts";
import { useLive } from "../live/use-live.ts";
import { Card, Empty, Loading } from "../ui/basics.tsx";
import { amount, duration, share } from "../ui/format.ts";
import { Icon } from "../ui/icon.tsx";
import { ProblemView } from "../ui/problem.tsx";
import { type Tone, toneIcon } from "../ui/status.tsx";
import { NowCharts } from "./charts.tsx";
import { Facts } from "./facts.tsx";
import { River } from "./river.tsx";
import { type Verdict, verdict } from "./verdict.ts";

const seal: Record<Tone, string> = {
  good: "bg-good-soft text-good",
  warn: "bg-warn-soft text-warn",
  bad: "bg-bad-soft text-bad",
  none: "bg-sunken text-muted",
};

const Headline = ({ verdict: { tone, title, says } }: { verdict: Verdict }): ReactNode => (
  <header className="mb-5 flex items-center gap-3.5 max-sm:mb-4" aria-live="polite">
    <span
      className={`flex size-11 shrink-0 items-center justify-center rounded-full ${seal[tone]}`}
    >
      <Icon name={toneIcon(tone)} className="size-5.5" />
    </span>
    <div className="min-w-0">
      <h1 className="text-xl font-semibold">{title}</h1>
      <p className="text-sm text-muted">{says}</p>
    </div>
  </header>
);

const shareOf = (part: number, whole: number): number => (whole === 0 ? 0 : part / whole);
const ERROR_SHARE_SHOWN = 0.01;

const Services = ({ now }: { now: GatewayNow }): ReactNode => (
  <Card title="Services">
    {now.services.length === 0 ? (
      <Empty icon="services" title="No traffic to any service yet" />
    ) : (
      <ul className="divide-y divide-line">
        {now.services.map((each) => {
          const errors = shareOf(each.errorsPerSecond, each.requestsPerSecond);
          return (
            <li
              key={each.service}
              className="flex flex-wrap items-baseline gap-x-6 gap-y-1 py-2.5 text-sm"
            >
              <span className="min-w-24 flex-1 font-medium">{each.service}</span>
              <span>{amount(each.requestsPerSecond)}/s</span>
              <span className={errors > ERROR_SHARE_SHOWN ? "text-bad" : "text-muted"}>
                {share(errors)} errors
              </span>
              <span className="text-muted">
                p50 {duration(each.latencyMs.p50)} · p99 {duration(each.latencyMs.p99)}
              </span>
            </li>
          );
        })}
      </ul>
    )}
    <Refusals refusals={now.refusals} />
  </Card>
);

const Refusals = ({ refusals }: { refusals: GatewayNow["refusals"] }): ReactNode => (
  <div className="mt-3 border-t border-line pt-3">
    <h3 className="mb-1.5 text-xs font-medium text-muted">Refused by the gateway</h3>
    {refusals.length === 0 ? (
      <p className="text-sm text-muted">Nothing right now.</p>
    ) : (
      <ul className="flex flex-wrap gap-2">
        {refusals.map(({ reason, perSecond }) => (
          <li key={reason} className="rounded-full bg-sunken px-3 py-1 text-xs">
            <span className="font-mono">{reason}</span>{" "}
            <span className="font-semibold">{amount(perSecond)}/s</span>
          </li>
        ))}
      </ul>
    )}
  </div>
);

/** The page that is open on the wall and on the phone: is it fine, and if not, what is not. */
export function NowPage(): ReactNode {
  const traffic = useLive<GatewayNow>("gateway.now");
  const catalog = useLive<Service[]>("catalog.services");
  // The page does not wait for it: what it says is added when it is there.
  const outside = useLive<ProbesFailing>("probes.failing");
  const now = traffic.data;
  const error = traffic.error ?? catalog.error;
  if (!now || !catalog.data) {
    if (error) return <ProblemView error={error} retry={traffic.retry} />;
    return (
      <>
        <h1 className="sr-only">Now</h1>
        <Loading what="what happens now" lines={8} />
      </>
    );
  }
  return (
    <>
      <Headline verdict={verdict(now, catalog.data, outside.data)} />
      <div className="grid gap-4">
        {catalog.data.length === 0 ? (
          <Card>
            <Empty icon="services" title="No service yet">
              Run <code className="font-mono">castor protect http://localhost:3000</code> to put the
              dam in front of a site, or add a service to{" "}
              <code className="font-mono">castor.yaml</code>.
            </Empty>
          </Card>
        ) : (
          <River now={now} services={catalog.data} />
        )}
        <NowCharts now={now} />
        <div className="grid gap-4 lg:grid-cols-[1fr_1fr]">
          <Facts />
          <Services now={now} />
        </div>
      </div>
    </>
  );
}
