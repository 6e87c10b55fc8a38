import type { ReactNode } from "react";
import { OnCallTeams } from "../../respond/on-call/console.tsx";
import { NeededNow, Simulator } from "../../respond/paging/console.tsx";
import { PageHead } from "../ui/basics.tsx";

/** Who is woken: for what right now, who has the next weeks, and who would be called for something else. */
export const OnCallPage = (): ReactNode => (
  <>
    <PageHead title="On-call" says="Who is woken now, who has the next weeks, and who stands in." />
    <NeededNow />
    <OnCallTeams />
    <Simulator />
  </>
);
