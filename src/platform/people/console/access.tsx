import { type ReactNode, useState } from "react";
import { Badge, Button, Card, Copyable, ProblemView, say, send, useSend, useTask } from "#console";

/** Whether a password alone is enough here. */
export const FactorCard = ({ required }: { required: boolean }): ReactNode => {
  const run = useSend("people.list");
  const task = useTask();
  return (
    <Card
      title="Second factor"
      aside={required ? <Badge tone="good">Required</Badge> : <Badge tone="warn">Optional</Badge>}
    >
      <div className="flex flex-wrap items-center gap-4">
        <p className="min-w-60 flex-1 text-sm text-muted">
          {required
            ? "Whoever has neither an app nor a passkey must add one before anything else."
            : "Everybody decides for themselves whether a password is enough."}
        </p>
        <Button
          busy={task.busy}
          onClick={() =>
            void task.run(async () => {
              await run("people.require-second-factor", { required: !required });
              say(required ? "A second factor is optional now" : "A second factor is required now");
            })
          }
        >
          {required ? "Make it optional" : "Require it of everybody"}
        </Button>
      </div>
      {task.error && <ProblemView error={task.error} />}
    </Card>
  );
};

/** For somebody who lost the password: a link that an admin hands over. */
export const RecoveryLink = ({ email }: { email: string }): ReactNode => {
  const task = useTask();
  const [link, setLink] = useState<string>();
  if (link) return <Copyable text={link} label="the link" />;
  return (
    <>
      <Button
        icon="link"
        busy={task.busy}
        onClick={() =>
          void task.run(async () => {
            const made = await send<{ path: string }>("people.sign-in-link", { email });
            setLink(new URL(made.path, location.origin).href);
          })
        }
      >
        Make a link to a new password
      </Button>
      {task.error && <ProblemView error={task.error} />}
    </>
  );
};
