import { useQuery, useQueryClient } from "@tanstack/react-query";
import { type ReactNode, useState } from "react";
import {
  Ago,
  Badge,
  Button,
  Card,
  Confirm,
  Dialog,
  door,
  Empty,
  Field,
  Form,
  Loading,
  ProblemView,
  say,
  SESSION,
  useMe,
  useSession,
} from "#console";
import { PasskeyEnrolment, TotpEnrolment } from "./second-factor.tsx";
import { Sessions } from "./sessions.tsx";

type Passkey = { id: string; name?: string | null; createdAt?: string | null };
const PASSKEYS = ["auth.passkeys"] as const;

const PasswordCard = (): ReactNode => (
  <Card title="Password" hint="Changing it ends your other sessions">
    <Form
      submit="Change the password"
      onSubmit={async (fields) => {
        await door("change-password", {
          currentPassword: String(fields.get("current")),
          newPassword: String(fields.get("new")),
        });
        say("Your password is changed");
      }}
    >
      <div className="grid gap-4 sm:grid-cols-2">
        <Field
          label="Current password"
          name="current"
          type="password"
          required
          autoComplete="current-password"
        />
        <Field
          label="New password"
          name="new"
          type="password"
          required
          minLength={12}
          autoComplete="new-password"
          hint="At least 12 characters."
        />
      </div>
    </Form>
  </Card>
);

function TotpCard(): ReactNode {
  const me = useMe();
  const client = useQueryClient();
  const [open, setOpen] = useState<"add" | "remove">();
  const done = (said: string) => {
    setOpen(undefined);
    say(said);
    void client.invalidateQueries({ queryKey: SESSION });
  };
  return (
    <Card
      title="Authenticator app"
      aside={me?.totp ? <Badge tone="good">On</Badge> : <Badge tone="warn">Off</Badge>}
    >
      <div className="flex flex-wrap items-center gap-4">
        <p className="min-w-60 flex-1 text-sm text-muted">
          {me?.totp
            ? "Signing in with your password also asks for six digits."
            : "Your password alone lets anyone in who has it."}
        </p>
        {me?.totp ? (
          <Button kind="danger" onClick={() => setOpen("remove")}>
            Turn off
          </Button>
        ) : (
          <Button kind="primary" onClick={() => setOpen("add")}>
            Add an app
          </Button>
        )}
      </div>
      <Dialog
        open={open === "add"}
        title="Add an authenticator app"
        onClose={() => setOpen(undefined)}
      >
        <TotpEnrolment onDone={() => done("The authenticator app is on")} />
      </Dialog>
      <Dialog
        open={open === "remove"}
        title="Turn the authenticator app off?"
        onClose={() => setOpen(undefined)}
      >
        <Form
          submit="Turn it off"
          danger
          onSubmit={async (fields) => {
            await door("two-factor/disable", { password: String(fields.get("password")) });
            done("The authenticator app is off");
          }}
        >
          <Field
            label="Your password"
            name="password"
            type="password"
            required
            autoFocus
            autoComplete="current-password"
          />
        </Form>
      </Dialog>
    </Card>
  );
}

function PasskeysCard(): ReactNode {
  const client = useQueryClient();
  const { data, error, refetch } = useQuery({
    queryKey: PASSKEYS,
    queryFn: () => door<Passkey[]>("passkey/list-user-passkeys"),
  });
  const changed = (said: string) => {
    say(said);
    void client.invalidateQueries({ queryKey: PASSKEYS });
    void client.invalidateQueries({ queryKey: SESSION });
  };
  return (
    <Card title="Passkeys" hint="Fingerprint, face or key instead of a password">
      {error && <ProblemView error={error} retry={() => void refetch()} />}
      {!data && !error && <Loading what="your passkeys" lines={2} />}
      {data?.length === 0 && <Empty icon="key" title="No passkey yet" />}
      <ul className="mb-4 divide-y divide-line empty:hidden" aria-label="Passkeys">
        {data?.map(({ id, name, createdAt }) => (
          <li key={id} className="flex items-center gap-4 py-2.5 text-sm">
            <span className="min-w-0 flex-1">
              <span className="block font-medium">{name ?? "Passkey"}</span>
              {createdAt && (
                <span className="block text-xs text-muted">
                  added <Ago at={Date.parse(createdAt)} />
                </span>
              )}
            </span>
            <Confirm
              what="Remove"
              label={`Remove ${name ?? "passkey"}`}
              title="Remove this passkey?"
              onConfirm={async () => {
                await door("passkey/delete-passkey", { id });
                changed("The passkey is removed");
              }}
            >
              You can then no longer sign in with it.
            </Confirm>
          </li>
        ))}
      </ul>
      <PasskeyEnrolment onDone={() => changed("The passkey is added")} />
    </Card>
  );
}

/** How the person who reads this signs in. */
export function SecuritySection(): ReactNode {
  const { data } = useSession();
  return (
    <div className="grid gap-4">
      {data?.signedIn && data.mustEnrol && (
        <p role="alert" className="rounded-xl border border-warn/30 bg-warn-soft p-4 text-sm">
          Everybody here needs a second factor. Add an authenticator app or a passkey to go on.
        </p>
      )}
      <TotpCard />
      <PasskeysCard />
      <PasswordCard />
      {data?.signedIn && (
        <Sessions person={data.person.id} here={data.session.id} title="Where you are signed in" />
      )}
    </div>
  );
}
