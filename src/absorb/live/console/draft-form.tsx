import { type ReactNode, useEffect, useRef, useState } from "react";
import {
  Button,
  type Change,
  count,
  go,
  Loading,
  PageHead,
  ProblemView,
  Meanwhile,
  meanwhileIn,
  say,
  type ValuePath,
  useLive,
  useSend,
  useTask,
  withChange,
} from "#console";
import type { Definition } from "../contract.ts";
import {
  type Draft,
  definitionOf,
  draftOf,
  emptyDraft,
  type Mistakes,
  mistakesIn,
  mistakesOf,
  withoutMended,
} from "./draft.ts";
import { Basics, More, type Part } from "./draft-fields.tsx";
import { GroupsField } from "./groups-field.tsx";
import { QuestionsField } from "./questions-field.tsx";

export const showAt = (show: string): string => `/live?show=${encodeURIComponent(show)}`;

/** What no field stands for: said below, so that no refusal is silent. */
const unplaced = (mistakes: Mistakes, form: HTMLElement | null): string[] => {
  const shown = form?.textContent ?? "";
  return Object.entries(mistakes).flatMap(([path, message]) =>
    shown.includes(message) ? [] : [`${path.replace(/^definition\./, "")}: ${message}`],
  );
};

type Told = { version: number; definition: Definition };
/** Castor's names of a show's parts, where the form has other words. */
const fieldNames: Readonly<Record<string, string>> = {
  ...{ title: "Title", participantsMax: "How many may join", joining: "Who may join" },
  ...{ questions: "Questions", text: "what is asked", choices: "choices", right: "the right one" },
  ...{ window: "time for answers", dimensions: "Groups", finalists: "Finalists named" },
  ...{ keepAnswers: "Who answered what is erased after", endsAfter: "Ends by itself after" },
  ...{ keepFinalists: "What finalists told is erased after", origins: "Other sites' pages" },
  ...{ stageShowsRight: "The stage shows the right one", privacy: "Privacy", plan: "Plan" },
};
const fieldName = (path: ValuePath): string =>
  path
    .map((name, at) => (at === 1 && path[0] === "questions" ? name : (fieldNames[name] ?? name)))
    .join(" · ");

/** What somebody else saved since this form was begun, and the version from which it may be saved. */
function useMeanwhile(first: Told | undefined, now: Told | undefined, draft: Draft) {
  const [begun, setBegun] = useState(first);
  if (!begun || !now || now.version <= begun.version)
    return { changes: [], base: begun?.version, keep: () => undefined };
  const of = { begun: begun.definition, theirs: now.definition, mine: definitionOf(draft) };
  const changes = meanwhileIn(of);
  const isSettled = changes.length === 0;
  return { changes, base: (isSettled ? now : begun).version, keep: () => setBegun(now) };
}

