import type { ReactNode } from "react";
import type * as z from "zod";
import {
  Badge,
  Button,
  Choice,
  Empty,
  go,
  Loading,
  PageHead,
  ProblemView,
  search,
  Segments,
  type Tone,
  useLive,
  useMay,
  usePlace,
} from "#console";
import { Cues } from "./console/cues.tsx";
import { Doors } from "./console/doors.tsx";
import { ChangeShow, NewShow } from "./console/draft-form.tsx";
import { Finalists } from "./console/finalists.tsx";
import { OnAirCharts, OnAirFigures } from "./console/on-air.tsx";
import { PlanPanel } from "./console/plan.tsx";
import { PrivacyCard } from "./console/privacy.tsx";
import type { ShowNow, showsNow } from "./contract.ts";

type Shows = z.infer<(typeof showsNow)["output"]>;

const stages: Record<ShowNow["stage"], { tone: Tone; says: string }> = {
  planned: { tone: "none", says: "doors closed" },
  open: { tone: "good", says: "doors open" },
  finished: { tone: "warn", says: "over" },
  erased: { tone: "none", says: "over, answers erased" },
};

const NoShow = ({ mayPlan }: { mayPlan: boolean }): ReactNode => (
  <Empty icon="people" title="No show yet">
    <p>
      A quiz, a poll or a vote for a crowd that answers in the same minute.
      {mayPlan
        ? " Plan one here, or write it into castor.yaml."
        : " Whoever operates this Castor can plan one."}
    </p>
    {mayPlan && (
      <div className="mt-4 flex justify-center">
        <PlanOne kind="primary" />
      </div>
    )}
  </Empty>
);

const PlanOne = ({ kind }: { kind: "primary" | "plain" }): ReactNode => (
  <Button kind={kind} icon="plus" onClick={() => go("/live?new=show")}>
    Plan a show
  </Button>
);

function Show({ show }: { show: ShowNow }): ReactNode {
  const mayOperate = useMay("operator");
  const isSeen = show.stage !== "planned" && mayOperate;
  const { tone, says } = stages[show.stage];
  return (
    <section aria-label={`Show ${show.show}`} className="grid gap-6">
      <header className="flex flex-wrap items-center gap-x-3 gap-y-2">
        <h2 className="text-lg font-semibold">{show.title}</h2>
        <Badge tone={tone}>{says}</Badge>
        {show.show.endsWith("~rehearsal") && (
          <Badge tone="warn">
            rehearsal{show.run > 1 ? `, number ${show.run}` : ""}: nothing here touches the show
          </Badge>
        )}
        <Doors show={show} />
      </header>
      {isSeen && <OnAirFigures show={show} />}
      <div className="grid items-start gap-6 xl:grid-cols-2">
        <div className="grid gap-6">
          {show.finishedAt !== null && mayOperate && <Finalists show={show} />}
          <Cues show={show} />
        </div>
        <div className="grid gap-6">
          {isSeen && <OnAirCharts show={show} />}
          <PrivacyCard show={show} />
        </div>
      </div>
      <PlanPanel show={show.show} />
    </section>
  );
}

/** So many names stand beside each other. */
const besideMax = 5;

function PickShow({ shows, shown }: { shows: readonly ShowNow[]; shown: string }): ReactNode {
  const of = {
    label: "Show",
    value: shown,
    options: shows.map(({ show }) => [show, show] as const),
  };
  const pick = (show: string): void => search({ show }, "replace");
  return shows.length <= besideMax ? (
    <Segments {...of} onPick={pick} />
  ) : (
    <Choice {...of} hideLabel onChange={({ target }) => pick(target.value)} />
  );
}

/** Shows and their rehearsals: what comes next, how it goes, what it will take. */
export function LivePage(): ReactNode {
  const { search: asked } = usePlace();
  const mayPlan = useMay("operator");
  const changed = asked.get("change");
  if (mayPlan && asked.has("new")) return <NewShow />;
  return changed === null || !mayPlan ? (
    <ShowsPage picked={asked.get("show")} />
  ) : (
    <ChangeShow show={changed} />
  );
}

function ShowsPage({ picked }: { picked: string | null }): ReactNode {
  const { data, error, retry } = useLive<Shows>("live.shows");
  const mayPlan = useMay("operator");
  const shows = data?.shows ?? [];
  const show =
    shows.find((each) => each.show === picked) ??
    shows.find(({ stage }) => stage === "open") ??
    shows[0];
  return (
    <>
      <PageHead
        title="Live shows"
        says="A crowd answers in the same minute, and every answer counts exactly once."
      >
        {shows.length > 1 && show && <PickShow shows={shows} shown={show.show} />}
        {mayPlan && shows.length > 0 && <PlanOne kind="plain" />}
      </PageHead>
      {error && <ProblemView error={error} retry={retry} />}
      {!data && !error && <Loading what="the shows" lines={8} />}
      {data && shows.length === 0 && <NoShow mayPlan={mayPlan} />}
      {show && <Show key={show.show} show={show} />}
    </>
  );
}
