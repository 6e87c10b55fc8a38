import { type ReactNode, useState } from "react";
import { amount, Button, Choice, Dialog, Field, Form, say, share, textOf, useSend } from "#console";
import { type Ladder, type Rung, rungOrder, type Step, stepOrder, stepTexts } from "./steps.ts";

const durations = [
  ["10m", "10 minutes"],
  ["30m", "30 minutes"],
  ["1h", "an hour"],
  ["8h", "8 hours"],
] as const;

/** What happens when the ladder is moved there, in words and numbers, before it is done. */
function EffectOfForcing({ ladder, to }: { ladder: Ladder; to: Step }): ReactNode {
  const wanted = rungOrder.slice(0, stepOrder.indexOf(to));
  const on = ladder.rungs.filter(({ state }) => state === "in-force").map(({ step }) => step);
  const begins = wanted.filter((step) => !on.includes(step));
  const ends = on.filter((step) => !wanted.includes(step));
  const { evidence } = ladder;
  return (
    <div className="grid gap-2 rounded-md bg-sunken p-3 text-sm" aria-live="polite">
      {evidence && (
        <p>
          Now {amount(evidence.offeredPerSecond)} requests/s, {amount(evidence.originPerSecond)}/s
          at the service, {share(evidence.errorShare)} errors.
        </p>
      )}
      {begins.length === 0 && ends.length === 0 && (
        <p>The ladder stays where it is, whatever the evidence.</p>
      )}
      {begins.map((step) => (
        <p key={step}>
          <span className="font-medium">{stepTexts[step].name}</span> begins. {stepTexts[step].does}
          {warningOf(ladder, step)}
        </p>
      ))}
      {ends.map((step) => (
        <p key={step}>
          <span className="font-medium">{stepTexts[step].name}</span> ends.
        </p>
      ))}
    </div>
  );
}

function warningOf(ladder: Ladder, step: Rung): ReactNode {
  const rung = ladder.rungs.find((each) => each.step === step);
  if (rung?.state === "in-force" || rung?.why === undefined) return null;
  return <span className="text-warn"> It cannot be taken now: {rung.why}.</span>;
}

const HowLongAndWhy = ({ byDefault }: { byDefault: string }): ReactNode => (
  <>
    <Choice label="For how long" name="for" options={durations} defaultValue={byDefault} />
    <Field
      label="Why"
      name="reason"
      required
      minLength={3}
      maxLength={200}
      hint="The log keeps it."
    />
  </>
);

function Force({ ladder, onDone }: { ladder: Ladder; onDone: () => void }): ReactNode {
  const send = useSend("surge.status");
  const [to, setTo] = useState<Step>(ladder.step);
  return (
    <Form
      submit={`Hold at ${stepTexts[to].name.toLowerCase()}`}
      onSubmit={async (fields) => {
        await send("surge.force", {
          service: ladder.service,
          step: to,
          for: textOf(fields, "for"),
          reason: textOf(fields, "reason"),
        });
        say(`${ladder.service} is held at ${stepTexts[to].name.toLowerCase()}`);
        onDone();
      }}
    >
      <Choice
        label="Step"
        value={to}
        onChange={({ currentTarget }) => setTo(currentTarget.value as Step)}
        options={stepOrder.map((step) => [step, stepTexts[step].name] as const)}
      />
      <EffectOfForcing ladder={ladder} to={to} />
      <HowLongAndWhy byDefault="10m" />
    </Form>
  );
}

function Forbid({ ladder, onDone }: { ladder: Ladder; onDone: () => void }): ReactNode {
  const send = useSend("surge.status");
  const [step, setStep] = useState<Rung>("freeze");
  const rung = ladder.rungs.find((each) => each.step === step);
  const { service } = ladder;
  if (rung?.state === "forbidden")
    return (
      <Form
        submit={`Allow ${stepTexts[step].name.toLowerCase()} again`}
        onSubmit={async () => {
          await send("surge.allow", { service, step });
          onDone();
        }}
      >
        <StepChoice step={step} onPick={setStep} />
        <p className="text-sm text-muted">It is forbidden: {rung.why}</p>
      </Form>
    );
  return (
    <Form
      submit={`Forbid ${stepTexts[step].name.toLowerCase()}`}
      danger
      onSubmit={async (fields) => {
        const [length, reason] = [textOf(fields, "for"), textOf(fields, "reason")];
        await send("surge.forbid", { service, step, for: length, reason });
        say(`${service} does without ${stepTexts[step].name.toLowerCase()}`);
        onDone();
      }}
    >
      <StepChoice step={step} onPick={setStep} />
      <p className="rounded-md bg-sunken p-3 text-sm">
        {rung?.state === "in-force"
          ? "It is on and ends at once; the next step up takes its place if the pressure lasts."
          : "The ladder passes it by and takes the next step up instead."}
      </p>
      <HowLongAndWhy byDefault="1h" />
    </Form>
  );
}

const StepChoice = ({ step, onPick }: { step: Rung; onPick: (step: Rung) => void }): ReactNode => (
  <Choice
    label="Step"
    value={step}
    onChange={({ currentTarget }) => onPick(currentTarget.value as Rung)}
    options={rungOrder.map((each) => [each, stepTexts[each].name] as const)}
  />
);

/** The operator's word over the ladder. */
export function LadderActions({ ladder }: { ladder: Ladder }): ReactNode {
  const [asks, setAsks] = useState<"force" | "forbid">();
  const send = useSend("surge.status");
  const close = () => setAsks(undefined);
  const { service, forced } = ladder;
  return (
    <>
      {forced && (
        <Button
          kind="primary"
          onClick={async () => {
            await send("surge.release", { service }).catch((error: Error) =>
              say(error.message, "bad"),
            );
          }}
        >
          Release
        </Button>
      )}
      <Button onClick={() => setAsks("force")} aria-label={`Force a step for ${service}`}>
        Force…
      </Button>
      <Button onClick={() => setAsks("forbid")} aria-label={`Forbid a step for ${service}`}>
        Forbid…
      </Button>
      <Dialog open={asks === "force"} title={`Hold the ladder of ${service}`} onClose={close}>
        <Force ladder={ladder} onDone={close} />
      </Dialog>
      <Dialog open={asks === "forbid"} title={`Forbid a step for ${service}`} onClose={close}>
        <Forbid ladder={ladder} onDone={close} />
      </Dialog>
    </>
  );
}
