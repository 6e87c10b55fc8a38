import { type ReactNode, useState } from "react";
import {
  type AlertsNow,
  At,
  Button,
  Choice,
  Dialog,
  Field,
  Form,
  go,
  ask,
  type Incidents,
  type Services,
  textOf,
  useAsk,
  useSend,
} from "#console";
import { severities, severityGuide } from "../contract.ts";
import { roomOf } from "./words.ts";

const levels = severities.map(
  (each) => [each, `${each.toUpperCase()}: ${severityGuide[each]}`] as const,
);

const GROUPS_MAX = 3;

/** Few questions: whoever declares has other things to do. */
export function Declare(): ReactNode {
  const [isOpen, setOpen] = useState(false);
  const run = useSend("incidents.all");
  const services = useAsk<Services>("catalog.services").data ?? [];
  const groups = useAsk<AlertsNow>("alerts.now", {}, isOpen).data?.groups ?? [];
  const [meant, setMeant] = useState<{ title: string; service: string }>();
  return (
    <>
      <Button kind="danger" icon="warning" onClick={() => setOpen(true)}>
        Declare an incident
      </Button>
      <Dialog open={isOpen} title="What goes wrong?" onClose={() => setOpen(false)}>
        {groups.length > 0 && (
          <div className="mb-4">
            <p className="mb-1 text-sm font-medium">Is it this?</p>
            <ul className="grid gap-1">
              {groups
                .filter(({ isOpen: goesOn }) => goesOn)
                .slice(0, GROUPS_MAX)
                .map(({ group, title, service, since }) => (
                  <li key={group}>
                    <button
                      type="button"
                      aria-pressed={meant?.title === title}
                      onClick={() => setMeant({ title, service: service ?? "" })}
                      className="flex min-h-9 w-full items-baseline gap-3 rounded-md border border-line px-3 py-1.5 text-left text-sm hover:bg-hover aria-pressed:border-accent max-sm:min-h-11"
                    >
                      <span className="min-w-0 flex-1 truncate">{title}</span>
                      <span className="text-xs text-muted">
                        since <At at={since} />
                      </span>
                    </button>
                  </li>
                ))}
            </ul>
          </div>
        )}
        <Form
          key={meant?.title ?? ""}
          submit="Declare it"
          danger
          onSubmit={async (fields) => {
            const service = textOf(fields, "service");
            await run("incidents.declare", {
              ...{ title: textOf(fields, "title"), severity: textOf(fields, "severity") },
              services: service === "" ? [] : [service],
            });
            setOpen(false);
            const { incidents } = await ask<Incidents>("incidents.all", { limit: 1 });
            const [newest] = incidents;
            if (newest) go(roomOf(newest.incident));
          }}
        >
          <Field
            label="What can people not do?"
            name="title"
            defaultValue={meant?.title}
            required
            minLength={3}
            maxLength={200}
            placeholder="Nobody can pay"
            autoComplete="off"
          />
          <Choice
            label="How grave? If unsure, graver"
            name="severity"
            defaultValue="sev2"
            options={levels}
          />
          <Choice
            label="Which service?"
            name="service"
            defaultValue={meant?.service}
            options={[["", "Not known yet"], ...services.map(({ id }) => [id, id] as const)]}
          />
        </Form>
      </Dialog>
    </>
  );
}
