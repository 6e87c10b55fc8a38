import { type ReactNode, useState } from "react";
import {
  Button,
  door,
  Field,
  Form,
  passkeysWork,
  ProblemView,
  signInWithPasskey,
  textOf,
  useSession,
  useTask,
  wasCancelled,
} from "#console";
import { Gate, useEnter } from "./gate.tsx";
import { Welcome } from "./welcome.tsx";

/** The second step: six digits from the app, or one of the codes on paper. */
function CodeForm({ onDone }: { onDone: () => Promise<void> }): ReactNode {
  const [paper, setPaper] = useState(false);
  const kind = paper ? "backup-code" : "totp";
  return (
    <Form
      key={kind}
      submit="Go on"
      onSubmit={async (fields) => {
        await door(`two-factor/verify-${kind}`, { code: textOf(fields, "code") });
        await onDone();
      }}
      aside={
        <Button kind="quiet" onClick={() => setPaper(!paper)}>
          {paper ? "Use the app instead" : "Use a backup code"}
        </Button>
      }
    >
      <Field
        label={paper ? "Backup code" : "Six digits from your app"}
        name="code"
        required
        autoFocus
        autoComplete="one-time-code"
        {...(paper ? {} : { inputMode: "numeric" as const, maxLength: 7 })}
      />
    </Form>
  );
}

function PasswordForm({
  onCode,
  onDone,
}: {
  onCode: () => void;
  onDone: () => Promise<void>;
}): ReactNode {
  return (
    <Form
      submit="Sign in"
      onSubmit={async (fields) => {
        const said = await door<{ twoFactorRedirect?: boolean }>("sign-in/email", {
          email: textOf(fields, "email"),
          password: String(fields.get("password")),
        });
        if (said.twoFactorRedirect) onCode();
        else await onDone();
      }}
    >
      <Field
        label="E-mail"
        name="email"
        type="email"
        required
        autoFocus
        autoComplete="username webauthn"
      />
      <Field
        label="Password"
        name="password"
        type="password"
        required
        autoComplete="current-password"
      />
    </Form>
  );
}

function PasskeyButton({ onDone }: { onDone: () => Promise<void> }): ReactNode {
  const task = useTask();
  const shown = task.error && !wasCancelled(task.error) ? task.error : null;
  return (
    <div className="mt-5 border-t border-line pt-5">
      <Button
        icon="key"
        busy={task.busy}
        className="w-full"
        onClick={() =>
          void task.run(async () => {
            await signInWithPasskey();
            await onDone();
          })
        }
      >
        Sign in with a passkey
      </Button>
      {shown && (
        <div className="mt-3">
          <ProblemView error={shown} />
        </div>
      )}
    </div>
  );
}

/** The secret stands in the fragment, which no server sees; it leaves the address bar as soon as it is read. */
function takeLink(): string {
  const link = new URLSearchParams(location.hash.slice(1)).get("link") ?? "";
  if (link !== "") history.replaceState(null, "", location.pathname);
  return link;
}

/** The way in: a password and a code, a passkey, or a link that somebody gave you. */
export function SignInPage(): ReactNode {
  const [link] = useState(takeLink);
  const enter = useEnter();
  const { data } = useSession();
  const [step, setStep] = useState<"password" | "code">("password");
  if (link !== "")
    return (
      <Welcome
        link={link}
        onCode={() => setStep("code")}
        codeForm={step === "code" ? <CodeForm onDone={enter} /> : undefined}
      />
    );
  if (data?.signedIn === false && data.firstRun) {
    return (
      <Gate title="Welcome to Castor" says="Nobody has an account here yet.">
        <p className="text-sm">
          Open the sign-in link that <code className="font-mono">castor up</code> printed in the
          terminal, or get a new one with <code className="font-mono">castor sign-in-link</code>.
        </p>
      </Gate>
    );
  }
  if (step === "code") {
    return (
      <Gate title="One more step" says="Your password was right.">
        <CodeForm onDone={enter} />
      </Gate>
    );
  }
  return (
    <Gate title="Sign in to Castor">
      <PasswordForm onCode={() => setStep("code")} onDone={enter} />
      {passkeysWork() && <PasskeyButton onDone={enter} />}
    </Gate>
  );
}
