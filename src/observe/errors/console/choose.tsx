import { type ReactNode, useEffect, useState } from "react";
import {
  Dialog,
  type ErrorTrackers,
  Field,
  Form,
  Key,
  type People,
  textOf,
  useAsk,
  useMe,
} from "#console";
import type { Decision } from "./decide.ts";

export type Question = "resolve" | "snooze" | "assign" | "file";
type Option = { label: string; decision: Decision };
type ChooseProps = {
  question: Question | undefined;
  /** What it is about, in words. */
  about: string;
  /** Of the one error that it is about. */
  project?: string | undefined;
  release?: string | undefined;
  onClose: () => void;
  onDecide: (decision: Decision) => void;
};

const hourMs = 3_600_000;
const titles: Record<Question, string> = {
  resolve: "Resolve",
  snooze: "Snooze until",
  assign: "Assign to",
  file: "File",
};

const resolutions = (release: string | undefined): Option[] => [
  { label: "Now: seen again, it is back", decision: { verb: "resolve", says: "resolved" } },
  {
    label: "In the next release",
    decision: {
      verb: "resolve",
      input: { resolution: { how: "next-release" } },
      says: "resolved in the next release",
    },
  },
  ...(release === undefined
    ? []
    : [
        {
          label: `In ${release}, the last one it was seen in`,
          decision: {
            verb: "resolve",
            input: { resolution: { how: "release", release } },
            says: `resolved in ${release}`,
          },
        },
      ]),
];

const snoozed = (label: string, snooze: Record<string, number>): Option => ({
  label,
  decision: { verb: "snooze", input: { snooze }, says: `snoozed, ${label.toLowerCase()}` },
});
const snoozes = (now: number): Option[] => [
  snoozed("For a day", { until: now + 24 * hourMs }),
  snoozed("For a week", { until: now + 7 * 24 * hourMs }),
  snoozed("For 30 days", { until: now + 30 * 24 * hourMs }),
  snoozed("Until 10 more events", { events: 10 }),
  snoozed("Until 100 more events", { events: 100 }),
  snoozed("Until 10 more users", { users: 10 }),
  snoozed("Until 100 events in an hour", { perHour: 100 }),
];

/** The log keeps no names, so an error is given to a person by their id. */
function useAssignees(): Option[] {
  const me = useMe();
  const people = useAsk<People>("people.list").data?.people ?? [];
  const given = (id: string, label: string): Option => ({
    label,
    decision: { verb: "assign", input: { to: id }, says: `given to ${label}` },
  });
  return [
    ...(me ? [given(me.id, `${me.name} (you)`)] : []),
    ...people.filter(({ id }) => id !== me?.id).map(({ id, name }) => given(id, name)),
    { label: "Nobody", decision: { verb: "assign", says: "is nobody's" } },
  ];
}

const kinds = { github: "GitHub", gitlab: "GitLab", forgejo: "Forgejo", webhook: "Webhook" };
/** Trackers in which an issue may be made of it. */
function useTrackers(project: string | undefined): Option[] {
  const trackers = useAsk<ErrorTrackers>("errors.trackers").data?.trackers ?? [];
  return trackers
    .filter(({ services }) => !services || project === undefined || services.includes(project))
    .map(({ name, kind, where }) => ({
      label: `New issue in ${kinds[kind]}: ${where}`,
      decision: { verb: "open-ticket", input: { tracker: name }, says: `filed in ${where}` },
    }));
}

/** Asks how exactly; the digits answer. */
export function Choose(of: ChooseProps): ReactNode {
  const { question, about, project, release, onClose, onDecide } = of;
  const people = useAssignees();
  const trackers = useTrackers(project);
  const [now] = useState(Date.now);
  const all: Record<Question, Option[]> = {
    ...{ resolve: resolutions(release), snooze: snoozes(now) },
    ...{ assign: people, file: trackers },
  };
  const options = question ? all[question] : [];
  const decide = (decision: Decision): void => {
    onClose();
    onDecide(decision);
  };
  useEffect(() => {
    if (question === undefined) return undefined;
    const press = (event: KeyboardEvent): void => {
      // The field has the focus from the start; no address begins with a digit.
      if (event.target instanceof HTMLInputElement && event.target.value !== "") return;
      const option = /^[1-9]$/.test(event.key) ? options[Number(event.key) - 1] : undefined;
      if (!option) return;
      event.preventDefault();
      decide(option.decision);
    };
    addEventListener("keydown", press);
    return () => removeEventListener("keydown", press);
  });
  return (
    <Dialog
      open={question !== undefined}
      title={question ? titles[question] : ""}
      onClose={onClose}
    >
      <p className="mb-3 text-sm break-words text-muted">{about}</p>
      {options.length > 0 && (
        <ol className="grid max-h-96 gap-1 overflow-y-auto">
          {options.map(({ label, decision }, place) => (
            <li key={label}>
              <button
                type="button"
                onClick={() => decide(decision)}
                className="flex min-h-10 w-full items-center gap-3 rounded-md px-2 text-left text-sm hover:bg-hover max-sm:min-h-11"
              >
                {place < 9 && <Key>{place + 1}</Key>}
                <span className="min-w-0 break-words">{label}</span>
              </button>
            </li>
          ))}
        </ol>
      )}
      {question === "file" && (
        <div className={options.length > 0 ? "mt-4 border-t border-line pt-4" : ""}>
          <FileForm onDecide={decide} />
        </div>
      )}
    </Dialog>
  );
}

const FileForm = ({ onDecide }: { onDecide: (decision: Decision) => void }): ReactNode => (
  <Form
    submit="Link it"
    onSubmit={async (fields) => {
      const link = textOf(fields, "link");
      onDecide({ verb: "file", input: { link }, says: "filed" });
    }}
  >
    <Field
      label="Or the address of an issue that is there"
      name="link"
      type="url"
      required
      placeholder="https://github.com/you/shop/issues/17"
      hint="In GitHub, GitLab, Forgejo or wherever it is worked on."
    />
  </Form>
);
