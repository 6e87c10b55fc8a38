import { answer, capability, command, event, type TextFile } from "#kernel";
import { testCastor } from "#kernel/testing";
import { expect, test } from "bun:test";
import * as z from "zod";
import { type Incident, one as incidentOne } from "../incidents/contract.ts";
import { list, matching, notRun, one, unknown } from "./contract.ts";
import { runbooks } from "./index.ts";
import { runbookShelf } from "./shelf.ts";

/** Stands for the incidents: there is one, about one service. */
const incidents = capability({
  id: "incidents",
  about: "",
  config: z.object({}),
  answers: [
    answer(incidentOne, (_, { incident }) => ({
      at: 0,
      incident: incident === "inc-1" ? ({ incident, services: ["shop"] } as Incident) : null,
    })),
  ],
});
const drained = event("doors.drained", z.object({ door: z.string() }), { says: () => "drained" });
/** Something that a step can run. */
const doors = capability({
  id: "doors",
  about: "",
  config: z.object({}),
  emits: [drained],
  commands: [
    command("doors.drain", {
      about: "Drains a door.",
      input: z.object({ door: z.string(), slowly: z.boolean().default(false) }).strict(),
      model: { initial: {}, evolve: (state: object) => state },
      key: ({ door }) => door,
      decide: ({ door }) => [drained({ door })],
    }),
  ],
});
const down = `---\nservices: [shop]\n---\n# The shop is down\n\n- [ ] Look\n- [ ] Drain it\n\n\`\`\`castor\ndoors.drain { door: $service }\n\`\`\`\n`;

/** A Castor beside a folder with one runbook. */
async function withFolder(texts: Record<string, string> = { "down.md": down }) {
  let files: TextFile[] = [];
  const put = (next: Record<string, string>): void => {
    files = Object.entries(next).map(([path, text]) => ({ path, text }));
  };
  put(texts);
  const shelf = runbookShelf({ files: (folder) => (folder === "runbooks" ? files : []) });
  const castor = await testCastor([incidents, doors, runbooks], { equipment: { runbooks: shelf } });
  await castor.advance(3_000);
  const show = async (of: object = {}) => {
    const { runbook } = await castor.ask(one, { runbook: "down", ...of });
    return (runbook?.blocks ?? []).flatMap((each) => (each.kind === "step" ? [each.step] : []));
  };
  const tick = async (of: object) => {
    const done = await castor.act("runbooks.tick", { incident: "inc-1", runbook: "down", ...of });
    await castor.advance(10);
    return done;
  };
  return { castor, put, show, tick };
}

test("a file that is saved is what people read, and the log knows that it changed", async () => {
  const { castor, put } = await withFolder();
  await using _ = castor;
  put({ "down.md": down.replace("is down", "is gone"), "new/one.md": "# New\n" });
  await castor.advance(3_000);
  const { runbooks: all } = await castor.ask(list, {});
  expect(all.map(({ runbook, title, steps }) => [runbook, title, steps])).toEqual([
    ["down", "The shop is gone", 2],
    ["new/one", "New", 0],
  ]);
  put({});
  await castor.advance(3_000);
  const facts = castor.facts().filter(({ event: { type } }) => type === "runbooks.changed");
  expect(facts.map(({ event }) => castor.castor.facts.says(event))).toEqual([
    "Runbooks are new or changed: down",
    "Runbooks are new or changed: down, new/one",
    "Runbooks are gone: down, new/one",
  ]);
});

test("the files are there with the first answer, before anything was waited for", async () => {
  const shelf = runbookShelf({ files: () => [{ path: "down.md", text: down }] });
  await using castor = await testCastor([incidents, doors, runbooks], {
    equipment: { runbooks: shelf },
  });
  expect((await castor.ask(list, {})).runbooks).toHaveLength(1);
  expect((await castor.ask(list, {})).mistakes).toEqual([]);
});

test("the same files at the next look are no news", async () => {
  const { castor } = await withFolder();
  await using _ = castor;
  await castor.advance(60_000);
  expect(castor.types().filter((type) => type === "runbooks.changed")).toHaveLength(1);
});

