import { type ReactNode, useState } from "react";
import {
  amount,
  bytes,
  type CacheNow,
  Choice,
  Field,
  type FreezeCoverage,
  type FreezeStatus,
  type GatewayNow,
  share,
  span,
  textOf,
  useAsk,
  useLive,
  useMay,
  useSend,
} from "#console";
import { Intervention } from "./intervention.tsx";
import { Stopping } from "./stopping.tsx";

type Site = FreezeStatus["sites"][number];
type Service = GatewayNow["services"][number];

/** What freezing this site means now, in numbers. */
function FreezeEffect({ site, service }: { site: Site; service: Service | undefined }): ReactNode {
  const covered = useAsk<FreezeCoverage>("freeze.coverage", { service: site.service }).data;
  const { snapshot, ageMs } = site;
  if (!snapshot) return <p>There is no snapshot yet. Take one first: castor freeze crawl.</p>;
  const rate = service?.requestsPerSecond ?? 0;
  const share_ = snapshot.coverage;
  return (
    <>
      <p>
        Visitors of <b>{site.service}</b> read the copy of {span(ageMs ?? 0)} ago:{" "}
        {covered?.sites[0]?.says ?? `${amount(snapshot.pages)} pages`}.
      </p>
      <p>
        {amount(rate)} requests/s stop reaching the service
        {share_ === null
          ? "; how many of them the copy answers is not known yet."
          : `; about ${amount(rate * (1 - share_))}/s ask for pages that the copy lacks and are told so.`}
      </p>
      <p>Forms are kept and sent after the thaw, or refused, as configured.</p>
    </>
  );
}

function FreezeButton({ now }: { now: GatewayNow }): ReactNode {
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

const targets = [
  ["prefix", "Every address that starts so"],
  ["url", "One address"],
  ["tag", "Everything with a tag"],
] as const;

function PurgeButton({ cache }: { cache: CacheNow }): ReactNode {
  const send = useSend("cache.now");
  const [by, setBy] = useState<(typeof targets)[number][0]>("prefix");
  const held = cache.workers.reduce((sum, { entries }) => sum + entries, 0);
  const size = cache.workers.reduce((sum, each) => sum + each.bytes, 0);
  const spared = ["hit", "stale", "coalesced"].reduce(
    (sum, how) => sum + (cache.perSecond[how] ?? 0),
    0,
  );
  return (
    <Intervention
      what="Purge"
      icon="trash"
      title="Purge the cache"
      submit="Purge now"
      done="The purge is on its way to all workers"
      danger
      asksWhy={false}
      effect={
        <>
          <p>
            The workers hold {amount(held)} copies, {bytes(size)}, and answer {amount(spared)}{" "}
            requests/s with them (
            {cache.hitRatio === null ? "no requests now" : share(cache.hitRatio)}).
          </p>
          <p>
            What is purged comes from the service once more: each page once, however many ask for
            it. Purged softly, the old copy still stands in if the service fails.
          </p>
        </>
      }
      act={({ fields }) =>
        send("cache.purge", { [by]: textOf(fields, "target"), soft: fields.get("how") === "soft" })
      }
    >
      <Choice
        label="What"
        value={by}
        onChange={({ currentTarget }) => setBy(currentTarget.value as typeof by)}
        options={targets}
      />
      <Field
        label={by === "tag" ? "Tag" : "Address"}
        name="target"
        required
        placeholder={by === "tag" ? "article-42" : "https://shop.example/blog/"}
      />
      <Choice
        label="How"
        name="how"
        options={[
          ["soft", "Softly: kept in case the service fails"],
          ["hard", "Hard: forgotten"],
        ]}
      />
    </Intervention>
  );
}

/** What an operator can do at once; each says what it will do first. */
export function Interventions({
  now,
  cache,
}: {
  now: GatewayNow;
  cache: CacheNow | undefined;
}): ReactNode {
  const may = useMay("operator");
  if (!may) return null;
  return (
    <>
      <FreezeButton now={now} />
      <Stopping now={now} />
      {cache && cache.rules.length > 0 && <PurgeButton cache={cache} />}
    </>
  );
}
