import type { ReactNode } from "react";
import { Dialog, Field, Form, say, send, textOf } from "#console";

export type Verdict = "useful" | "noise";

const titles: Record<Verdict, string> = {
  noise: "This page was noise because…",
  useful: "This page was worth it because…",
};

/** Asks why a page was worth waking somebody or was not, and says so to the noise report. */
export function Judge(of: {
  page: { group: string; title: string };
  verdict: Verdict;
  onDone: () => void;
  onClose: () => void;
}): ReactNode {
  const { page, verdict, onDone, onClose } = of;
  return (
    <Dialog open title={titles[verdict]} onClose={onClose}>
      <Form
        submit="Say so"
        onSubmit={async (fields) => {
          const because = textOf(fields, "because");
          await send("alerts.judge", { group: page.group, verdict, because });
          say(verdict === "noise" ? "It counts as noise" : "It counts as worth it");
          onDone();
        }}
      >
        <p className="text-sm text-muted">{page.title}</p>
        <Field
          name="because"
          label="Why"
          placeholder={
            verdict === "noise" ? "it heals by itself within a minute" : "I restarted the database"
          }
          minLength={3}
          maxLength={300}
          required
        />
      </Form>
    </Dialog>
  );
}
