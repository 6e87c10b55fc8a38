import { action, capability, isRefusal } from "#kernel";
import { expect, spyOn, test } from "bun:test";
import * as z from "zod";
import { consoleOpened } from "../console/contract.ts";
import { console as consolePage } from "../console/index.ts";
import { list } from "./contract.ts";
import { expireMs, type Person, type World, world } from "./world.testing.ts";

const outcomeMs = 600_000;
const melted: string[] = [];
const forge = capability({
  id: "forge",
  about: "Locks.",
  config: z.object({}),
  actions: [
    action("forge.rekey", {
      about: "Melts a lock and makes a new key.",
      destroys: { what: "A lock.", name: ({ lock }) => lock },
      input: z.object({ lock: z.string() }),
      output: z.object({ key: z.string() }),
      act: async ({ lock }) => {
        melted.push(lock);
        return { key: `key of ${lock}` };
      },
    }),
  ],
});
const local: Person = { id: "local", actor: { kind: "system", id: "local" } };

async function smithy(...names: string[]) {
  melted.length = 0;
  const of = await world([forge]);
  const people: Person[] = [];
  for (const name of names) people.push(await of.enter(name));
  await of.settleIn();
  const ask = async (who: Person): Promise<string> => {
    const answer = await of.castor.act("forge.rekey", { lock: "front door" }, who.actor);
    if (!isRefusal(answer)) throw new Error("It was not held up.");
    return String(answer.more["approval"]);
  };
  return { of, people, ask };
}
const act = (of: World, verb: string, who: Person | undefined, input: object) =>
  of.castor.act(`approvals.${verb}`, input, who?.actor ?? local.actor);
const type = (answer: unknown): unknown => (isRefusal(answer) ? answer.problem.type : answer);

test("two who approve at the same time are two: what takes two is done, once", async () => {
  const { of, people, ask } = await smithy("ann", "ben");
  await using _ = of;
  const approval = await ask(local);
  const answers = await Promise.all(people.map((each) => act(of, "approve", each, { approval })));
  expect(answers).toEqual([{ state: "open" }, { state: "done" }]);
  expect(melted).toEqual(["front door"]);
});

test("whoever approved and was demoted meanwhile counts no more", async () => {
  const { of, people, ask } = await smithy("ann", "ben", "cat");
  await using _ = of;
  const [ann, ben, cat] = people;
  const approval = await ask(local);
  expect(await act(of, "approve", ann, { approval })).toEqual({ state: "open" });
  of.auth.people.setRole(ann?.id ?? "", "viewer");
  expect(await act(of, "approve", ben, { approval })).toEqual({ state: "open" });
  expect(await act(of, "approve", cat, { approval })).toEqual({ state: "done" });
});

test("what it gave is shown to whoever asked, once and not for long, and never to who approved", async () => {
  const { of, people, ask } = await smithy("ann", "ben");
  await using _ = of;
  const [ann, ben] = people as [Person, Person];
  const rekey = async (): Promise<string> => {
    const approval = await ask(ann);
    expect(await act(of, "approve", ben, { approval })).toEqual({ state: "done" });
    return approval;
  };
  const look = (approval: string, who: Person) => act(of, "look", who, { approval, outcome: true });
  const approval = await rekey();
  const [shown] = (await of.castor.ask(list, { limit: 1 })).approvals;
  expect(shown?.heldUntil).toBeGreaterThan(of.castor.clock.now());
  const token: Person = { id: "", actor: of.token(ann.actor).actor };
  for (const other of [ben, token, local])
    expect(type(await look(approval, other))).toBe("approvals.not-you");
  const seen = { verb: "forge.rekey", outcome: { key: "key of front door" } };
  expect(await look(approval, ann)).toEqual(seen);
  expect(type(await look(approval, ann))).toBe("approvals.unknown");
  expect(JSON.stringify(of.castor.facts())).not.toContain("key of front door");
  const late = await rekey();
  await of.castor.advance(outcomeMs);
  expect(type(await look(late, ann))).toBe("approvals.unknown");
});

test("a way into an account that was approved reaches whoever asked for it", async () => {
  const { of, people } = await smithy("ann", "ben", "cat");
  await using _ = of;
  const [ann, ben] = people as [Person, Person];
  const input = { email: "cat@castor.example" };
  const no = await of.castor.act("people.sign-in-link", input, ann.actor);
  if (!isRefusal(no)) throw new Error("It was not held up.");
  const approval = String(no.more["approval"]);
  expect(await act(of, "approve", ben, { approval })).toEqual({ state: "done" });
  expect(await act(of, "look", ann, { approval, outcome: true })).toMatchObject({
    outcome: { kind: "recovery", path: expect.stringMatching(/^\/sign-in/) },
  });
});

test("a way that tells an approver and refuses is noted", async () => {
  const { of, ask } = await smithy("ann", "ben", "cat");
  await using _ = of;
  const fx = of.castor.castor.effects(consolePage, { actor: { kind: "system", id: "console" } });
  await fx.record("opened", [consoleOpened({ url: `https://castor.example/${"x".repeat(500)}` })]);
  const noted = spyOn(process.stderr, "write").mockImplementation(() => true);
  try {
    await ask(local);
    await of.castor.advance(expireMs / 2);
    expect(noted.mock.calls.join("\n")).toContain("was not told by");
  } finally {
    noted.mockRestore();
  }
});
