import { type ReactNode, useEffect, useRef, useState } from "react";
import {
  Button,
  Choice,
  count,
  Dialog,
  Field,
  Form,
  Segments,
  type StatusPagePicture,
  textOf,
  useSend,
} from "#console";
import { componentStatuses } from "../contract.ts";
import { Area } from "./area.tsx";
import { incidentSteps, inFirst, languageName, stageWords, statusWords } from "./words.ts";

/** What a form begins with: nothing, a thread that goes on, or what the facts of an incident would say. */
export type Beginning = {
  thread?: string | undefined;
  incident?: string | undefined;
  title: Record<string, string>;
  text: Record<string, string>;
  stage: string;
  components: Record<string, string>;
};
export const nothing: Beginning = {
  ...{ title: {}, text: {}, stage: "investigating", components: {} },
};

const wordsIn = (fields: FormData, name: string, languages: readonly string[]) =>
  Object.fromEntries(
    languages
      .map((language) => [language, textOf(fields, `${name}-${language}`)] as const)
      .filter(([, text]) => text !== ""),
  );

type WriteProps = {
  page: StatusPagePicture["page"];
  components: StatusPagePicture["components"];
  from: Beginning;
  reach: { subscribers: number; testers: number };
  onDone: () => void;
};

/** An update in each language of the page, what each part is from now on, and whom it reaches. */
export function Write({ page, components, from, reach, onDone }: WriteProps): ReactNode {
  const run = useSend("status-page.now", "status-page.subscribers");
  const [audience, setAudience] = useState<"everyone" | "test">("everyone");
  const [first = "en"] = page.languages;
  const isNew = from.thread === undefined;
  const post = async (fields: FormData): Promise<void> => {
    const changed = components
      .map(({ id }) => [id, textOf(fields, `is-${id}`)] as const)
      .filter(([, status]) => status !== "");
    await run("status-page.post", {
      ...(from.thread === undefined || audience === "test" ? {} : { thread: from.thread }),
      ...(from.incident === undefined || audience === "test" ? {} : { incident: from.incident }),
      ...(isNew || audience === "test"
        ? { title: isNew ? wordsIn(fields, "title", page.languages) : from.title }
        : {}),
      ...{ text: wordsIn(fields, "text", page.languages), stage: textOf(fields, "stage") },
      ...{ components: Object.fromEntries(changed), audience },
    });
    onDone();
  };
  return (
    <Form
      submit={audience === "test" ? `Send a test to ${reach.testers}` : "Publish"}
      onSubmit={post}
      aside={
        <span className="text-xs text-muted">
          {audience === "test"
            ? "On no page; reaches the testers of castor.yaml alone."
            : `On the page at once; ${count(reach.subscribers, "subscriber is", "subscribers are")} told.`}
        </span>
      }
    >
      {reach.testers > 0 && isNew && (
        <Segments
          label="For whom"
          value={audience}
          options={[
            ["everyone", "For everybody"],
            ["test", "A test"],
          ]}
          onPick={setAudience}
        />
      )}
      {page.languages.map((language) => (
        <div key={language} className="grid gap-3">
          {isNew && (
            <Field
              label={`What can people not do?${page.languages.length > 1 ? ` (${languageName(language)})` : ""}`}
              name={`title-${language}`}
              defaultValue={from.title[language] ?? ""}
              required={language === first}
              minLength={3}
              maxLength={160}
              autoComplete="off"
            />
          )}
          <Area
            label={`What there is to say${page.languages.length > 1 ? ` (${languageName(language)})` : ""}`}
            name={`text-${language}`}
            defaultValue={from.text[language] ?? ""}
            required={language === first}
          />
        </div>
      ))}
      <Choice
        label="How far"
        name="stage"
        defaultValue={from.stage}
        options={[...incidentSteps, ...(isNew ? [] : (["postmortem"] as const))].map(
          (each) => [each, stageWords[each] ?? each] as const,
        )}
      />
      <fieldset className="grid gap-3 sm:grid-cols-2">
        <legend className="mb-1 text-sm font-medium">What is affected</legend>
        {components.map(({ id, name, status }) => (
          <Choice
            key={id}
            label={inFirst(name, page.languages)}
            name={`is-${id}`}
            defaultValue={from.components[id] ?? ""}
            options={[
              ["", `As it is (${statusWords[status]})`],
              ...componentStatuses.map((each) => [each, statusWords[each]] as const),
            ]}
          />
        ))}
      </fieldset>
    </Form>
  );
}

type WriteButtonProps = Omit<WriteProps, "onDone" | "from"> & {
  label: string;
  title: string;
  kind?: "primary" | "plain";
  /** Opens by itself, once: a link led here. */
  isAsked?: boolean;
  /** Asked when the dialog opens. */
  begin: () => Promise<Beginning> | Beginning;
};

export function WriteButton(of: WriteButtonProps): ReactNode {
  const [from, setFrom] = useState<Beginning>();
  const close = (): void => setFrom(undefined);
  const wasAsked = useRef(false);
  useEffect(() => {
    if (!of.isAsked || wasAsked.current) return;
    wasAsked.current = true;
    void Promise.resolve(of.begin()).then(setFrom);
  }, [of]);
  return (
    <>
      <Button
        kind={of.kind ?? "plain"}
        icon="plus"
        onClick={() => void Promise.resolve(of.begin()).then(setFrom)}
      >
        {of.label}
      </Button>
      <Dialog open={from !== undefined} title={of.title} onClose={close} wide>
        {from && <Write {...of} from={from} onDone={close} />}
      </Dialog>
    </>
  );
}
