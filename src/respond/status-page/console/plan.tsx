import { type ReactNode, useState } from "react";
import { Button, Dialog, Field, Form, type StatusPagePicture, textOf, useSend } from "#console";
import { Area } from "./area.tsx";
import { inFirst } from "./words.ts";

const hourMs = 3_600_000;
/** As a field for date and time wants it, by the clock of whoever plans. */
const localText = (at: number): string =>
  new Date(at - new Date(at).getTimezoneOffset() * 60_000).toISOString().slice(0, 16);

type PlanProps = Pick<StatusPagePicture, "page" | "components">;

/** Announces maintenance; it begins and ends by itself. */
export function PlanButton({ page, components }: PlanProps): ReactNode {
  const [isOpen, setOpen] = useState(false);
  const run = useSend("status-page.now");
  const soon = Math.ceil(Date.now() / hourMs) * hourMs + 24 * hourMs;
  const plan = async (fields: FormData): Promise<void> => {
    await run("status-page.plan-maintenance", {
      ...{ title: textOf(fields, "title"), text: textOf(fields, "text") },
      components: components.map(({ id }) => id).filter((id) => fields.get(`in-${id}`) !== null),
      from: new Date(textOf(fields, "from")).getTime(),
      to: new Date(textOf(fields, "to")).getTime(),
    });
    setOpen(false);
  };
  return (
    <>
      <Button icon="clock" onClick={() => setOpen(true)}>
        Plan maintenance
      </Button>
      <Dialog open={isOpen} title="Planned maintenance" onClose={() => setOpen(false)} wide>
        <Form
          submit="Announce it"
          onSubmit={plan}
          aside={<span className="text-xs text-muted">It begins and ends by itself.</span>}
        >
          <Field label="What is done" name="title" required minLength={3} maxLength={160} />
          <Area label="What people will notice" name="text" required />
          <div className="grid gap-3 sm:grid-cols-2">
            <Field
              label="From (your clock)"
              name="from"
              type="datetime-local"
              required
              defaultValue={localText(soon)}
            />
            <Field
              label="To"
              name="to"
              type="datetime-local"
              required
              defaultValue={localText(soon + hourMs)}
            />
          </div>
          <fieldset className="grid gap-1">
            <legend className="mb-1 text-sm font-medium">What is affected</legend>
            {components.map(({ id, name }) => (
              <label key={id} className="flex min-h-8 items-center gap-2 text-sm max-sm:min-h-11">
                <input type="checkbox" name={`in-${id}`} className="size-4 accent-accent" />
                {inFirst(name, page.languages)}
              </label>
            ))}
          </fieldset>
        </Form>
      </Dialog>
    </>
  );
}
