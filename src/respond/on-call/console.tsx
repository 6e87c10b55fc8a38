import type { ReactNode } from "react";
import { Card, Empty, Loading, type OnCallNow, ProblemView, useLive, useMay } from "#console";
import { Calendars } from "./console/calendars.tsx";
import { TeamCard } from "./console/team.tsx";

const example = `on-call:
  teams:
    shop:
      zone: Europe/Paris
      layers:
        - members: [ann, ben]
          start: 2026-01-05 09:00
          every: 1w`;

/** Who is on call, until when, and who has the next weeks, team by team. */
export function OnCallTeams(): ReactNode {
  const { data, error, retry } = useLive<OnCallNow>("on-call.now");
  const mayChange = useMay("responder");
  const teams = data?.teams ?? [];
  const members = [...new Set(teams.flatMap((each) => each.members))].toSorted();
  return (
    <div className="grid gap-6">
      {error && <ProblemView error={error} retry={retry} />}
      {!data && !error && <Loading what="who is on call" lines={6} />}
      {data && teams.length === 0 && (
        <Card>
          <Empty icon="clock" title="Nobody takes turns yet">
            <p>
              Say in <code className="font-mono">castor.yaml</code> who is in a team and when turns
              change:
            </p>
            <pre
              tabIndex={0}
              aria-label="An example"
              role="region"
              className="mt-3 overflow-x-auto rounded-md bg-sunken p-3 text-left font-mono text-xs text-ink"
            >
              {example}
            </pre>
          </Empty>
        </Card>
      )}
      {teams.map((team) => (
        <TeamCard key={team.team} team={team} members={members} />
      ))}
      {mayChange && teams.length > 0 && (
        <div className="flex flex-wrap items-center gap-3 text-sm text-muted">
          <Calendars teams={teams.map(({ team }) => team)} members={members} />
          Shifts in the calendar that you already look at.
        </div>
      )}
    </div>
  );
}
