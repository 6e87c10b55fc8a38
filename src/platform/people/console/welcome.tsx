import { useQuery } from "@tanstack/react-query";
import { type ReactNode, useState } from "react";
import { Button, door, Field, Form, go, Loading, ProblemView, type Role, textOf } from "#console";
import { SecondFactorOffer } from "./second-factor.tsx";
import { Gate, useEnter } from "./sign-in.tsx";

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

/** The secret stands in the fragment, which no server sees; it leaves the address bar as soon as it is read. */
function takeLink(): string {
  const link = decodeURIComponent(location.hash.slice(1)).replace(/^(link|token)=/, "");
  if (link !== "") history.replaceState(null, "", location.pathname);
  return link;
}

/** Where a first-run link, an invitation or a recovery link leads. */
export function Welcome({
  onCode,
  codeForm,
}: {
  onCode: () => void;
  codeForm: ReactNode;
}): ReactNode {
  const [link] = useState(takeLink);
  const [password, setPassword] = useState<string>();
  const enter = useEnter();
  const { data, error, refetch } = useQuery({
    queryKey: ["link", link],
    queryFn: () => door<LinkFacts>("link/check", { link }),
    enabled: link !== "",
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
  if (link === "" || error) {
    return (
      <Gate title="This link does not work">
        {error ? (
          <ProblemView error={error} retry={() => void refetch()} />
        ) : (
          <p className="text-sm">The link is not whole. Open it again from where you got it.</p>
        )}
        <Button className="mt-4" onClick={() => go("/", "replace")}>
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
