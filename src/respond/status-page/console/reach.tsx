import type { ReactNode } from "react";
import {
  Ago,
  At,
  Badge,
  Button,
  bytes,
  Card,
  Empty,
  type StatusPageSubscribers,
  type StatusPageTargets,
  Table,
  Tile,
  Tiles,
  useMay,
  useSend,
  useTask,
  ProblemView,
} from "#console";

type Sending = StatusPageSubscribers["sendings"][number];
const kindWords = { email: "by e-mail", webhook: "by webhook", slack: "in Slack", push: "by push" };

/** How much of a sending is done, as a bar and in words. */
function Progress({ of }: { of: Sending }): ReactNode {
  const gone = Math.max(0, of.told - of.inOutbox);
  const share = of.total === 0 ? 1 : (gone + of.failed) / of.total;
  return (
    <div className="min-w-40">
      <svg
        role="img"
        aria-label={`${of.headline}: ${gone} of ${of.total} told`}
        viewBox="0 0 100 4"
        preserveAspectRatio="none"
        className="mb-1 h-1.5 w-full rounded-full bg-sunken"
      >
        <rect width={100 * share} height="4" className="fill-accent" />
      </svg>
      <p className="text-xs text-muted">
        {gone} of {of.total} told
        {of.failed > 0 && `, ${of.failed} could not be`}
        {of.waiting + of.inOutbox > 0 && `, ${of.waiting + of.inOutbox} wait`}
      </p>
    </div>
  );
}

/** Who is told besides those who read the page. */
export function Subscribers({ of }: { of: StatusPageSubscribers }): ReactNode {
  if (!of.canSubscribe)
    return (
      <Card title="Subscribers">
        <Empty icon="mail" title="Nobody can subscribe yet">
          Say where readers reach this Castor:{" "}
          <code className="font-mono">
            {"status-page: { subscribe: { address: https://castor.shop.example/status } }"}
          </code>
        </Empty>
      </Card>
    );
  return (
    <div className="grid gap-4">
      <Tiles>
        {of.kinds.map(({ kind, confirmed, pending, paused }) => (
          <Tile
            key={kind}
            label={`Told ${kindWords[kind]}`}
            value={String(confirmed)}
            says={`${pending} asked, ${paused} paused`}
          />
        ))}
        <Tile label="Testers" value={String(of.testers)} says="hear tests, nothing else" />
      </Tiles>
      {of.paused.length > 0 && (
        <Card title="Told nothing more" hint="they failed for a day, the newest first">
          <ul className="grid gap-1 text-sm">
            {of.paused.map(({ kind, at, why }) => (
              <li key={`${kind} ${at}`}>
                Somebody {kindWords[kind]}, since <At at={at} />: {why}
              </li>
            ))}
          </ul>
          <p className="mt-2 text-xs text-muted">
            They are told again once somebody there subscribes anew and says yes.
          </p>
        </Card>
      )}
      {of.sendings.length > 0 && (
        <Card title="What was told" hint="the newest first" flush>
          <Table
            label="What subscribers were told"
            rows={of.sendings}
            keyOf={({ post }) => post}
            columns={[
              { head: "News", cell: ({ headline }) => headline },
              { head: "When", cell: ({ madeAt }) => <Ago at={madeAt} />, wideOnly: true },
              { head: "How far", cell: (each) => <Progress of={each} /> },
            ]}
          />
        </Card>
      )}
    </div>
  );
}

type Target = StatusPageTargets["targets"][number];
const oldAfter = 3;

function Age({ of, everyMs }: { of: Target; everyMs: number }): ReactNode {
  if (of.failing)
    return (
      <div>
        <Badge tone="bad">fails</Badge>
        <p className="mt-1 text-xs text-bad">{of.failing.why}</p>
      </div>
    );
  if (of.publishedAt === null) return <Badge tone="none">not yet</Badge>;
  const isOld = Date.now() - of.publishedAt > oldAfter * everyMs;
  return (
    <Badge tone={isOld ? "warn" : "good"}>
      <Ago at={of.publishedAt} />
    </Badge>
  );
}

/** Where the page lives besides here. */
export function Targets({ of: { targets, everyMs } }: { of: StatusPageTargets }): ReactNode {
  const may = useMay("responder");
  const run = useSend("status-page.targets");
  const task = useTask();
  if (targets.length === 0)
    return (
      <Card title="Where it lives">
        <Empty icon="warning" title="Only here">
          When Castor is down, so is the page. Name a place elsewhere:{" "}
          <code className="font-mono">
            {"status-page: { publish: { targets: { web: { kind: s3, … } } } }"}
          </code>
        </Empty>
      </Card>
    );
  return (
    <Card
      title="Where it lives"
      hint="stands when Castor is down"
      flush
      aside={
        may && (
          <Button
            busy={task.busy}
            onClick={() => void task.run(() => run("status-page.publish", {}))}
          >
            Publish now
          </Button>
        )
      }
    >
      {task.error && <ProblemView error={task.error} />}
      <Table
        label="Places where the page lives"
        rows={targets}
        keyOf={({ target }) => target}
        columns={[
          { head: "Place", cell: ({ target }) => target },
          {
            head: "Where",
            cell: ({ where }) => <span className="break-all">{where}</span>,
            wideOnly: true,
          },
          {
            head: "Sent last",
            cell: (each) => `${each.files} files, ${bytes(each.bytes)}`,
            wideOnly: true,
          },
          { head: "Published", cell: (each) => <Age of={each} everyMs={everyMs} /> },
        ]}
      />
    </Card>
  );
}
