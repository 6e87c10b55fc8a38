import { type ReactNode, useState } from "react";
import {
  amount,
  Button,
  Card,
  Field,
  Form,
  type Incident,
  type IncidentImpact,
  type LibrarySimilar,
  Loading,
  ProblemView,
  say,
  share,
  textOf,
  time,
  useAsk,
  useLive,
  useMay,
  useMe,
  useName,
  useSend,
  useTask,
  count,
} from "#console";
import { checklists, roles } from "../contract.ts";
import { roleWords } from "./words.ts";

const changes = ["incidents.one", "incidents.timeline"];

/** Pins a graph of a service to the timeline, as it is now. */
function Pin({ incident, service }: { incident: string; service: string }): ReactNode {
  const run = useSend("incidents.timeline");
  const task = useTask();
  if (!useMay("responder")) return null;
  const pin = (what: string) =>
    void task.run(async () => {
      await run("incidents.pin", { incident, service, what });
      say("It is on the timeline, as it is now");
    });
  return (
    <span className="mt-1 flex flex-wrap items-center gap-x-1 text-xs">
      {task.error && <ProblemView error={task.error} />}
      <span className="text-muted">Pin:</span>
      <Button kind="quiet" busy={task.busy} className="px-2!" onClick={() => pin("requests")}>
        <span className="text-xs">requests</span>
        <span className="sr-only"> of {service}</span>
      </Button>
      <Button kind="quiet" busy={task.busy} className="px-2!" onClick={() => pin("latency")}>
        <span className="text-xs">time to answer</span>
        <span className="sr-only"> of {service}</span>
      </Button>
    </span>
  );
}

/** What people feel, as the gateway counted it. */
export function Impact({ incident }: { incident: Incident }): ReactNode {
  const { data } = useLive<IncidentImpact>("incidents.impact", { incident: incident.incident });
  return (
    <Card title="What people feel" hint={data ? `since ${time(data.from, data.from)}` : undefined}>
      {!data && <Loading what="the impact" lines={2} />}
      {data?.services.length === 0 && <p className="text-sm text-muted">No request was counted.</p>}
      <ul className="grid gap-3">
        {data?.services.map(({ service, requests, failed, visitors, routes }) => (
          <li key={service} className="text-sm">
            <span className="flex items-baseline gap-2">
              <span className="min-w-0 flex-1 truncate font-medium">{service}</span>
              <span
                className={`text-lg font-semibold tabular-nums ${failed > 0 ? "text-bad" : ""}`}
              >
                {requests === 0 ? "–" : share(failed / requests)}
              </span>
            </span>
            <span className="block text-xs text-muted">
              {amount(failed)} of {amount(requests)} requests failed
              {visitors !== null && `, ${count(visitors, "person", "people")} came`}
            </span>
            {routes.length > 0 && (
              <ul className="mt-1.5 grid gap-0.5 text-xs">
                {routes.map((each) => (
                  <li key={each.route} className="flex gap-2">
                    <code className="min-w-0 flex-1 truncate font-mono">{each.route}</code>
                    <span className="text-muted tabular-nums">
                      {share(each.failed / each.requests)} of {amount(each.requests)}
                    </span>
                  </li>
                ))}
              </ul>
            )}
            <Pin incident={incident.incident} service={service} />
          </li>
        ))}
      </ul>
    </Card>
  );
}

