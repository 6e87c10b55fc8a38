import type { ReactNode } from "react";
import {
  Card,
  count,
  Empty,
  Loading,
  PageHead,
  type Probe,
  type Probes,
  ProblemView,
  useLive,
  useMay,
  usePlace,
} from "#console";
import { One } from "./console/one.tsx";
import { Row } from "./console/row.tsx";
import { TryAnAddress } from "./console/try.tsx";

const ranks: Record<Probe["state"], number> = { failing: 0, unknown: 1, passing: 2 };
/** What fails stands first; then by name, so that nothing moves while one reads. */
const ordered = (all: readonly Probe[]): Probe[] =>
  all.toSorted((a, b) => ranks[a.state] - ranks[b.state] || (a.probe < b.probe ? -1 : 1));

function words(all: readonly Probe[]): string {
  const failing = all.filter(({ state }) => state === "failing").length;
  if (failing > 0) return `${failing} of ${count(all.length, "probe")} fail`;
  const isSure = all.every(({ state }) => state === "passing");
  return `${count(all.length, "probe")}, ${isSure ? "all pass" : "none fails"}`;
}

/** What Castor sees from outside, as people reach it. */
export function ProbesPage(): ReactNode {
  const { data, error, retry } = useLive<Probes>("probes.list");
  const chosen = usePlace().search.get("probe");
  const mayTry = useMay("admin");
  return (
    <>
      <PageHead
        title="Probes"
        says="What Castor sees from outside, as people reach it: pages, ports, certificates and names, with the last 64 beats of each. Tall bars are failures."
      >
        {mayTry && <TryAnAddress />}
      </PageHead>
      {error && <ProblemView error={error} retry={retry} />}
      {!data && !error && <Loading what="the probes" lines={6} />}
      {data?.length === 0 && (
        <Empty icon="target" title="No probe yet">
          Write one into <code className="font-mono">castor.yaml</code>; it appears here by itself:{" "}
          <code className="font-mono wrap-anywhere">
            {"probes: { front: { url: https://shop.example/ } }"}
          </code>
        </Empty>
      )}
      {data && data.length > 0 && (
        <Card title={words(data)} flush>
          <ul className="divide-y divide-line" aria-label="Probes">
            {ordered(data).map((probe) => (
              <li key={probe.probe}>
                <Row probe={probe} isOpen={probe.probe === chosen} />
                {probe.probe === chosen && <One probe={probe} />}
              </li>
            ))}
          </ul>
        </Card>
      )}
    </>
  );
}
