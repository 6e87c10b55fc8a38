import { type ReactNode, useState } from "react";
import {
  Ago,
  amount,
  Button,
  Card,
  count,
  Dialog,
  type ErrorIssue,
  Field,
  Form,
  textOf,
} from "#console";
import type { Decision } from "./decide.ts";

type WaysProps = {
  of: ErrorIssue;
  /** Nothing where the reader may not decide. */
  onDecide: ((decision: Decision) => Promise<unknown>) | undefined;
};

/** The ways in which it happens: some may be made an error of their own, and the whole one with another. */
export function Ways({ of: { issue, variants }, onDecide }: WaysProps): ReactNode {
  const [picked, setPicked] = useState<readonly string[]>([]);
  const [merging, setMerging] = useState(false);
  const maySplit = onDecide !== undefined && variants.length > 1;
  return (
    <Card
      title="How it happens"
      hint={count(variants.length, "way")}
      aside={onDecide && <Button onClick={() => setMerging(true)}>Merge…</Button>}
    >
      <ul className="space-y-2 text-sm">
        {variants.slice(0, 20).map(({ exact, culprit, why, events, lastAt }) => (
          <li key={exact} className="flex items-baseline gap-3">
            {maySplit && (
              <input
                type="checkbox"
                className="size-4 self-center accent-(--accent)"
                aria-label={`Select ${why || culprit || exact}`}
                checked={picked.includes(exact)}
                onChange={() =>
                  setPicked(
                    picked.includes(exact)
                      ? picked.filter((each) => each !== exact)
                      : [...picked, exact],
                  )
                }
              />
            )}
            <span className="min-w-0 grow">
              <span className="block truncate">{culprit || exact}</span>
              <span className="block text-xs wrap-anywhere text-faint">
                grouped by {why} · <Ago at={lastAt} />
              </span>
            </span>
            <span className="text-muted">{amount(events)}</span>
          </li>
        ))}
      </ul>
      {maySplit && picked.length > 0 && picked.length < variants.length && (
        <Button
          className="mt-3"
          onClick={() => {
            void onDecide({ verb: "split", input: { variants: picked }, says: "split" });
            setPicked([]);
          }}
        >
          Make {count(picked.length, "way")} an error of their own
        </Button>
      )}
      <Dialog open={merging} title={`Merge ${issue.id}`} onClose={() => setMerging(false)}>
        <Form
          submit="Merge"
          onSubmit={async (fields) => {
            const into = textOf(fields, "into");
            await onDecide?.({ verb: "merge", input: { into }, says: `merged into ${into}` });
            setMerging(false);
          }}
        >
          <Field
            label="It is the same bug as"
            name="into"
            required
            placeholder={`${issue.project}-1`}
            hint="Its events move there, and what comes by the same ways too. Undo takes it back."
          />
        </Form>
      </Dialog>
    </Card>
  );
}
