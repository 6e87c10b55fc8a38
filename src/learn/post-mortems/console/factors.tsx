import { type ReactNode, useState } from "react";
import {
  Button,
  Card,
  Choice,
  Empty,
  Field,
  Form,
  ProblemView,
  say,
  textOf,
  useSend,
  useTask,
} from "#console";
import { causes, factorKinds } from "../contract.ts";
import { GraphView } from "./graph.tsx";
import { causeWords, changes, factorWords, type Whole } from "./words.ts";

type Graph = Pick<Whole["graph"], "factors" | "links">;
type Kind = Graph["factors"][number]["kind"];
const kinds = factorKinds.map((kind) => [kind, factorWords[kind]] as const);
const kindOf = (name: string): Kind => factorKinds.find((each) => each === name) ?? "condition";

/** A name that no factor of the graph has yet. */
function freeId({ factors }: Graph): string {
  const taken = new Set(factors.map(({ id }) => id));
  let n = factors.length + 1;
  while (taken.has(`f${n}`)) n += 1;
  return `f${n}`;
}

function useDraw(pm: Whole): (graph: Graph) => Promise<unknown> {
  const run = useSend(...changes);
  const { postMortem, graph } = pm;
  return ({ factors, links }) =>
    run("post-mortems.draw", { postMortem, factors, links, base: graph.version });
}

function Add({ pm }: { pm: Whole }): ReactNode {
  const draw = useDraw(pm);
  const [key, setKey] = useState(0);
  const { factors, links } = pm.graph;
  return (
    <Form
      key={key}
      submit="Add it"
      onSubmit={async (fields) => {
        const id = freeId(pm.graph);
        const to = textOf(fields, "to");
        const text = textOf(fields, "text");
        await draw({
          factors: [...factors, { id, text, kind: kindOf(textOf(fields, "kind")) }],
          links: to === "" ? links : [...links, { from: id, to }],
        });
        setKey(key + 1);
      }}
    >
      <Field
        label="What was so"
        name="text"
        required
        maxLength={200}
        autoComplete="off"
        hint="A state of things, not a person: “the pool had 20 connections”."
      />
      <Choice label="Which part it had" name="kind" options={kinds} defaultValue="condition" />
      <Choice
        label="It led to"
        name="to"
        options={[
          ["", "nothing that is drawn yet"],
          ...factors.map(({ id, text }): [string, string] => [id, text]),
        ]}
      />
    </Form>
  );
}

function Edit({ pm, id, onDone }: { pm: Whole; id: string; onDone: () => void }): ReactNode {
  const draw = useDraw(pm);
  const task = useTask();
  const { factors, links } = pm.graph;
  const factor = factors.find((each) => each.id === id);
  if (!factor) return null;
  const toggle = (to: string, isOn: boolean) =>
    void task.run(() =>
      draw({
        factors,
        links: isOn
          ? [...links, { from: id, to }]
          : links.filter((each) => each.from !== id || each.to !== to),
      }),
    );
  return (
    <div className="grid gap-4">
      <Form
        key={factor.text}
        submit="Save"
        aside={
          <Button
            kind="danger"
            onClick={() =>
              void task.run(async () => {
                await draw({
                  factors: factors.filter((each) => each.id !== id),
                  links: links.filter(({ from, to }) => from !== id && to !== id),
                });
                onDone();
              })
            }
          >
            Take it out
          </Button>
        }
        onSubmit={async (fields) => {
          const [text, kind] = [textOf(fields, "text"), kindOf(textOf(fields, "kind"))];
          await draw({
            factors: factors.map((each) => (each.id === id ? { id, text, kind } : each)),
            links,
          });
          say("The graph is drawn anew");
        }}
      >
        <Field
          label="What was so"
          name="text"
          required
          maxLength={200}
          defaultValue={factor.text}
        />
        <Choice label="Which part it had" name="kind" options={kinds} defaultValue={factor.kind} />
      </Form>
      {task.error && <ProblemView error={task.error} />}
      {factors.length > 1 && (
        <fieldset>
          <legend className="mb-1 text-sm font-medium">It led to</legend>
          {factors
            .filter((each) => each.id !== id)
            .map((each) => (
              <label key={each.id} className="flex min-h-9 items-center gap-2 text-sm">
                <input
                  type="checkbox"
                  disabled={task.busy}
                  checked={links.some(({ from, to }) => from === id && to === each.id)}
                  onChange={(event) => toggle(each.id, event.target.checked)}
                />
                {each.text}
              </label>
            ))}
        </fieldset>
      )}
    </div>
  );
}

function Cause({ pm, mayEdit }: { pm: Whole; mayEdit: boolean }): ReactNode {
  const run = useSend(...changes);
  const task = useTask();
  return (
    <Card title="In one word">
      <Choice
        label="What sort of trouble it was"
        value={pm.cause ?? ""}
        disabled={!mayEdit || task.busy}
        onChange={(event) =>
          void task.run(() =>
            run("post-mortems.name-cause", {
              postMortem: pm.postMortem,
              cause: event.target.value,
            }),
          )
        }
        options={[
          ...(pm.cause === undefined ? [["", "Not said yet"] as const] : []),
          ...causes.map((each) => [each, causeWords[each]] as const),
        ]}
      />
      <p className="mt-2 text-xs text-muted">
        When it comes again to the same service, the older post-mortem opens again.
      </p>
      {task.error && <ProblemView error={task.error} />}
    </Card>
  );
}

/** The graph of what made it possible, drawn by people. */
export function Factors({ pm, mayEdit }: { pm: Whole; mayEdit: boolean }): ReactNode {
  const [chosen, setChosen] = useState<string>();
  const isThere = pm.graph.factors.some(({ id }) => id === chosen);
  return (
    <div className="grid items-start gap-5 lg:grid-cols-[minmax(0,1fr)_22rem]">
      <Card
        title="How it came about"
        hint={mayEdit && pm.graph.factors.length > 0 ? "Choose a factor to change it" : undefined}
      >
        {pm.graph.factors.length === 0 ? (
          <Empty icon="link" title="Nothing is drawn yet">
            Begin at the end: add the harm that people felt, then what led to it, and what would
            have stopped it and was not there.
          </Empty>
        ) : (
          <GraphView
            graph={pm.graph}
            chosen={chosen}
            onPick={mayEdit ? (id) => setChosen(id === chosen ? undefined : id) : undefined}
          />
        )}
      </Card>
      <div className="grid gap-5">
        {mayEdit && isThere && chosen !== undefined && (
          <Card
            title="This factor"
            aside={
              <Button kind="quiet" onClick={() => setChosen(undefined)}>
                Done
              </Button>
            }
          >
            <Edit pm={pm} id={chosen} key={chosen} onDone={() => setChosen(undefined)} />
          </Card>
        )}
        {mayEdit && !isThere && (
          <Card title="One more factor">
            <Add pm={pm} />
          </Card>
        )}
        <Cause pm={pm} mayEdit={mayEdit} />
      </div>
    </div>
  );
}
