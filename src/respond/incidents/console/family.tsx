import { type ReactNode, useState } from "react";
import {
  At,
  Button,
  Dialog,
  Empty,
  go,
  type Incident,
  type Incidents,
  Link,
  Loading,
  ProblemView,
  say,
  Segments,
  useAsk,
  useMay,
  usePageKeys,
  useSend,
  useTask,
} from "#console";
import { isOver, roomOf } from "./words.ts";

const changes = ["incidents.one", "incidents.timeline", "incidents.all"];
const nameOf = (incident: string): string => incident.toUpperCase();

/** Takes a union back, or what it was a part of. */
function Alone({ incident, what }: { incident: Incident; what: "apart" | "no-part" }): ReactNode {
  const run = useSend(...changes);
  const task = useTask();
  const of = { incident: incident.incident };
  const leave = () =>
    what === "apart"
      ? run("incidents.reopen", { ...of, reason: "it is trouble of its own" })
      : run("incidents.set-parent", of);
  return (
    <>
      <Button
        kind={what === "apart" ? "plain" : "quiet"}
        busy={task.busy}
        onClick={() => void task.run(leave)}
      >
        It is trouble of its own
      </Button>
      {task.error && <ProblemView error={task.error} />}
    </>
  );
}

const Names = ({ incidents }: { incidents: readonly string[] }): ReactNode =>
  incidents.map((id, i) => (
    <span key={id}>
      {i > 0 && ", "}
      <Link href={roomOf(id)} className="underline">
        {nameOf(id)}
      </Link>
    </span>
  ));

/** Which others it belongs to, and which belong to it. */
export function Family({
  incident,
  oneWith,
}: {
  incident: Incident;
  oneWith: readonly string[];
}): ReactNode {
  const mayAct = useMay("responder");
  const { parent, children, mergedInto } = incident;
  return (
    <>
      {mergedInto !== undefined && (
        <div className="mt-3 flex flex-wrap items-center gap-x-3 gap-y-2 rounded-lg border border-accent/30 bg-accent-soft p-3 text-sm">
          <p>
            This is one with <Names incidents={[mergedInto]} /> now: go on there.
          </p>
          {mayAct && <Alone incident={incident} what="apart" />}
        </div>
      )}
      {parent !== undefined && (
        <p className="mt-2 flex flex-wrap items-center gap-x-2 text-sm text-muted">
          <span>
            Part of <Names incidents={[parent]} />
          </span>
          {mayAct && mergedInto === undefined && <Alone incident={incident} what="no-part" />}
        </p>
      )}
      {oneWith.length + children.length > 0 && (
        <p className="mt-2 flex flex-wrap gap-x-4 text-sm text-muted">
          {oneWith.length > 0 && (
            <span>
              One with it: <Names incidents={oneWith} />
            </span>
          )}
          {children.length > 0 && (
            <span>
              Its parts: <Names incidents={children} />
            </span>
          )}
        </p>
      )}
    </>
  );
}

type How = "same" | "part";
const hows = [
  ["same", "It is the same trouble"],
  ["part", "It came from that one"],
] as const;

const Says = ({ how, id, other }: { how: How; id: string; other: string }): ReactNode => (
  <p className="text-sm text-muted" aria-live="polite">
    {how === "same"
      ? `What ${id} has goes onto the timeline of ${other}, now and later, and so do its services. Roles, tasks, the page outside and the post-mortem are those of ${other}. Nothing is lost, and one press takes it back.`
      : `${id} goes on with people and tasks of its own. Both rooms lead to each other. One press takes it back.`}
  </p>
);

type Others = ReturnType<typeof useAsk<Incidents>>;
type ChooseProps = { incident: Incident; others: Others; onDone: () => void };

/** Which of the others that go on it belongs to, and how. */
function Choose({ incident, others: { data, error, retry }, onDone }: ChooseProps): ReactNode {
  const run = useSend(...changes);
  const task = useTask();
  const [how, setHow] = useState<How>("same");
  const [chosen, setChosen] = useState<string>();
  const others = data?.incidents.filter((each) => each.incident !== incident.incident) ?? [];
  const shares = ({ services }: Incident): boolean =>
    services.some((each) => incident.services.includes(each));
  const likeliest = others.length === 1 ? others[0] : others.find(shares);
  const other = chosen ?? likeliest?.incident;
  if (error) return <ProblemView error={error} retry={retry} />;
  if (!data) return <Loading what="the other incidents" lines={3} />;
  if (others.length === 0)
    return (
      <Empty icon="check" title="No other incident is open">
        What is over can be opened again in its own room.
      </Empty>
    );
  const id = incident.incident;
  const press = async (): Promise<void> => {
    if (other === undefined) return;
    if (how === "same")
      await run("incidents.merge", { incident: id, into: other, reason: "it is the same trouble" });
    else await run("incidents.set-parent", { incident: id, parent: other });
    onDone();
    say(`${nameOf(id)} is ${how === "same" ? "one with" : "part of"} ${nameOf(other)} now`);
    if (how === "same") go(roomOf(other));
  };
  return (
    <form
      className="grid gap-4"
      onSubmit={(event) => {
        event.preventDefault();
        void task.run(press);
      }}
    >
      <Segments label="How do they belong together?" value={how} options={hows} onPick={setHow} />
      <fieldset className="grid max-h-[40vh] gap-2 overflow-y-auto">
        <legend className="mb-1 text-sm font-medium">Which one?</legend>
        {others.map((each) => (
          <label
            key={each.incident}
            className="flex min-h-11 cursor-pointer items-baseline gap-3 rounded-md border border-line px-3 py-2 text-sm hover:bg-hover has-checked:border-accent has-checked:bg-accent-soft"
          >
            <input
              type="radio"
              name="other"
              required
              checked={each.incident === other}
              onChange={() => setChosen(each.incident)}
            />
            <span className="min-w-0 flex-1">
              <span className="block font-medium wrap-anywhere">{each.title}</span>
              <span className="block text-xs text-muted">
                {nameOf(each.incident)}, {each.severity.toUpperCase()}, since{" "}
                <At at={each.times.started} />
                {each.services.length > 0 && ` · ${each.services.join(", ")}`}
              </span>
            </span>
          </label>
        ))}
      </fieldset>
      {other !== undefined && <Says how={how} id={nameOf(id)} other={nameOf(other)} />}
      {task.error && <ProblemView error={task.error} />}
      <Button type="submit" kind="primary" busy={task.busy} disabled={other === undefined}>
        {other === undefined
          ? "Choose one"
          : `Make ${nameOf(id)} ${how === "same" ? "one with" : "a part of"} ${nameOf(other)}`}
      </Button>
    </form>
  );
}

/** Two incidents are made one, or one a part of the other. */
export function Belongs({ incident }: { incident: Incident }): ReactNode {
  const [isOpen, setOpen] = useState(false);
  const canBelong = !isOver(incident);
  // Asked before the dialog opens, which then begins where one chooses.
  const others = useAsk<Incidents>("incidents.all", { open: true }, canBelong);
  const open = (): void => {
    // Others may have been declared since.
    others.retry();
    setOpen(true);
  };
  usePageKeys(canBelong ? [{ key: "b", what: "It belongs to another incident", press: open }] : []);
  if (!canBelong) return null;
  return (
    <>
      <Button icon="link" onClick={open}>
        It belongs to…
      </Button>
      <Dialog
        open={isOpen}
        title={`What does ${nameOf(incident.incident)} belong to?`}
        onClose={() => setOpen(false)}
      >
        <Choose incident={incident} others={others} onDone={() => setOpen(false)} />
      </Dialog>
    </>
  );
}
