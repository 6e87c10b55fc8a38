import { type ReactNode, useState } from "react";
import {
  Ago,
  Button,
  Card,
  Choice,
  Confirm,
  Copyable,
  count,
  date,
  Dialog,
  Empty,
  Field,
  Form,
  Loading,
  ProblemView,
  ranks,
  type Role,
  say,
  search,
  textOf,
  type Tokens,
  useAsk,
  useMe,
  usePlace,
  useSend,
  useWho,
} from "#console";

type Token = Tokens["tokens"][number];

const lifetimes = [
  ["30d", "30 days"],
  ["90d", "90 days"],
  ["365d", "a year"],
  ["", "until revoked"],
] as const;

/** The roles a person may hand on: never more than their own. */
function useOwnRoles(): readonly Role[] {
  const mine = useMe()?.role ?? "viewer";
  return ranks.slice(0, ranks.indexOf(mine) + 1);
}

function CreateForm({ onMade }: { onMade: (secret: string) => void }): ReactNode {
  const run = useSend("tokens.list");
  const roles = useOwnRoles();
  return (
    <Form
      submit="Create the token"
      onSubmit={async (fields) => {
        const expiresIn = textOf(fields, "expiresIn");
        const made = await run<{ secret: string }>("tokens.create", {
          name: textOf(fields, "name"),
          role: textOf(fields, "role"),
          ...(expiresIn === "" ? {} : { expiresIn }),
        });
        onMade(made.secret);
      }}
    >
      <Field
        label="Name"
        name="name"
        required
        maxLength={80}
        autoFocus
        hint="What will use it, such as “deploy from CI”."
      />
      <div className="grid gap-4 sm:grid-cols-2">
        <Choice label="Role" name="role" options={roles.map((role) => [role, role] as const)} />
        <Choice label="Valid for" name="expiresIn" defaultValue="90d" options={lifetimes} />
      </div>
    </Form>
  );
}

/** The one moment in which a token can be read. */
const Secret = ({ secret, onDone }: { secret: string; onDone: () => void }): ReactNode => (
  <div className="grid gap-4">
    <p className="text-sm">
      Copy it now: Castor keeps only a fingerprint and can never show it again. Send it as{" "}
      <code className="font-mono text-xs">Authorization: Bearer …</code>
    </p>
    <Copyable text={secret} label="the token" />
    <div className="flex justify-end">
      <Button kind="primary" onClick={onDone}>
        I have copied it
      </Button>
    </div>
  </div>
);

const TokenRow = ({ token }: { token: Token }): ReactNode => {
  const run = useSend("tokens.list");
  const who = useWho();
  const expired = token.expiresAt !== undefined && token.expiresAt < Date.now();
  return (
    <li className="flex flex-wrap items-center gap-x-4 gap-y-2 px-5 py-3 max-sm:px-4">
      <div className="min-w-48 flex-1">
        <p className="text-sm font-medium">{token.name}</p>
        <p className="text-xs text-muted">
          {token.role} · made by {who(token.createdBy)}, <Ago at={token.createdAt} /> ·{" "}
          {token.lastUsedAt ? (
            <>
              last used <Ago at={token.lastUsedAt} />
            </>
          ) : (
            "never used"
          )}
        </p>
        {token.expiresAt !== undefined && (
          <p className={`text-xs ${expired ? "text-bad" : "text-muted"}`}>
            {expired ? "Expired" : "Valid until"} {date(token.expiresAt)}
          </p>
        )}
      </div>
      <Confirm
        what="Revoke"
        label={`Revoke ${token.name}`}
        title={`Revoke “${token.name}”?`}
        onConfirm={async () => {
          await run("tokens.revoke", { token: token.id });
          say(`“${token.name}” is revoked`);
        }}
      >
        Whatever uses it is refused from the next request on. This cannot be undone.
      </Confirm>
    </li>
  );
};

/** Keys for programs: made once, shown once, revoked at once. */
export function TokensSection(): ReactNode {
  const { data, error, retry } = useAsk<Tokens>("tokens.list");
  const creating = usePlace().search.get("create") === "yes";
  const [secret, setSecret] = useState<string>();
  const close = () => {
    setSecret(undefined);
    search({ create: undefined }, "replace");
  };
  return (
    <Card
      title={data ? count(data.tokens.length, "token") : "Tokens"}
      flush
      aside={
        <Button kind="primary" icon="plus" onClick={() => search({ create: "yes" })}>
          Create a token
        </Button>
      }
    >
      {error && <ProblemView error={error} retry={retry} />}
      {!data && !error && <Loading what="the tokens" />}
      {data?.tokens.length === 0 && <Empty icon="key" title="No token yet" />}
      <ul className="divide-y divide-line" aria-label="Tokens">
        {data?.tokens.map((token) => (
          <TokenRow key={token.id} token={token} />
        ))}
      </ul>
      <Dialog
        open={creating || secret !== undefined}
        title={secret ? "Your new token" : "Create a token"}
        onClose={close}
      >
        {secret ? <Secret secret={secret} onDone={close} /> : <CreateForm onMade={setSecret} />}
      </Dialog>
    </Card>
  );
}