test("a step knows what it would run, with the service of the incident in it", async () => {
  const { castor, show } = await withFolder();
  await using _ = castor;
  expect((await show())[1]?.command).toMatchObject({
    input: { door: "$service" },
    needs: ["service"],
  });
  expect((await show({ incident: "inc-1" }))[1]?.command).toEqual({
    ...{ verb: "doors.drain", kind: "command", about: "Drains a door.", allow: "operator" },
    ...{ input: { door: "shop" }, needs: [] },
  });
  expect((await show({ incident: "inc-1", service: "blog" }))[1]?.command?.input).toEqual({
    door: "blog",
  });
});

test("a verb that is not there and an input that does not fit are told with file and line", async () => {
  const block = (text: string) => `\`\`\`castor\n${text}\n\`\`\`\n`;
  const text = `# x\n${block("doors.open")}${block("doors.drain { dor: a }")}${block("sh.run")}`;
  const { castor } = await withFolder({ "x.md": text, "bad name.md": "# y" });
  await using _ = castor;
  const { mistakes, runbooks: all } = await castor.ask(list, {});
  expect(mistakes.map(({ file, line, what }) => `${file}:${line}: ${what}`)).toEqual([
    "runbooks/x.md:3: There is no verb doors.open.",
    "runbooks/x.md:6: doors.drain does not take `dor`.",
    "runbooks/x.md:6: doors.drain needs `door`.",
    "runbooks/x.md:9: There is no verb sh.run.",
    "runbooks/bad name.md:0: A file of this name cannot be a runbook.",
  ]);
  expect(mistakes[0]?.fix).toBe("There are doors.drain.");
  expect(all).toHaveLength(1);
});

test("a tick is on the incident's timeline once, also when two people tick at the same time", async () => {
  const { castor, show, tick } = await withFolder();
  await using _ = castor;
  const both = [tick({ step: "1" }), tick({ step: (await show())[0]?.step })];
  await Promise.all(both);
  await tick({ step: "1" });
  const facts = castor.facts().filter(({ event: { type } }) => type === "runbooks.step-ticked");
  expect(facts.map(({ event }) => castor.castor.facts.says(event))).toEqual([
    "inc-1, down: Look: done",
  ]);
  expect((await show({ incident: "inc-1" })).map(({ done }) => done?.by.id)).toEqual([
    "tester",
    undefined,
  ]);
  expect(
    await castor.ask(matching, { ...nothing, services: ["shop"], incident: "inc-1" }),
  ).toMatchObject({
    runbooks: [{ runbook: "down", steps: 2, done: 1, why: "service" }],
  });
  await tick({ step: "1", done: false });
  expect((await show({ incident: "inc-1" }))[0]?.done).toBeNull();
});
const nothing = { services: [], alerts: [], labels: {}, text: "", limit: 5 };

test("what a step ran is proven by the log, and nobody claims what is not theirs", async () => {
  const { castor, tick } = await withFolder();
  await using _ = castor;
  await castor.run("doors.drain", { door: "shop" });
  const position = castor.castor.facts.head();
  await castor.run("doors.drain", { door: "blog" }, { kind: "person", id: "jo" });
  const ran = (verb: string, at: number) => tick({ step: "2", ran: { verb, position: at } });
  expect(await ran("doors.drain", position + 1)).toMatchObject({ problem: notRun });
  expect(await ran("gateway.drain", position)).toMatchObject({ problem: notRun });
  expect(await ran("doors.drain", 99_999)).toMatchObject({ problem: notRun });
  expect(await ran("doors.drain", position)).toMatchObject({ isDone: true, isNew: true });
});

test("an unknown runbook, step or incident is told as such", async () => {
  const { castor, tick } = await withFolder();
  await using _ = castor;
  for (const of of [{ runbook: "up", step: "1" }, { step: "9" }, { step: "1", incident: "inc-2" }])
    expect(await tick(of)).toMatchObject({ problem: unknown });
});
