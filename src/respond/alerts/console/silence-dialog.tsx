import type { ReactNode } from "react";
import { Choice, Dialog, Field, Form, say, textOf, useSend } from "#console";
import type { Group } from "./group-row.tsx";

const lengths = [
  ["30m", "half an hour"],
  ["1h", "an hour"],
  ["4h", "four hours"],
  ["12h", "twelve hours"],
  ["1d", "a day"],
] as const;

/** Matchers that hold for the group and for what joins it later; one that is gathered by nothing, by what its alerts are called. */
const matchersOf = ({ labels, alerts }: Group): string[] => {
  const named = { alertname: alerts[0]?.labels["alertname"] ?? "" };
  const all = Object.keys(labels).length > 0 ? labels : named;
  return Object.entries(all).map(([name, value]) => `${name}=${JSON.stringify(value)}`);
};

/** Nobody is paged by what is in a group for a while, with a reason. */
export function SilenceDialog({
  group,
  onClose,
}: {
  group: Group;
  onClose: () => void;
}): ReactNode {
  const send = useSend("alerts.now");
  const match = matchersOf(group);
  return (
    <Dialog open title="Silence it for a while" onClose={onClose}>
      <Form
        submit="Silence"
        onSubmit={async (fields) => {
          const input = { match, for: textOf(fields, "for"), reason: textOf(fields, "reason") };
          await send("alerts.silence", input);
          say("Nobody is paged by it until then; its end is told all the same");
          onClose();
        }}
      >
        <p className="text-sm text-muted">
          What matches <code className="font-mono wrap-anywhere text-ink">{match.join(", ")}</code>{" "}
          pages nobody.
        </p>
        <Choice name="for" label="For" options={lengths} defaultValue="1h" />
        <Field
          name="reason"
          label="Why"
          placeholder="the disk is being replaced"
          minLength={3}
          maxLength={200}
          required
        />
      </Form>
    </Dialog>
  );
}
