import type { ReactNode } from "react";
import {
  Card,
  Choice,
  type People,
  type PostMortemTemplates,
  ProblemView,
  useAsk,
  useSend,
  useTask,
} from "#console";
import { SectionCard } from "./section.tsx";
import { changes, type Whole } from "./words.ts";

function Template({ pm }: { pm: Whole }): ReactNode {
  const run = useSend(...changes);
  const task = useTask();
  const { data } = useAsk<PostMortemTemplates>("post-mortems.templates");
  if (!data) return null;
  const here = data.templates.find(({ name }) => name === pm.template);
  return (
    <Card title="Form" hint={here?.about}>
      <Choice
        label="Form of the text"
        hideLabel
        value={pm.template}
        disabled={task.busy}
        onChange={(event) =>
          void task.run(() =>
            run("post-mortems.use-template", {
              ...{ postMortem: pm.postMortem, template: event.target.value },
            }),
          )
        }
        options={data.templates.map(({ name, sections }) => [
          name,
          `${name} (${sections.length} sections)`,
        ])}
        className="max-w-80"
      />
      <p className="mt-2 text-xs text-muted">
        What is written stays when the form changes; figures, timeline and exam stand in every one.
      </p>
      {task.error && <ProblemView error={task.error} />}
    </Card>
  );
}

/** The text, section by section; each is saved by itself. */
export function Write({
  pm,
  mayEdit,
  mayComment,
}: {
  pm: Whole;
  mayEdit: boolean;
  mayComment: boolean;
}): ReactNode {
  const people = useAsk<People>("people.list", {}, mayEdit).data?.people ?? [];
  const names = people.map(({ name }) => name);
  return (
    <div className="mx-auto grid max-w-4xl gap-5">
      {mayEdit && <Template pm={pm} />}
      {pm.sections.map((section) => (
        <SectionCard key={section.id} {...{ pm, section, names, mayEdit, mayComment }} />
      ))}
    </div>
  );
}
