import { type ReactNode, useState } from "react";
import {
  Ago,
  At,
  Card,
  count,
  Empty,
  Field,
  For,
  Form,
  Icon,
  Loading,
  type MailNow,
  ProblemView,
  say,
  send,
  textOf,
  useLive,
  useMay,
  useMe,
} from "#console";

const Trouble = ({ trouble }: { trouble: NonNullable<MailNow["trouble"]> }): ReactNode => (
  <div role="alert" className="rounded-xl border border-warn/30 bg-warn-soft p-4 text-sm">
    <p className="flex items-center gap-2 font-semibold">
      <Icon name="warning" className="size-5 text-warn" />
      <span>
        The mail server has not been usable for <For since={trouble.since} />
      </span>
    </p>
    <p className="mt-1 pl-7 break-words">
      {trouble.why}. Letters wait; the next try is at <At at={trouble.retryAt} />.
    </p>
  </div>
);

/** The quickest way to know: send one to oneself. */
function Test(): ReactNode {
  const me = useMe();
  const [said, setSaid] = useState<string>();
  return (
    <Card title="Try it" hint="The letter goes right now, past those that wait.">
      <Form
        submit="Send a letter"
        onSubmit={async (fields) => {
          setSaid(undefined);
          const answer = await send<{ said: string }>("mail.test", { to: textOf(fields, "to") });
          setSaid(answer.said);
          say("The mail server took it");
        }}
        aside={said !== undefined && <code className="text-xs break-all text-muted">{said}</code>}
      >
        <Field
          className="max-w-md"
          label="To"
          name="to"
          type="email"
          required
          maxLength={254}
          defaultValue={me?.email ?? ""}
        />
      </Form>
    </Card>
  );
}

/** Where letters go, what waits, and a letter to try it. */
export function MailSection(): ReactNode {
  const { data, error, retry } = useLive<MailNow>("mail.now");
  const mayTry = useMay("operator");
  if (error) return <ProblemView error={error} retry={retry} />;
  if (!data) return <Loading what="the mail server" lines={3} />;
  if (data.server === null)
    return (
      <Empty icon="mail" title="No mail server">
        Name one under <code>mail.smtp</code> in castor.yaml, with <code>mail.from</code>, and
        Castor can send reports and pages as e-mail.
      </Empty>
    );
  return (
    <div className="grid gap-4">
      {data.trouble && <Trouble trouble={data.trouble} />}
      <Card title={data.server} {...(data.from === null ? {} : { hint: `as ${data.from}` })}>
        <p className="text-sm">
          {data.waiting === 0 ? "No letter waits" : `${count(data.waiting, "letter")} waiting`}
          {data.waitingSince !== null && (
            <>
              , the oldest for <For since={data.waitingSince} />
            </>
          )}
          .{" "}
          {data.lastAcceptedAt === null ? (
            "None was taken yet."
          ) : (
            <>
              The last one was taken <Ago at={data.lastAcceptedAt} />.
            </>
          )}
        </p>
      </Card>
      {mayTry && <Test />}
      {data.failures.length > 0 && (
        <Card title={`${count(data.failures.length, "letter")} given up`} flush>
          <ul className="divide-y divide-line" aria-label="Letters given up">
            {data.failures.map(({ purpose, at, why }) => (
              <li key={`${at}/${purpose}`} className="px-5 py-3 text-sm max-sm:px-4">
                <p>
                  <code className="font-mono text-xs">{purpose}</code>{" "}
                  <span className="text-muted">
                    <Ago at={at} />
                  </span>
                </p>
                <p className="text-muted break-words">{why}</p>
              </li>
            ))}
          </ul>
        </Card>
      )}
    </div>
  );
}
