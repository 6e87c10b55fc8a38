import { type ReactNode, useEffect, useRef, useState } from "react";
import {
  Button,
  count,
  go,
  Loading,
  PageHead,
  ProblemView,
  say,
  useAsk,
  useSend,
  useTask,
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

function DraftForm({ first, isNew }: { first: Draft; isNew: boolean }): ReactNode {
  // What was asked for may be answered again; what somebody has begun to change stays theirs.
  const [start] = useState(first);
  const [draft, setDraft] = useState(start);
  const [mistakes, setMistakes] = useState<Mistakes>({});
  const [others, setOthers] = useState<string[]>([]);
  const form = useRef<HTMLFormElement>(null);
  const send = useSend("live.shows");
  const task = useTask();
  const isChanged = draft !== start;
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
        await send(isNew ? "live.add" : "live.change", { show, definition: definitionOf(draft) });
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
      {task.error && <ProblemView error={task.error} />}
      <div className="sticky bottom-0 -mx-1 flex flex-wrap items-center gap-3 border-t border-line bg-ground px-1 py-3">
        <Button type="submit" kind="primary" busy={task.busy}>
          {isNew ? "Plan the show" : "Save"}
        </Button>
        <Button kind="quiet" onClick={() => go(isNew ? "/live" : showAt(draft.show), "replace")}>
          Cancel
        </Button>
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
    <DraftForm first={emptyDraft()} isNew />
  </>
);

/** A show that castor.yaml does not name, before its doors open. */
export function ChangeShow({ show }: { show: string }): ReactNode {
  const { data, error } = useAsk<{ definition: Definition; isInFile: boolean }>("live.definition", {
    show,
  });
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
        <DraftForm key={show} first={draftOf(show, data.definition)} isNew={false} />
      )}
    </>
  );
}
