import { type ReactNode, useState } from "react";
import {
  Badge,
  Button,
  Card,
  Choice,
  Copyable,
  date,
  Dialog,
  Empty,
  type ErrorTrackers,
  Field,
  Form,
  type People,
  ProblemView,
  say,
  textOf,
  useAsk,
  useNow,
  useSend,
  useTask,
  useWho,
} from "#console";
import { actionKinds } from "../contract.ts";
import { type Action, changes, dayOf, kindWords, type Whole } from "./words.ts";

/** What is asked of an action, new or known. */
function Fields({ action }: { action?: Action | undefined }): ReactNode {
  const people = useAsk<People>("people.list").data?.people ?? [];
  return (
    <>
      <Field
        label="What is done"
        name="says"
        required
        minLength={3}
        maxLength={300}
        autoComplete="off"
        defaultValue={action?.says ?? ""}
        hint="A thing that can be seen to be done, not a wish to be careful."
      />
      <Choice
        label="What it does to the next time"
        name="kind"
        defaultValue={action?.kind ?? "prevent"}
        options={actionKinds.map((kind) => [kind, kindWords[kind]])}
      />
      <Choice
        label="Who does it"
        name="owner"
        defaultValue={action?.owner ?? ""}
        options={[
          ["", "Nobody yet"],
          ...people.map(({ id, name }): [string, string] => [id, name]),
        ]}
      />
      <Field
        label="By when"
        name="due"
        type="date"
        defaultValue={action?.dueAt ? dayOf(action.dueAt) : ""}
        hint="Its owner is told by mail."
      />
    </>
  );
}
const givenIn = (fields: FormData) => {
  const [owner, due] = [textOf(fields, "owner"), textOf(fields, "due")];
  return {
    ...{ says: textOf(fields, "says"), kind: textOf(fields, "kind") },
    ...(owner === "" ? {} : { owner }),
    dueAt: due === "" ? null : due,
  };
};

function Change({
  pm,
  action,
  onDone,
}: {
  pm: Whole;
  action: Action;
  onDone: () => void;
}): ReactNode {
  const run = useSend(...changes);
  const task = useTask();
  const of = { postMortem: pm.postMortem, action: action.action };
  const trackers = useAsk<ErrorTrackers>("errors.trackers").data?.trackers ?? [];
  return (
    <div className="grid gap-4">
      <Form
        submit="Save"
        onSubmit={async (fields) => {
          await run("post-mortems.change-action", { ...of, ...givenIn(fields) });
          onDone();
        }}
      >
        <Fields action={action} />
      </Form>
      <div>
        <p className="mb-1 text-sm">
          A deploy closes it when its name or one of its commits’ titles has:
        </p>
        <Copyable text={`castor-action: ${pm.postMortem}/${action.action}`} label="the line" />
      </div>
      {action.link === undefined && trackers.length > 0 && (
        <div className="flex flex-wrap gap-2">
          {trackers.map(({ name }) => (
            <Button
              key={name}
              busy={task.busy}
              onClick={() =>
                void task.run(async () => {
                  await run("post-mortems.file-action", { ...of, tracker: name });
                  say("It is filed");
                })
              }
            >
              File it in {name}
            </Button>
          ))}
        </div>
      )}
      {task.error && <ProblemView error={task.error} />}
      {action.state === "open" && (
        <Form
          submit="It will not be done"
          danger
          onSubmit={async (fields) => {
            await run("post-mortems.drop-action", { ...of, reason: textOf(fields, "reason") });
            onDone();
          }}
        >
          <Field label="Or why it will not be done" name="reason" required minLength={3} />
        </Form>
      )}
    </div>
  );
}

const State = ({ action }: { action: Action }): ReactNode => {
  const now = useNow();
  if (action.state === "done")
    return (
      <Badge tone="good">
        {action.release === undefined ? "Done" : `Live in ${action.release}`}
      </Badge>
    );
  if (action.state === "dropped") return <Badge tone="none">Not done</Badge>;
  if (action.dueAt === null) return <Badge tone="warn">Some day</Badge>;
  return (
    <Badge tone={now > action.dueAt ? "bad" : "warn"}>
      {now > action.dueAt ? "Late since" : "By"} {date(action.dueAt)}
    </Badge>
  );
};

function One({ pm, action, mayEdit }: { pm: Whole; action: Action; mayEdit: boolean }): ReactNode {
  const run = useSend(...changes);
  const task = useTask();
  const who = useWho();
  const [isOpen, setOpen] = useState(false);
  const of = { postMortem: pm.postMortem, action: action.action };
  return (
    <li className="flex flex-wrap items-start gap-x-3 gap-y-2 py-3 text-sm">
      <span className="min-w-0 flex-1 basis-60">
        <span className={action.state === "dropped" ? "line-through" : "font-medium"}>
          {action.says}
        </span>
        <span className="block text-xs text-muted">
          {action.action} · {action.kind} ·{" "}
          {action.owner === undefined ? "nobody’s" : who({ kind: "person", id: action.owner })}
          {action.link !== undefined && (
            <>
              {" · "}
              <a href={action.link} target="_blank" rel="noreferrer noopener" className="underline">
                in the tracker
              </a>
            </>
          )}
        </span>
        {action.reason !== undefined && action.state !== "done" && (
          <span className="block text-xs text-muted">{action.reason}</span>
        )}
        {task.error && <ProblemView error={task.error} />}
      </span>
      <State action={action} />
      {mayEdit && (
        <span className="flex gap-1 print:hidden">
          <Button
            kind="quiet"
            busy={task.busy}
            aria-label={`${action.state === "open" ? "Done" : "Open again"}: ${action.says}`}
            onClick={() =>
              void task.run(() =>
                action.state === "open"
                  ? run("post-mortems.finish-action", of)
                  : run("post-mortems.reopen-action", {
                      ...of,
                      reason: "it is to be done after all",
                    }),
              )
            }
          >
            {action.state === "open" ? "Done" : "Open again"}
          </Button>
          <Button kind="quiet" aria-label={`Change: ${action.says}`} onClick={() => setOpen(true)}>
            Change
          </Button>
        </span>
      )}
      <Dialog open={isOpen} title={`Action ${action.action}`} onClose={() => setOpen(false)}>
        <Change pm={pm} action={action} onDone={() => setOpen(false)} />
      </Dialog>
    </li>
  );
}

/** What is done so that it does not come again, is seen sooner, or hurts less. */
export function Actions({ pm, mayEdit }: { pm: Whole; mayEdit: boolean }): ReactNode {
  const run = useSend(...changes);
  const [key, setKey] = useState(0);
  return (
    <div className="grid items-start gap-5 lg:grid-cols-[minmax(0,1fr)_22rem]">
      <Card title="Actions">
        {pm.actions.length === 0 ? (
          <Empty icon="check" title="Nothing is to be done yet">
            What would have stopped it, shown it sooner, or made it hurt less?
          </Empty>
        ) : (
          <ul className="-my-2 divide-y divide-line">
            {pm.actions.map((action) => (
              <One key={action.action} pm={pm} action={action} mayEdit={mayEdit} />
            ))}
          </ul>
        )}
      </Card>
      {mayEdit && (
        <Card title="One more">
          <Form
            key={key}
            submit="Add it"
            onSubmit={async (fields) => {
              await run("post-mortems.add-action", {
                ...{ postMortem: pm.postMortem, ...givenIn(fields) },
              });
              setKey(key + 1);
              say("It is on the list");
            }}
          >
            <Fields />
          </Form>
        </Card>
      )}
    </div>
  );
}
