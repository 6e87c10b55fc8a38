import { type ReactNode, useCallback, useMemo, useState } from "react";
import {
  Badge,
  Button,
  Card,
  Confirm,
  count,
  Empty,
  Loading,
  type OnCallTeam,
  type OnCallTimeline,
  ProblemView,
  say,
  span,
  useLive,
  useMay,
  useNow,
  useSend,
} from "#console";
import { midnights } from "./calendar.ts";
import { BriefButton } from "./brief.tsx";
import { StandIn } from "./stand-in.tsx";
import { Legend, rows, type Stretch, Weeks } from "./weeks.tsx";
import { fillOf, moment, stretch } from "./words.ts";

const daysShown = rows * 7;
const soonMax = 6;

const Face = ({ member, members }: { member: string; members: readonly string[] }): ReactNode => (
  <span
    aria-hidden="true"
    className={`inline-flex size-12 shrink-0 items-center justify-center rounded-full text-lg font-semibold text-ink ${fillOf(member, members)}`}
  >
    {[...member].slice(0, 2).join("").toUpperCase()}
  </span>
);

const Now = ({ team, members }: { team: OnCallTeam; members: readonly string[] }): ReactNode => {
  const now = useNow();
  const { member, until, next } = team;
  const left = until === null ? "" : ` (${span(until - now)} left)`;
  return (
    <div className="flex flex-wrap items-center gap-4">
      {member === null ? (
        <>
          <span className="hatched inline-flex size-12 shrink-0 items-center justify-center rounded-full border border-bad/50 text-lg font-semibold text-bad">
            –
          </span>
          <p className="min-w-0 flex-1">
            <span className="block text-lg font-semibold">Nobody is on call</span>
            <span className="text-sm text-muted">
              {next ? `${next.member} from ${moment(next.from)}` : "and nobody will be"}
            </span>
          </p>
        </>
      ) : (
        <>
          <Face member={member} members={members} />
          <p className="min-w-0 flex-1">
            <span className="block text-lg font-semibold">{member} is on call</span>
            <span className="text-sm text-muted">
              {until === null ? "for good" : `until ${moment(until)}${left}`}
              {next && next.member !== member && `, then ${next.member}`}
            </span>
          </p>
        </>
      )}
    </div>
  );
};

const Covered = ({ gaps }: { gaps: OnCallTeam["gaps"] }): ReactNode =>
  gaps.length === 0 ? (
    <Badge tone="good">Covered for two weeks</Badge>
  ) : (
    <Badge tone="bad">{count(gaps.length, "gap")} in two weeks</Badge>
  );

type ListProps = { rows: readonly Stretch[]; onPick: ((stretch: Stretch) => void) | undefined };
/** The same as the picture says, in words, for small screens and for those who do not see it. */
const Soon = ({ rows, onPick }: ListProps): ReactNode => (
  <ul className="divide-y divide-line" aria-label="Coming up">
    {rows.map((row) => (
      <li key={row.from} className="flex min-h-11 items-center gap-3 py-1.5 text-sm">
        <span className="min-w-0 flex-1">
          <span className={`font-medium ${row.member === undefined ? "text-bad" : ""}`}>
            {row.member ?? "Nobody"}
          </span>
          <span className="block text-xs text-muted">{stretch(row)}</span>
        </span>
        {onPick && (
          <Button
            aria-label={
              row.member === undefined
                ? `Take it: ${stretch(row)}`
                : `Stand in for ${row.member}, ${stretch(row)}`
            }
            onClick={() => onPick(row)}
          >
            {row.member === undefined ? "Take it" : "Stand in"}
          </Button>
        )}
      </li>
    ))}
  </ul>
);

