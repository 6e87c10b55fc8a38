import { type ReactNode, useState } from "react";
import { Button, Choice, Dialog, Field, Form, type IconName, say, textOf } from "#console";

export const howLong = [
  ["10m", "10 minutes"],
  ["30m", "30 minutes"],
  ["1h", "an hour"],
  ["8h", "8 hours"],
] as const;

type InterventionProps = {
  what: string;
  icon: IconName;
  title: string;
  submit: string;
  done: string;
  /** What will happen, in words and numbers, before it does. */
  effect: ReactNode;
  /** Fields besides the reason. */
  children?: ReactNode;
  timed?: boolean;
  asksWhy?: boolean;
  danger?: boolean;
  act: (given: { reason: string; for: string; fields: FormData }) => Promise<unknown>;
};

/** Something that changes what visitors get: a button, and a question that first says what will happen. */
export function Intervention(props: InterventionProps): ReactNode {
  const { what, icon, title, submit, done, effect, children, act } = props;
  const [open, setOpen] = useState(false);
  return (
    <>
      <Button icon={icon} onClick={() => setOpen(true)}>
        {what}
      </Button>
      <Dialog open={open} title={title} onClose={() => setOpen(false)}>
        <Form
          submit={submit}
          danger={props.danger ?? false}
          onSubmit={async (fields) => {
            await act({ reason: textOf(fields, "reason"), for: textOf(fields, "for"), fields });
            say(done);
            setOpen(false);
          }}
          aside={<Button onClick={() => setOpen(false)}>Not now</Button>}
        >
          <div className="grid gap-2 rounded-md bg-sunken p-3 text-sm">{effect}</div>
          {children}
          {props.timed && (
            <Choice label="For how long" name="for" options={howLong} defaultValue="1h" />
          )}
          {props.asksWhy !== false && (
            <Field
              label="Why"
              name="reason"
              required
              minLength={3}
              maxLength={200}
              hint="The log and the answers carry it."
            />
          )}
        </Form>
      </Dialog>
    </>
  );
}
