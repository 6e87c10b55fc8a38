import type { ReactNode } from "react";
import { usePlace } from "#console";
import { NoiseView } from "./console/noise.tsx";
import { NowView } from "./console/now.tsx";
import { ReplayView } from "./console/replay.tsx";
import { RulesView } from "./console/rules.tsx";

/** What is wrong now, what is looked at, what it costs people, and what another rule would have made of the past. */
export function AlertsPage(): ReactNode {
  const { search } = usePlace();
  switch (search.get("view")) {
    case "rules":
      return <RulesView />;
    case "noise":
      return <NoiseView />;
    case "replay":
      return <ReplayView key={search.get("change") ?? ""} />;
    default:
      return <NowView />;
  }
}
