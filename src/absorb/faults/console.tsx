import { type ReactNode, useState } from "react";
import {
  amount,
  At,
  Button,
  Card,
  Choice,
  type Column,
  Confirm,
  Dialog,
  Empty,
  type FaultsNow,
  Field,
  Form,
  Loading,
  PageHead,
  ProblemView,
  say,
  send,
  Table,
  textOf,
  useLive,
  useMay,
} from "#console";
import type { Kind } from "./contract.ts";

type Fault = FaultsNow["faults"][number];
const defaultTime = "5m";

const kinds: readonly (readonly [Kind, string])[] = [
  ["delay", "Answers come later"],
  ["abort", "Instances seem to answer an error"],
  ["reset", "Instances seem to hang up"],
  ["hang", "Instances seem to answer nothing"],
  ["slow-body", "Bodies come in a trickle"],
];

/** What the form asks the API for; what is left empty is not said. */
function wanted(fields: FormData, kind: Kind): Record<string, unknown> {
  const texts = ["reason", "for", "route", "service", "instance", "header", "cookie", "address"];
  const said = texts
    .map((name) => [name, textOf(fields, name)] as const)
    .filter(([, value]) => value !== "");
  const number = (name: string): number => Number(textOf(fields, name));
  return {
    kind,
    ...Object.fromEntries(said),
    share: number("percent") / 100,
    requestsMax: number("requestsMax"),
    ...(kind === "delay" ? { delay: textOf(fields, "delay") } : {}),
    ...(kind === "abort" ? { status: number("status") } : {}),
    ...(kind === "slow-body" ? { bytesPerSecond: number("bytesPerSecond") } : {}),
  };
}

const Behaviour = ({ kind }: { kind: Kind }): ReactNode => (
  <>
    {kind === "delay" && (
      <Field name="delay" label="How much later" defaultValue="2s" pattern="\d+(ms|s|m)" required />
    )}
    {kind === "abort" && (
      <Field
        name="status"
        label="Status"
        type="number"
        defaultValue={503}
        min={400}
        max={599}
        required
      />
    )}
    {kind === "slow-body" && (
      <Field
        name="bytesPerSecond"
        label="Bytes a second"
        type="number"
        defaultValue={1000}
        min={1}
        required
      />
    )}
  </>
);

const Whom = (): ReactNode => (
  <details>
    <summary className="cursor-pointer text-sm text-muted">Only some requests</summary>
    <div className="mt-3 grid gap-4 sm:grid-cols-2">
      <Field name="route" label="Route" placeholder="*/" />
      <Field name="service" label="Service" />
      <Field name="instance" label="Instance" />
      <Field name="header" label="Header" placeholder="X-Test: yes" />
      <Field name="cookie" label="Cookie" placeholder="drill=1" />
      <Field name="address" label="Address or range" placeholder="198.51.100.0/24" />
    </div>
  </details>
);

function Start(): ReactNode {
  const [open, setOpen] = useState(false);
  const [kind, setKind] = useState<Kind>("delay");
  return (
    <>
      <Button kind="primary" onClick={() => setOpen(true)}>
        Inject a fault
      </Button>
      <Dialog open={open} title="Inject a fault?" onClose={() => setOpen(false)}>
        <Form
          submit="Inject"
          danger
          onSubmit={async (fields) => {
            await send("faults.start", wanted(fields, kind));
            setOpen(false);
            say("The fault is at work");
          }}
        >
          <p className="text-sm text-muted">
            Real visitors meet it. What the gateway does against real faults, it does against this
            one: second tries, ejection, kept copies, fallbacks. It ends by itself.
          </p>
          <Choice
            name="kind"
            label="What goes wrong"
            options={kinds}
            value={kind}
            onChange={(event) => setKind(event.currentTarget.value as Kind)}
          />
          <Behaviour kind={kind} />
          <div className="grid gap-4 sm:grid-cols-3">
            <Field
              name="percent"
              label="Percent of requests"
              type="number"
              defaultValue={10}
              min={0.01}
              max={100}
              step="any"
              required
            />
            <Field
              name="requestsMax"
              label="At most requests"
              type="number"
              defaultValue={1000}
              min={1}
              required
            />
            <Field
              name="for"
              label="For how long"
              defaultValue={defaultTime}
              pattern="\d+(s|m|h)"
              required
            />
          </div>
          <Whom />
          <Field name="reason" label="Why" required minLength={3} maxLength={200} />
        </Form>
      </Dialog>
    </>
  );
}

const StopButton = ({ fault }: { fault: Fault }): ReactNode => (
  <Confirm
    what="End"
    label={`End: ${fault.does}`}
    title="End this fault?"
    onConfirm={async () => {
      await send("faults.stop", { id: fault.id });
      say("The fault has ended");
    }}
  >
    Requests that it holds now go on as it began with them; new ones are left alone.
  </Confirm>
);

const columns = (mayStop: boolean): Column<Fault>[] => [
  {
    head: "What goes wrong",
    cell: (fault) => (
      <>
        <span className="font-medium">{fault.does}</span>
        <br />
        <span className="text-muted">{fault.reason}</span>
      </>
    ),
  },
  { head: "Touched", cell: ({ touched }) => amount(touched), number: true },
  { head: "Now", cell: ({ perSecond }) => `${amount(perSecond)}/s`, number: true, wideOnly: true },
  { head: "Ends", cell: ({ endsAt }) => <At at={endsAt} /> },
  ...(mayStop
    ? [{ head: "", cell: (fault: Fault) => <StopButton fault={fault} /> } satisfies Column<Fault>]
    : []),
];

/** What goes wrong on purpose, whom it touches, and when it ends. */
export function FaultsPage(): ReactNode {
  const { data, error, retry } = useLive<FaultsNow>("faults.now");
  const operator = useMay("operator");
  return (
    <>
      <PageHead
        title="Faults"
        says="What goes wrong on purpose, to see what happens before it happens by itself."
      >
        {operator && <Start />}
      </PageHead>
      {error && <ProblemView error={error} retry={retry} />}
      {!data && !error && <Loading what="the faults" />}
      {data && (
        <Card title="At work now" hint="each ends by itself, also when control is away" flush>
          {data.faults.length === 0 ? (
            <Empty icon="check" title="Nothing goes wrong on purpose" />
          ) : (
            <Table
              label="Faults"
              rows={data.faults}
              columns={columns(operator)}
              keyOf={({ id }) => id}
            />
          )}
        </Card>
      )}
    </>
  );
}
