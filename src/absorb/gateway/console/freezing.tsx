import { type ReactNode, useState } from "react";
import {
  amount,
  Choice,
  type FreezeCoverage,
  type FreezeStatus,
  type GatewayNow,
  span,
  useAsk,
  useLive,
  useSend,
} from "#console";
import { Intervention } from "./intervention.tsx";

type Site = FreezeStatus["sites"][number];
type Service = GatewayNow["services"][number];

/** What freezing this site means now, in numbers. */
function FreezeEffect({ site, service }: { site: Site; service: Service | undefined }): ReactNode {
  const covered = useAsk<FreezeCoverage>("freeze.coverage", { service: site.service }).data;
  const rate = service?.requestsPerSecond ?? 0;
  const coverage = site.snapshot?.coverage ?? null;
  return (
    <>
      <p>
        Visitors of <b>{site.service}</b> read the copy of {span(site.ageMs ?? 0)} ago:{" "}
        {covered?.sites[0]?.says ?? `${amount(site.snapshot?.pages ?? 0)} pages`}.
      </p>
      <p>
        {amount(rate)} requests/s stop reaching the service
        {coverage === null
          ? "; how many of them the copy answers is not known yet."
          : `; about ${amount(rate * (1 - coverage))}/s ask for pages that the copy lacks and are told so.`}
      </p>
      <p>Forms are kept and sent after the thaw, or refused, as configured.</p>
    </>
  );
}

/** Freezes a site, thaws it, or takes the snapshot that is missing. */
export function FreezeButton({ now }: { now: GatewayNow }): ReactNode {
  const send = useSend("freeze.status", "surge.status");
  const sites = useLive<FreezeStatus>("freeze.status").data?.sites ?? [];
  const [picked, setPicked] = useState<string>();
  const site = sites.find(({ service }) => service === picked) ?? sites[0];
  if (!site) return null;
  const service = now.services.find((each) => each.service === site.service);
  if (site.frozen)
    return (
      <Intervention
        what="Thaw"
        icon="sun"
        title={`Thaw ${site.service}`}
        submit="Thaw now"
        done={`${site.service} is thawed`}
        asksWhy={false}
        effect={
          <>
            <p>
              It is frozen since {span(now.at - site.frozen.since)}: {site.frozen.reason}.
            </p>
            <p>
              {amount(service?.requestsPerSecond ?? 0)} requests/s reach the service again, and{" "}
              {amount(site.forms.waiting)} kept forms are sent to it.
            </p>
          </>
        }
        act={() => send("freeze.end", { service: site.service })}
      />
    );
  if (!site.snapshot)
    return (
      <Intervention
        what="Freeze"
        icon="file"
        title={`Freeze ${site.service}`}
        submit="Take a snapshot now"
        done={`A snapshot of ${site.service} is being taken`}
        asksWhy={false}
        effect={
          <>
            <p>
              There is no snapshot of <b>{site.service}</b> yet, so there is nothing to freeze it
              with.
            </p>
            <p>
              Taking one asks the service for its most visited pages and what they need, a few
              requests per second, fewer when it is slow.
            </p>
            {site.lastFailure !== undefined && <p>The last time it failed: {site.lastFailure}.</p>}
          </>
        }
        act={() => send("freeze.crawl", { service: site.service })}
      />
    );
  return (
    <Intervention
      what="Freeze"
      icon="file"
      title={`Freeze ${site.service}`}
      submit="Freeze now"
      done={`${site.service} is frozen`}
      timed
      effect={<FreezeEffect site={site} service={service} />}
      act={({ reason, for: length }) =>
        send("freeze.start", { service: site.service, reason, for: length })
      }
    >
      {sites.length > 1 && (
        <Choice
          label="Service"
          value={site.service}
          onChange={({ currentTarget }) => setPicked(currentTarget.value)}
          options={sites.map((each) => [each.service, each.service] as const)}
        />
      )}
    </Intervention>
  );
}
