import type { ReactNode } from "react";
import {
  Ago,
  type Approval,
  type Approvals,
  Card,
  Empty,
  Loading,
  mayDecide,
  PageHead,
  ProblemView,
  Table,
  useLive,
  useMe,
  useName,
  useNow,
  usePlace,
  useWho,
} from "#console";
import { OpenCard } from "./console/open.tsx";
import { OutcomeCard } from "./console/outcome.tsx";
import { endWords } from "./console/words.ts";

const By = ({ approval }: { approval: Approval }): ReactNode => useWho()(approval.by);

function Decided({ approval: { approvedBy, refusedBy } }: { approval: Approval }): ReactNode {
  const nameOf = useName();
  if (refusedBy !== undefined) return nameOf(refusedBy);
  return approvedBy.map(({ person }) => nameOf(person)).join(", ") || "–";
}

const columns = [
  {
    head: "What",
    cell: (each: Approval) => (
      <span className="block min-w-0">
        <span className="font-medium">{each.name}</span>
        <span className="block text-xs text-muted">{each.verb}</span>
      </span>
    ),
  },
  { head: "Asked by", cell: (each: Approval) => <By approval={each} /> },
  { head: "Decided by", cell: (each: Approval) => <Decided approval={each} /> },
  {
    head: "What became of it",
    cell: (each: Approval) => (
      <span>
        {endWords[each.state]}
        {each.why !== undefined && <span className="block text-xs text-muted">{each.why}</span>}
      </span>
    ),
  },
  { head: "Asked", cell: (each: Approval) => <Ago at={each.askedAt} /> },
] as const;

/** What waits for a second person, and what became of what was asked for. */
export function ApprovalsPage(): ReactNode {
  const { data, error, retry } = useLive<Approvals>("approvals.list");
  const me = useMe();
  const now = useNow();
  const chosen = usePlace().search.get("approval");
  const open = data?.approvals.filter(({ state }) => state === "open") ?? [];
  const ended = data?.approvals.filter(({ state }) => state !== "open") ?? [];
  // What one may decide comes first, then one's own, then what waits for others.
  const order = (each: Approval): number =>
    each.approval === chosen ? 0 : mayDecide(each, me) ? 1 : each.asker === me?.id ? 2 : 3;
  return (
    <>
      <PageHead title="Approvals" says="What destroys something waits here for a second person." />
      {error && <ProblemView error={error} retry={retry} />}
      {!data && !error && <Loading what="what waits" lines={5} />}
      {data && open.length === 0 && (
        <Empty icon="check" title="Nothing waits">
          Whoever wants to drop, erase or remove something asks for it by doing it; then it stands
          here until somebody else has approved it.
        </Empty>
      )}
      <ul className="grid gap-4" aria-label="Waiting">
        {open
          .toSorted((a, b) => order(a) - order(b))
          .map((each) => (
            <OpenCard key={each.approval} approval={each} me={me} />
          ))}
      </ul>
      <ul className="mt-4 grid gap-4 empty:hidden" aria-label="What came of yours">
        {ended
          .filter(({ asker, heldUntil = 0 }) => asker === me?.id && heldUntil > now)
          .map((each) => (
            <OutcomeCard key={each.approval} approval={each} />
          ))}
      </ul>
      {ended.length > 0 && (
        <Card title="Decided" flush className="mt-6">
          <Table
            rows={ended}
            columns={columns}
            keyOf={({ approval }) => approval}
            label="What was decided"
          />
        </Card>
      )}
    </>
  );
}