function RoleRow({
  incident,
  role,
}: {
  incident: Incident;
  role: (typeof roles)[number];
}): ReactNode {
  const run = useSend(...changes);
  const me = useMe();
  const mayAct = useMay("responder");
  const [isOpen, setOpen] = useState(false);
  const person = incident.roles[role];
  const takes = person === undefined ? "I take it" : "Take over";
  const nameOf = useName();
  const done = incident.ticked.filter((each) => each.startsWith(`${role}/`)).length;
  const give = (to?: string) =>
    void run("incidents.give-role", {
      incident: incident.incident,
      role,
      ...(to ? { person: to } : {}),
    });
  return (
    <li className="py-2">
      <div className="flex items-center gap-2 text-sm">
        <button
          type="button"
          aria-expanded={isOpen}
          onClick={() => setOpen(!isOpen)}
          className="min-h-9 min-w-0 flex-1 text-left"
        >
          <span className="block font-medium">{roleWords[role]}</span>
          <span className="block text-xs text-muted">
            {person === undefined ? "nobody" : nameOf(person)} · {done} of {checklists[role].length}{" "}
            done
          </span>
        </button>
        {mayAct && me && person !== me.id && (
          <Button aria-label={`${takes}: ${roleWords[role]}`} onClick={() => give("me")}>
            {takes}
          </Button>
        )}
        {mayAct && person !== undefined && person === me?.id && (
          <Button kind="quiet" onClick={() => give()}>
            Give it up
          </Button>
        )}
      </div>
      {isOpen && (
        <ul className="mt-1">
          {checklists[role].map(({ id, says }) => {
            const isDone = incident.ticked.includes(`${role}/${id}`);
            return (
              <li key={id}>
                <label className="flex min-h-9 items-center gap-2 text-sm">
                  <input
                    type="checkbox"
                    checked={isDone}
                    disabled={!mayAct}
                    onChange={() =>
                      void run("incidents.tick", {
                        incident: incident.incident,
                        role,
                        item: id,
                        done: !isDone,
                      })
                    }
                  />
                  <span className={isDone ? "text-muted line-through" : ""}>{says}</span>
                </label>
              </li>
            );
          })}
        </ul>
      )}
    </li>
  );
}

/** Who does what, and what each one sees to. */
export const Roles = ({ incident }: { incident: Incident }): ReactNode => (
  <Card title="Roles">
    <ul className="-my-2 divide-y divide-line">
      {roles.map((role) => (
        <RoleRow key={role} incident={incident} role={role} />
      ))}
    </ul>
  </Card>
);

export function Tasks({ incident }: { incident: Incident }): ReactNode {
  const run = useSend(...changes);
  const mayAct = useMay("responder");
  const nameOf = useName();
  return (
    <Card title="To do">
      <ul className="mb-3">
        {incident.tasks.map(({ task, says, person, doneAt }) => (
          <li key={task}>
            <label className="flex min-h-9 items-center gap-2 text-sm">
              <input
                type="checkbox"
                checked={doneAt !== null}
                disabled={doneAt !== null || !mayAct}
                onChange={() =>
                  void run("incidents.finish-task", { incident: incident.incident, task })
                }
              />
              <span className={doneAt === null ? "" : "text-muted line-through"}>
                {says}
                {person !== undefined && <span className="text-muted"> ({nameOf(person)})</span>}
              </span>
            </label>
          </li>
        ))}
      </ul>
      {mayAct && (
        <Form
          submit="Add"
          onSubmit={async (fields) => {
            await run("incidents.add-task", {
              incident: incident.incident,
              says: textOf(fields, "says"),
            });
            say("It is on the list");
          }}
        >
          <Field
            label="Something to do"
            name="says"
            required
            minLength={3}
            maxLength={300}
            autoComplete="off"
          />
        </Form>
      )}
    </Card>
  );
}

/** What happened to others who had this, from the first minute. */
export function Similar({ incident }: { incident: Incident }): ReactNode {
  const text = `${incident.title} ${incident.services.join(" ")}`;
  const { data } = useAsk<LibrarySimilar>("library.similar", { text, limit: 3 });
  if (!data || data.stories.length === 0) return null;
  return (
    <Card title="Others who had this">
      <ul className="grid gap-3">
        {data.stories.map(({ id, title, company, url, text: told }) => (
          <li key={id} className="text-sm">
            {url === undefined ? (
              <span className="font-medium">{title}</span>
            ) : (
              <a
                href={url}
                target="_blank"
                rel="noreferrer noopener"
                className="font-medium hover:underline"
              >
                {company ?? title}
              </a>
            )}
            <span className="mt-0.5 line-clamp-3 block text-xs text-muted">{told}</span>
          </li>
        ))}
      </ul>
    </Card>
  );
}
