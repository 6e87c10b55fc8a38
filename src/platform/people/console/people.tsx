import { type ReactNode, useState } from "react";
import {
  Ago,
  Badge,
  Button,
  Card,
  Choice,
  Confirm,
  Copyable,
  count,
  Dialog,
  Field,
  Form,
  type Invitation,
  Loading,
  type People,
  type Person,
  ProblemView,
  ranks,
  say,
  search,
  textOf,
  useAsk,
  useMe,
  usePlace,
  useSend,
  useTask,
} from "#console";
import { FactorCard, RecoveryLink } from "./access.tsx";
import { Sessions } from "./sessions.tsx";

const roleOptions = ranks.map((role) => [role, role] as const);
const abilities =
  "Viewers look, responders act on incidents, operators run services, admins do everything.";

const RolePicker = ({ person }: { person: Person }): ReactNode => {
  const run = useSend("people.list");
  const task = useTask();
  return (
    <div>
      <Choice
        label={`Role of ${person.name}`}
        hideLabel
        value={person.role}
        options={roleOptions}
        disabled={task.busy}
        className="w-full"
        onChange={(event) => {
          const role = event.target.value;
          void task.run(async () => {
            await run("people.set-role", { person: person.id, role });
            say(`${person.name} is now ${role}`);
          });
        }}
      />
      {task.error && <ProblemView error={task.error} />}
    </div>
  );
};

const Row = ({
  person,
  me,
  onSessions,
}: {
  person: Person;
  me: boolean;
  onSessions: () => void;
}): ReactNode => {
  const run = useSend("people.list");
  const safe = person.totp || person.passkeyCount > 0;
  return (
    <li className="grid grid-cols-[minmax(0,1fr)_9rem_6rem_6rem] items-center gap-x-3 gap-y-2 px-5 py-3 max-lg:grid-cols-[1fr_auto_auto] max-sm:px-4">
      <div className="min-w-0 max-lg:col-span-3">
        <p className="flex flex-wrap items-center gap-2 text-sm font-medium">
          {person.name}
          {me && <span className="text-xs font-normal text-muted">you</span>}
          {!safe && <Badge tone="warn">no second factor</Badge>}
        </p>
        <p className="text-xs text-muted">
          {person.email} ·{" "}
          {person.lastSignInAt ? (
            <>
              here <Ago at={person.lastSignInAt} />
            </>
          ) : (
            "never signed in"
          )}
        </p>
      </div>
      <RolePicker person={person} />
      <Button aria-label={`Access of ${person.name}`} onClick={onSessions}>
        Access
      </Button>
      {!me && (
        <Confirm
          what="Remove"
          label={`Remove ${person.name}`}
          title={`Remove ${person.name}?`}
          onConfirm={async () => {
            await run("people.remove", { person: person.id });
            say(`${person.name} is removed`);
          }}
        >
          Their sessions end at once and their tokens stop working.
        </Confirm>
      )}
    </li>
  );
};

const InvitationRow = ({ invitation }: { invitation: Invitation }): ReactNode => {
  const run = useSend("people.list");
  const who = invitation.email ?? "Somebody with the link";
  return (
    <li className="flex flex-wrap items-center gap-4 px-5 py-3 text-sm max-sm:px-4">
      <span className="min-w-56 flex-1">
        <span className="block font-medium">{who}</span>
        <span className="block text-xs text-muted">
          invited as {invitation.role}, has not come yet
        </span>
      </span>
      <Confirm
        what="Withdraw"
        label={`Withdraw the invitation of ${who}`}
        title="Withdraw this invitation?"
        onConfirm={() => run("people.remove", { person: invitation.person })}
      >
        The link stops working at once.
      </Confirm>
    </li>
  );
};

function InviteForm({ onLink }: { onLink: (link: string) => void }): ReactNode {
  const run = useSend("people.list");
  return (
    <Form
      submit="Make the link"
      onSubmit={async (fields) => {
        const email = textOf(fields, "email");
        const made = await run<{ link: string; path: string }>("people.invite", {
          role: textOf(fields, "role"),
          ...(email === "" ? {} : { email }),
        });
        onLink(new URL(made.path, location.origin).href);
      }}
    >
      <Field
        label="E-mail (optional)"
        name="email"
        type="email"
        autoFocus
        hint="With one, the link works for that address only."
      />
      <Choice label="Role" name="role" options={roleOptions} />
      <p className="-mt-2 text-xs text-muted">{abilities}</p>
    </Form>
  );
}

/** Who may come in, and what they may do. */
export function PeopleSection(): ReactNode {
  const { data, error, retry } = useAsk<People>("people.list");
  const me = useMe();
  const inviting = usePlace().search.get("invite") === "yes";
  const [link, setLink] = useState<string>();
  const [sessionsOf, setSessionsOf] = useState<Person>();
  const close = () => {
    setLink(undefined);
    search({ invite: undefined }, "replace");
  };
  return (
    <div className="grid gap-4">
      <Card
        title={data ? count(data.people.length, "person", "people") : "People"}
        flush
        aside={
          <Button kind="primary" icon="plus" onClick={() => search({ invite: "yes" })}>
            Invite somebody
          </Button>
        }
      >
        {error && <ProblemView error={error} retry={retry} />}
        {!data && !error && <Loading what="the people" />}
        <ul className="divide-y divide-line" aria-label="People">
          {data?.people.map((person) => (
            <Row
              key={person.id}
              person={person}
              me={person.id === me?.id}
              onSessions={() => setSessionsOf(person)}
            />
          ))}
          {data?.invitations.map((invitation) => (
            <InvitationRow key={invitation.person} invitation={invitation} />
          ))}
        </ul>
        <Dialog
          open={inviting || link !== undefined}
          title={link ? "The invitation" : "Invite somebody"}
          onClose={close}
        >
          {link ? (
            <div className="grid gap-4">
              <p className="text-sm">Send this link. It works once and makes one account.</p>
              <Copyable text={link} label="the link" />
            </div>
          ) : (
            <InviteForm onLink={setLink} />
          )}
        </Dialog>
        <Dialog
          open={sessionsOf !== undefined}
          title={`Access of ${sessionsOf?.name ?? ""}`}
          onClose={() => setSessionsOf(undefined)}
        >
          {sessionsOf && (
            <div className="grid gap-4">
              <Sessions person={sessionsOf.id} title="Signed in at" />
              <RecoveryLink email={sessionsOf.email} />
            </div>
          )}
        </Dialog>
      </Card>
      {data && <FactorCard required={data.secondFactorRequired} />}
    </div>
  );
}