const Overrides = ({
  timeline,
  mayChange,
}: {
  timeline: OnCallTimeline;
  mayChange: boolean;
}): ReactNode => {
  const run = useSend("on-call.now", "on-call.timeline");
  const now = useNow();
  const ahead = timeline.overrides.filter(({ to }) => to > now);
  if (ahead.length === 0) return null;
  return (
    <section>
      <h3 className="text-xs font-semibold text-muted">Stand-ins</h3>
      <ul className="divide-y divide-line">
        {ahead.map((each) => (
          <li key={each.id} className="flex items-center gap-3 py-2 text-sm">
            <span className="min-w-0 flex-1">
              <span className="font-medium">{each.member}</span>
              {each.instead !== undefined && ` for ${each.instead}`}
              <span className="block text-xs break-words text-muted">
                {stretch(each)}: {each.reason}
              </span>
            </span>
            {mayChange && (
              <Confirm
                what="Withdraw"
                label={`Withdraw: ${each.member}, ${stretch(each)}`}
                title="Withdraw this stand-in?"
                onConfirm={async () => {
                  const reason = "withdrawn in the console";
                  await run("on-call.withdraw", { team: timeline.team, id: each.id, reason });
                  say("The stand-in is withdrawn");
                }}
              >
                Whoever had these hours before has them again, from now on.
              </Confirm>
            )}
          </li>
        ))}
      </ul>
    </section>
  );
};

const ownZone = Intl.DateTimeFormat().resolvedOptions().timeZone;

function TeamBody({ team, members }: { team: OnCallTeam; members: readonly string[] }): ReactNode {
  const today = useMemo(() => midnights(Date.now(), 1)[0] ?? 0, []);
  const asked = { team: team.team, from: today, days: daysShown };
  const { data, error, retry } = useLive<OnCallTimeline>("on-call.timeline", asked);
  const mayChange = useMay("responder");
  const now = useNow();
  const [picked, setPicked] = useState<Stretch>();
  const pick = useCallback(
    // What has begun is taken over from now on; the past stays as it was.
    (each: Stretch) => setPicked({ ...each, from: Math.max(each.from, Date.now()) }),
    [],
  );
  const onPick = mayChange ? pick : undefined;
  if (error) return <ProblemView error={error} retry={retry} />;
  if (!data) return <Loading what={team.team} lines={4} />;
  const soon = [...data.shifts, ...data.uncovered]
    .filter(({ to }) => to > now)
    .toSorted((a, b) => a.from - b.from)
    .slice(0, soonMax);
  return (
    <div className="grid gap-5">
      <Weeks timeline={data} members={members} onPick={onPick} />
      <div className="flex flex-wrap items-center gap-x-6 gap-y-1">
        <Legend timeline={data} members={members} />
        {team.zone !== ownZone && (
          <p className="text-xs text-faint">
            Times are yours; turns go by the clocks of {team.zone}.
          </p>
        )}
      </div>
      <div className="grid gap-x-8 gap-y-5 md:grid-cols-2">
        <section>
          <h3 className="text-xs font-semibold text-muted">Coming up</h3>
          {soon.length === 0 ? (
            <Empty icon="clock" title="Nobody has a turn in four weeks" />
          ) : (
            <Soon rows={soon} onPick={onPick} />
          )}
        </section>
        <Overrides timeline={data} mayChange={mayChange} />
      </div>
      <StandIn
        asked={picked && { team: team.team, picked, members }}
        onClose={() => setPicked(undefined)}
      />
    </div>
  );
}

/** One team: who has it now, its next weeks, and what can be changed. */
export const TeamCard = ({
  team,
  members,
}: {
  team: OnCallTeam;
  members: readonly string[];
}): ReactNode => (
  <Card title={team.team} aside={<Covered gaps={team.gaps} />}>
    <div className="grid gap-5">
      <div className="flex flex-wrap items-center gap-3">
        <div className="min-w-60 flex-1">
          <Now team={team} members={members} />
        </div>
        <BriefButton team={team.team} />
      </div>
      <TeamBody team={team} members={members} />
    </div>
  </Card>
);
