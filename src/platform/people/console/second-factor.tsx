import { type ReactNode, useState } from "react";
import {
  addPasskey,
  Button,
  Copyable,
  door,
  Field,
  Form,
  passkeysWork,
  ProblemView,
  textOf,
  useTask,
  wasCancelled,
} from "#console";

type Enrolment = { totpURI: string; backupCodes: string[] };

const secretOf = (uri: string): string => {
  const secret = new URL(uri).searchParams.get("secret") ?? "";
  return secret.replaceAll(/(.{4})(?=.)/g, "$1 ");
};

const BackupCodes = ({
  codes,
  onDone,
}: {
  codes: readonly string[];
  onDone: () => void;
}): ReactNode => (
  <div className="grid gap-4">
    <p className="text-sm">
      Print these, or keep them with your passwords: each lets you in once if the app is lost.
    </p>
    <ul
      className="grid grid-cols-2 gap-2 rounded-md bg-sunken p-3 font-mono text-sm"
      aria-label="Backup codes"
    >
      {codes.map((code) => (
        <li key={code}>{code}</li>
      ))}
    </ul>
    <div className="flex gap-2">
      <Button kind="primary" onClick={onDone}>
        I have kept them
      </Button>
    </div>
  </div>
);

/** Adds an authenticator app: key, first code, backup codes. Needs the password just given, or asks for it. */
export function TotpEnrolment({
  password,
  onDone,
}: {
  password?: string;
  onDone: () => void;
}): ReactNode {
  const [enrolment, setEnrolment] = useState<Enrolment>();
  const [verified, setVerified] = useState(false);
  const begin = async (given: string) =>
    setEnrolment(await door<Enrolment>("two-factor/enable", { password: given }));
  const task = useTask();
  if (!enrolment && password !== undefined) {
    return (
      <>
        <Button icon="shield" busy={task.busy} onClick={() => void task.run(() => begin(password))}>
          Add an authenticator app
        </Button>
        {task.error && <ProblemView error={task.error} />}
      </>
    );
  }
  if (!enrolment) {
    return (
      <Form submit="Go on" onSubmit={(fields) => begin(String(fields.get("password")))}>
        <Field
          label="Your password, again"
          name="password"
          type="password"
          required
          autoFocus
          autoComplete="current-password"
        />
      </Form>
    );
  }
  if (verified) return <BackupCodes codes={enrolment.backupCodes} onDone={onDone} />;
  return (
    <Form
      submit="Check the code"
      onSubmit={async (fields) => {
        await door("two-factor/verify-totp", { code: textOf(fields, "code") });
        setVerified(true);
      }}
    >
      <div className="grid gap-2 text-sm">
        <p>
          Add this key to your authenticator app, or{" "}
          <a href={enrolment.totpURI} className="text-accent underline">
            open it in the app on this device
          </a>
          .
        </p>
        <Copyable text={secretOf(enrolment.totpURI)} label="the key" />
      </div>
      <Field
        label="Six digits from the app"
        name="code"
        required
        inputMode="numeric"
        autoComplete="one-time-code"
        maxLength={7}
      />
    </Form>
  );
}

/** Makes a passkey here. */
export function PasskeyEnrolment({ onDone }: { onDone: () => void }): ReactNode {
  const task = useTask();
  const shown = task.error && !wasCancelled(task.error) ? task.error : null;
  if (!passkeysWork()) {
    return (
      <p className="text-sm text-muted">
        Passkeys need https (or localhost) and a current browser.
      </p>
    );
  }
  return (
    <>
      <Button
        icon="key"
        busy={task.busy}
        onClick={() =>
          void task.run(async () => {
            await addPasskey(deviceName());
            onDone();
          })
        }
      >
        Add a passkey
      </Button>
      {shown && <ProblemView error={shown} />}
    </>
  );
}

const deviceName = (): string => {
  const system =
    /Android|iPhone|iPad|Mac|Windows|Linux/.exec(navigator.userAgent)?.[0] ?? "This device";
  return `${system}, ${new Date().toLocaleDateString("en-GB")}`;
};

/** Right after the account is made: offered, not forced. */
export const SecondFactorOffer = ({
  password,
  onDone,
}: {
  password: string;
  onDone: () => void;
}): ReactNode => (
  <div className="grid gap-4">
    <div className="flex flex-col gap-3">
      <TotpEnrolment password={password} onDone={onDone} />
      <PasskeyEnrolment onDone={onDone} />
    </div>
    <div className="border-t border-line pt-4">
      <Button kind="quiet" onClick={onDone}>
        Later, in the settings
      </Button>
    </div>
  </div>
);
