import type { ReactNode } from "react";
import {
  Badge,
  bytes,
  Card,
  count,
  span,
  Empty,
  type FreezeCoverage,
  type FreezeForms,
  type FreezeStatus,
  Loading,
  PageHead,
  ProblemView,
  share,
  Tile,
  Tiles,
  useAsk,
  useLive,
  useMay,
} from "#console";
import { Curve } from "./console/curve.tsx";
import { Deeds } from "./console/deeds.tsx";
import { Forms, Lacks, Pages } from "./console/tables.tsx";

type Site = FreezeStatus["sites"][number];

const Figures = ({ site: { snapshot, ageMs, forms } }: { site: Site }): ReactNode => (
  <Tiles>
    <Tile label="The copy is" value={ageMs === undefined ? "not there" : `${span(ageMs)} old`} />
    <Tile
      label="Pages"
      value={String(snapshot?.pages ?? 0)}
      says={`${snapshot?.files ?? 0} files`}
    />
    <Tile label="Size" value={bytes(snapshot?.bytes ?? 0)} />
    <Tile
      label="Visits covered"
      value={typeof snapshot?.coverage === "number" ? share(snapshot.coverage) : "–"}
      says="when it was taken"
    />
    <Tile label="Missing" value={String(snapshot?.missing ?? 0)} says="things that pages need" />
    <Tile
      label="Kept forms"
      value={String(forms.waiting)}
      says={`${forms.sent} sent, ${forms.failed} failed`}
    />
  </Tiles>
);

/** Only operators may see who sent what. */
function KeptForms({ service }: { service: string }): ReactNode {
  const { data } = useLive<FreezeForms>("freeze.forms", { service });
  if (data === undefined || data.forms.length === 0) return null;
  return (
    <Card title="Kept forms" hint="sent after the thaw, oldest first" flush>
      <Forms service={service} forms={data.forms} />
    </Card>
  );
}

type SiteProps = { site: Site; coverage: FreezeCoverage["sites"][number] | undefined };

function SiteView({ site, coverage }: SiteProps): ReactNode {
  const { service, frozen, lastFailure } = site;
  const operator = useMay("operator");
  return (
    <div className="grid gap-4">
      <Card
        title={service}
        hint={frozen ? `frozen: ${frozen.reason}` : "visitors reach the origin"}
        aside={<Badge tone={frozen ? "warn" : "good"}>{frozen ? "frozen" : "live"}</Badge>}
      >
        <Deeds site={site} />
        {lastFailure !== undefined && (
          <p className="mt-3 text-sm text-bad">The last try to copy it failed: {lastFailure}</p>
        )}
      </Card>
      <Figures site={site} />
      {coverage && (
        <Card title="What a freeze would cover" hint={coverage.says}>
          <Curve pages={coverage.pages} says={coverage.says} />
        </Card>
      )}
      {operator && <KeptForms service={service} />}
      {coverage && (
        <Card
          title="Pages"
          hint={`visits of the last hours, ${count(coverage.pages.length, "page")}`}
          flush
        >
          <Pages coverage={coverage} />
          <Lacks coverage={coverage} />
        </Card>
      )}
    </div>
  );
}

/** The site's own copy: what is in it, how old it is, and the button that serves it. */
export function FreezePage(): ReactNode {
  const status = useLive<FreezeStatus>("freeze.status");
  const coverage = useAsk<FreezeCoverage>("freeze.coverage");
  return (
    <>
      <PageHead
        title="Freeze"
        says="The site's own copy, taken from what people visit. While it is frozen, visitors get the copy and the origin gets a rest."
      />
      {status.error && <ProblemView error={status.error} retry={status.retry} />}
      {!status.data && !status.error && <Loading what="the copies" lines={6} />}
      {status.data?.sites.length === 0 && (
        <Empty icon="freeze" title="No site is kept for freezing">
          Name one in <code className="font-mono">castor.yaml</code>:{" "}
          <code className="font-mono">{"freeze: { sites: { blog: {} } }"}</code>
        </Empty>
      )}
      <div className="grid gap-10">
        {status.data?.sites.map((site) => (
          <SiteView
            key={site.service}
            site={site}
            coverage={coverage.data?.sites.find(({ service }) => service === site.service)}
          />
        ))}
      </div>
    </>
  );
}
