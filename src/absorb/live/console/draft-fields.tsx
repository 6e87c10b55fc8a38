import { type ReactNode, useRef } from "react";
import { Card, Choice, Field } from "#console";
import { type Draft, type Mistakes, nameOf, nothing } from "./draft.ts";

export type Part = {
  draft: Draft;
  mistakes: Mistakes;
  /** Changes some of it; the paths are those whose mistakes are mended by that, or tried to be. */
  set: (change: Partial<Draft>, ...mended: string[]) => void;
};

/** A field for one word or number of the draft. */
function Plain({
  part: { draft, mistakes, set },
  name,
  path = `definition.${name}`,
  label,
  hint,
  isNumber = false,
}: {
  part: Part;
  name: {
    [K in keyof Draft]: Draft[K] extends string ? K : never;
  }[keyof Draft];
  path?: string;
  label: string;
  hint?: string;
  isNumber?: boolean;
}): ReactNode {
  return (
    <Field
      label={label}
      hint={hint}
      value={draft[name]}
      inputMode={isNumber ? "decimal" : "text"}
      autoComplete="off"
      error={mistakes[path] ?? mistakes[`${path}.0`]}
      onChange={({ target }) => set({ [name]: target.value }, path)}
    />
  );
}

const joinings = [
  ["open", "Anybody who opens the page"],
  ["backend", "Only who our own program lets in"],
] as const;

/** What a show is called, and who may come. */
export function Basics({ part, isNew }: { part: Part; isNew: boolean }): ReactNode {
  const { draft, mistakes, set } = part;
  const isNamed = useRef(false);
  return (
    <Card title="The show">
      <div className="grid gap-4 sm:grid-cols-2">
        <Field
          className="sm:col-span-2"
          label="Title"
          hint="The name that the audience sees"
          value={draft.title}
          maxLength={80}
          autoFocus={isNew}
          autoComplete="off"
          error={mistakes["definition.title"]}
          onChange={({ target: { value } }) =>
            set(
              { title: value, ...(isNew && !isNamed.current && { show: nameOf(value) }) },
              "definition.title",
              "show",
            )
          }
        />
        {isNew && (
          <Field
            label="Short name"
            hint="In addresses and commands; it stays"
            value={draft.show}
            maxLength={40}
            spellCheck={false}
            autoComplete="off"
            error={mistakes["show"]}
            onChange={({ target }) => {
              isNamed.current = target.value !== "";
              set({ show: target.value }, "show");
            }}
          />
        )}
        <Plain
          part={part}
          name="participantsMax"
          label="How many may join"
          hint="Each takes 4.5 bytes of memory"
          isNumber
        />
        <Choice
          className={isNew ? "sm:col-span-2" : ""}
          label="Who may join"
          value={draft.joining}
          options={joinings}
          onChange={({ target }) =>
            set({ joining: target.value === "backend" ? "backend" : "open" })
          }
        />
      </div>
    </Card>
  );
}

/** What is right as it is for most shows. */
export function More({ part }: { part: Part }): ReactNode {
  const { draft, mistakes, set } = part;
  const privacy = "definition.privacy";
  const isWrong = Object.keys(mistakes).some((path) =>
    /^definition\.(privacy|keep|ends|origins|finalists)/.test(path),
  );
  return (
    <Card>
      <details open={isWrong || undefined} className="group">
        <summary className="-m-2 cursor-pointer rounded-md p-2 text-sm font-semibold">
          Ending, keeping, privacy{" "}
          <span className="font-normal text-faint">· right as it is for most shows</span>
        </summary>
        <div className="mt-4 grid gap-4 sm:grid-cols-2">
          <Plain part={part} name="finalists" label="Finalists named at the end" isNumber />
          <label className="flex min-h-10 cursor-pointer items-center gap-2 self-end text-sm">
            <input
              type="checkbox"
              checked={draft.stageShowsRight}
              onChange={({ target }) => set({ stageShowsRight: target.checked })}
              className="size-5 accent-(--accent)"
            />
            The stage shows what is right while answers still come
          </label>
          <Plain
            part={part}
            name="endsAfter"
            label="Ends by itself after"
            hint="From its doors on, where nobody ends it"
          />
          <Plain
            part={part}
            name="origins"
            label="Other sites whose pages may take part"
            hint="Such as https://fans.example.org, with a comma between them"
          />
          <Plain
            part={part}
            name="keepAnswers"
            label="Who answered what is erased after"
            hint={'From the end of the show: "24h", "7d"'}
          />
          <Plain
            part={part}
            name="keepFinalists"
            label="What finalists said of themselves, after"
            hint="They can take it back before"
          />
          <Plain
            part={part}
            name="epsilonPerQuestion"
            path={`${privacy}.epsilonPerQuestion`}
            label="Epsilon of a published question"
            hint="Smaller is safer and noisier. The total and each split get a part of it"
            isNumber
          />
          <Plain
            part={part}
            name="splitBy"
            path={`${privacy}.splitBy`}
            label="Results are split by"
            hint={`Such as "age, country+age"; empty: each group by itself; "${nothing}": the total only`}
          />
          <Plain
            part={part}
            name="epsilonPerShow"
            path={`${privacy}.epsilonPerShow`}
            label="Epsilon of the whole show"
            hint="When it is spent, nothing more can be published"
            isNumber
          />
          <Plain
            part={part}
            name="stageCellMin"
            path={`${privacy}.stageCellMin`}
            label="The stage is silent below so many answers"
            hint="10 at least"
            isNumber
          />
        </div>
      </details>
    </Card>
  );
}
