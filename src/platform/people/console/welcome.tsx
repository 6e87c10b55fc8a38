import { useQuery } from "@tanstack/react-query";
import { type ReactNode, useState } from "react";
import { Button, door, Field, Form, Loading, ProblemView, type Role, textOf } from "#console";
import { SecondFactorOffer } from "./second-factor.tsx";
import { Gate, useEnter } from "./gate.tsx";

type LinkKind = "first-run" | "invitation" | "recovery";
type LinkFacts = { kind: LinkKind; role: Role; email?: string; expiresAt: number };

const titles: Record<LinkKind, string> = {
  "first-run": "Welcome to Castor",
  invitation: "You are invited",
  recovery: "Choose a new password",
};
const PASSWORD_LENGTH_MIN = 12;

function AcceptForm({
  link,
  facts,
  onIn,
  onCode,
}: {
  link: string;
  facts: LinkFacts;
  onIn: (password: string) => void;
  onCode: () => void;
}): ReactNode {
  const recovery = facts.kind === "recovery";
  return (
    <Form
      submit={recovery ? "Set the password" : "Create my account"}
      onSubmit={async (fields) => {
        const password = String(fields.get("password"));
        const who = recovery
          ? {}
          : { name: textOf(fields, "name"), email: facts.email ?? textOf(fields, "email") };
        const said = await door<{ twoFactorRedirect?: boolean }>("link/accept", {
          link,
          password,
          ...who,
        });
        if (said.twoFactorRedirect) onCode();
        else onIn(password);
      }}
    >
      {!recovery && (
        <Field
          label="Your name"
          name="name"
          required
          maxLength={80}
          autoFocus
          autoComplete="name"
        />
      )}
      {!recovery && (
        <Field
          label="E-mail"
          name="email"
          type="email"
          required
          autoComplete="username"
          {...(facts.email ? { defaultValue: facts.email, readOnly: true } : {})}
        />
      )}
      <Field
        label="Password"
        name="password"
        type="password"
        required
        minLength={PASSWORD_LENGTH_MIN}
        autoComplete="new-password"
        hint="At least 12 characters. Four unrelated words are good and easy to keep."
      />
    </Form>
  );
}

type WelcomeProps = { link: string; onCode: () => void; codeForm: ReactNode };

/** Where a first-run link, an invitation or a recovery link leads. */
export function Welcome({ link, onCode, codeForm }: WelcomeProps): ReactNode {
  const [password, setPassword] = useState<string>();
  const enter = useEnter();
  const { data, error, refetch } = useQuery({
    queryKey: ["link", link],
    queryFn: () => door<LinkFacts>("link/check", { link }),
    retry: false,
    staleTime: Number.POSITIVE_INFINITY,
  });
  if (codeForm) {
    return (
      <Gate title="One more step" says="Your new password is set.">
        {codeForm}
      </Gate>
    );
  }
  if (password !== undefined) {
    return (
      <Gate title="You are in" says="One more thing keeps it that way: a second factor.">
        <SecondFactorOffer password={password} onDone={() => void enter()} />
      </Gate>
    );
  }
  if (error) {
    return (
      <Gate title="This link does not work">
        <ProblemView error={error} retry={() => void refetch()} />
        <Button className="mt-4" onClick={() => location.assign("/")}>
          Go to sign-in
        </Button>
      </Gate>
    );
  }
  if (!data)
    return (
      <Gate title="Welcome">
        <Loading what="your link" />
      </Gate>
    );
  return (
    <Gate
      title={titles[data.kind]}
      says={data.kind === "recovery" ? undefined : `Your account will have the role ${data.role}.`}
    >
      <AcceptForm link={link} facts={data} onIn={setPassword} onCode={onCode} />
    </Gate>
  );
}
