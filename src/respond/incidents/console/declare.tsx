import { type ReactNode, useState } from "react";
import {
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

/** Few questions: whoever declares has other things to do. */
export function Declare(): ReactNode {
  const [isOpen, setOpen] = useState(false);
  const run = useSend("incidents.all");
  const services = useAsk<Services>("catalog.services").data ?? [];
  return (
    <>
      <Button kind="danger" icon="warning" onClick={() => setOpen(true)}>
        Declare an incident
      </Button>
      <Dialog open={isOpen} title="What goes wrong?" onClose={() => setOpen(false)}>
        <Form
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
            options={[["", "Not known yet"], ...services.map(({ id }) => [id, id] as const)]}
          />
        </Form>
      </Dialog>
    </>
  );
}