function DraftForm({ first, told }: { first: Draft; told?: Told }): ReactNode {
  const isNew = told === undefined;
  // What was asked for may be answered again; what somebody has begun to change stays theirs.
  const [start] = useState(first);
  const [draft, setDraft] = useState(start);
  const [mistakes, setMistakes] = useState<Mistakes>({});
  const [others, setOthers] = useState<string[]>([]);
  const form = useRef<HTMLFormElement>(null);
  const place = useRef<HTMLDivElement>(null);
  const send = useSend("live.shows");
  const task = useTask();
  const isChanged = draft !== start;
  const [begunWith] = useState(told);
  const meanwhile = useMeanwhile(begunWith, told, draft);
  const [refused, setRefused] = useState<Mistakes>({});
  useEffect(() => {
    form.current?.querySelector<HTMLElement>('[aria-invalid="true"]')?.focus();
    setOthers(unplaced(refused, form.current));
  }, [refused]);
  useEffect(() => {
    if (!isChanged) return;
    const ask = (event: BeforeUnloadEvent): void => event.preventDefault();
    addEventListener("beforeunload", ask);
    return () => removeEventListener("beforeunload", ask);
  }, [isChanged]);
  const take = (changes: readonly Change[]): void => {
    const taken = changes.reduce<unknown>(withChange, definitionOf(draft));
    setDraft(draftOf(draft.show, taken as Definition));
  };
  const refuse = (found: Mistakes): void => {
    setMistakes(found);
    setRefused({ ...found });
  };
  const save = async (): Promise<void> => {
    const show = draft.show.trim();
    const own = mistakesIn(draft);
    if (Object.keys(own).length > 0) return refuse(own);
    setMistakes({});
    await task.run(async () => {
      try {
        const said = { show, definition: definitionOf(draft) };
        await (isNew
          ? send("live.add", said)
          : send("live.change", { ...said, base: meanwhile.base }));
      } catch (error) {
        const found = mistakesOf(error);
        if (found === undefined) throw error;
        return refuse(found);
      }
      say(isNew ? `${draft.title} is planned` : `${draft.title} is changed`);
      go(showAt(show), "replace");
    });
  };
  const set: Part["set"] = (change, ...mended) => {
    setDraft({ ...draft, ...change });
    setMistakes((known) => withoutMended(known, mended));
  };
  const part: Part = { draft, mistakes, set };
  const wrong = Object.keys(mistakes).length;
  return (
    <form
      ref={form}
      noValidate
      className="grid max-w-3xl gap-6"
      onSubmit={(event) => {
        event.preventDefault();
        void save();
      }}
    >
      <Basics part={part} isNew={isNew} />
      <QuestionsField
        {...part}
        onChange={(questions, ...mended) => set({ questions }, ...mended)}
      />
      <GroupsField {...part} onChange={(groups, ...mended) => set({ groups }, ...mended)} />
      <More part={part} />
      {meanwhile.changes.length > 0 && (
        <Meanwhile
          place={place}
          changes={meanwhile.changes}
          nameOf={fieldName}
          onKeep={meanwhile.keep}
          onTake={(change) => take([change])}
          onTakeAll={() => take(meanwhile.changes)}
        />
      )}
      {task.error && <ProblemView error={task.error} />}
      <div className="sticky bottom-0 -mx-1 flex flex-wrap items-center gap-3 border-t border-line bg-ground px-1 py-3">
        <Button
          type="submit"
          kind="primary"
          busy={task.busy}
          disabled={meanwhile.changes.length > 0}
        >
          {isNew ? "Plan the show" : "Save"}
        </Button>
        <Button kind="quiet" onClick={() => go(isNew ? "/live" : showAt(draft.show), "replace")}>
          Cancel
        </Button>
        {meanwhile.changes.length > 0 && (
          <Button kind="quiet" onClick={() => place.current?.focus()}>
            Somebody else has saved this meanwhile: look at it first
          </Button>
        )}
        <div role="status" className="text-sm text-bad">
          {wrong > 0 && (
            <p>
              Nothing was saved: {count(wrong, "field")} to mend.
              {others.map((each) => (
                <span key={each} className="block">
                  {each}
                </span>
              ))}
            </p>
          )}
        </div>
      </div>
    </form>
  );
}

/** A new show, as the console plans it. */
export const NewShow = (): ReactNode => (
  <>
    <PageHead
      title="A new show"
      says="Nothing is fixed before its doors open: until then all of it can be changed here."
    />
    <DraftForm first={emptyDraft()} />
  </>
);

/** A show that castor.yaml does not name, before its doors open. */
export function ChangeShow({ show }: { show: string }): ReactNode {
  const { data, error } = useLive<Told & { isInFile: boolean }>("live.definition", { show });
  return (
    <>
      <PageHead
        title={data ? `Change ${data.definition.title}` : "Change a show"}
        says="Until its doors open all of it may be another."
      />
      {error && <ProblemView error={error} />}
      {!data && !error && <Loading what="the show" lines={8} />}
      {data?.isInFile === true && (
        <p className="max-w-[70ch]">
          <code className="font-mono">castor.yaml</code> names this show, under{" "}
          <code className="font-mono">live.shows.{show}</code>: it is changed there, and read again
          by itself.
        </p>
      )}
      {data?.isInFile === false && (
        <DraftForm key={show} first={draftOf(show, data.definition)} told={data} />
      )}
    </>
  );
}
