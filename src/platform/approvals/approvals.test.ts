import { action, capability, command, event, isRefusal } from "#kernel";
import { expect, test } from "bun:test";
import * as z from "zod";
import { alone, list } from "./contract.ts";
import { expireMs, type Person, world } from "./world.testing.ts";

const burnt = event("archive.burnt", z.object({ shelf: z.string() }), {
  says: ({ shelf }) => `Shelf ${shelf} burnt`,
});
const shredded: unknown[] = [];
/** Something to lose: shelves that burn (a command), papers that are shredded (an action, for operators). */
const archive = capability({
  id: "archive",
  about: "Shelves.",
  config: z.object({}),
  emits: [burnt],
  commands: [
    command("archive.burn", {
      about: "Burns a shelf.",
      allow: "admin",
      destroys: { what: "A shelf.", name: ({ shelf }) => shelf },
      input: z.object({ shelf: z.string(), after: z.string().transform(Number).optional() }),
      model: { initial: false, evolve: () => true },
      key: ({ shelf }) => shelf,
      decide: ({ shelf }, isGone: boolean) => (isGone ? [] : [burnt({ shelf })]),
    }),
  ],
  actions: [
    action("archive.shred", {
      about: "Shreds papers.",
      destroys: {
        what: "Papers.",
        name: ({ secret }) => (secret === "none" ? undefined : "papers"),
      },
      input: z.object({ secret: z.string() }),
      output: z.object({}),
      act: async ({ secret }) => {
        shredded.push(secret);
        if (secret === "stuck") throw new Error("paper jam");
        return {};
      },
    }),
  ],
});

async function pair() {
  shredded.length = 0;
  const of = await world([archive]);
  const [ann, ben] = [await of.enter("ann"), await of.enter("ben", "admin")];
  await of.settleIn();
  const { castor } = of;
  const burn = (who: Person, shelf = "a1") => castor.run("archive.burn", { shelf }, who.actor);
  const asked = (answer: unknown): string => {
    if (!isRefusal(answer) || answer.problem.type !== "approvals.needed")
      throw new Error(`Not held up: ${JSON.stringify(answer)}`);
    return String(answer.more["approval"]);
  };
  const act = (verb: string, input: object, who: Person) =>
    castor.act(`approvals.${verb}`, input, who.actor);
  const states = async () =>
    (await castor.ask(list, { limit: 100 })).approvals.map(({ state }) => state);
  return { of, castor, ann, ben, burn, asked, act, states };
}
const type = (answer: unknown): unknown => (isRefusal(answer) ? answer.problem.type : answer);

test("what one asks for a second one approves, and it is done once, as whoever asked, because of the approval", async () => {
  const { of, castor, ann, ben, burn, asked, act } = await pair();
  await using _ = of;
  const approval = asked(await castor.run("archive.burn", { shelf: "a1", after: "5" }, ann.actor));
  expect(castor.types()).not.toContain("archive.burnt");
  const [first, second] = await Promise.all([
    act("approve", { approval }, ben),
    act("approve", { approval }, ben),
  ]);
  expect([type(first), type(second)].toSorted()).toEqual(
    [{ state: "done" }, "approvals.over"].toSorted(),
  );
  const done = castor.facts().filter((each) => each.event.type === "archive.burnt");
  expect(done.map(({ by }) => by.id)).toEqual([ann.id]);
  const cause = castor.facts().find(({ position }) => position === done[0]?.cause);
  expect([cause?.event.type, cause?.by.id]).toEqual(["approvals.approved", ben.id]);
  expect(type(await burn(ann, "a2"))).toBe("approvals.needed");
});

test("an action is done once however often two tap at the same time", async () => {
  const { of, castor, ann, ben, asked, act } = await pair();
  await using _ = of;
  const carl = await of.enter("carl");
  await of.settleIn();
  const approval = asked(await castor.act("archive.shred", { secret: "s3cret" }, ann.actor));
  await Promise.all([ben, carl, ben, carl].map((each) => act("approve", { approval }, each)));
  expect(shredded).toEqual(["s3cret"]);
});

test("nobody approves what they asked for, neither by a token, nor as the machine, nor with too small a role", async () => {
  const { of, castor, ann, ben, asked, act } = await pair();
  await using _ = of;
  const [viewer, newcomer] = [await of.enter("vi", "viewer"), await of.enter("new")];
  const approval = asked(await castor.run("archive.burn", { shelf: "a1" }, ann.actor));
  const token = of.token(ann.actor, ["approvals.*"]);
  const bens = of.token(ben.actor);
  const local: Person = { id: "local", actor: { kind: "system", id: "local" } };
  const wrong = [
    ann,
    viewer,
    newcomer,
    local,
    ...[token, bens].map(({ actor }) => ({ id: "", actor })),
  ];
  for (const who of wrong)
    for (const [verb, input] of [
      ["approve", { approval }],
      ["refuse", { approval, reason: "no, no" }],
    ] as const)
      expect([who.actor.id, type(await act(verb, input, who))]).toEqual([
        who.actor.id,
        "approvals.not-you",
      ]);
  const meant = of.token(ben.actor, ["approvals.approve"]);
  expect(await act("approve", { approval }, { id: "", actor: meant.actor })).toMatchObject({
    state: "done",
  });
});

test("what a token asks for its maker asked for; what the machine itself asks for takes two", async () => {
  const { of, castor, ann, ben, asked, act, states } = await pair();
  await using _ = of;
  const ci = of.token(ann.actor).actor;
  const byToken = asked(await castor.run("archive.burn", { shelf: "a1" }, ci));
  expect(type(await act("approve", { approval: byToken }, ann))).toBe("approvals.not-you");
  expect(await act("approve", { approval: byToken }, ben)).toEqual({ state: "done" });
  const byMachine = asked(
    await castor.run("archive.burn", { shelf: "a2" }, { kind: "system", id: "local" }),
  );
  expect(await act("approve", { approval: byMachine }, ben)).toEqual({ state: "open" });
  expect(type(await act("approve", { approval: byMachine }, ben))).toBe("approvals.not-you");
  expect(await act("approve", { approval: byMachine }, ann)).toEqual({ state: "done" });
  expect(await states()).toEqual(["done", "done"]);
});

test("asking again is the same approval; it can be refused with a reason, taken back, or run out", async () => {
  const { of, castor, ann, ben, burn, asked, act, states } = await pair();
  await using _ = of;
  const first = asked(await burn(ann));
  expect(asked(await burn(ann))).toBe(first);
  expect(asked(await burn(ben))).not.toBe(first);
  await act("refuse", { approval: first, reason: "we still need it" }, ben);
  expect(type(await act("approve", { approval: first }, ben))).toBe("approvals.over");
  const second = asked(await burn(ann));
  expect(type(await act("withdraw", { approval: second }, ben))).toBe("approvals.not-you");
  expect(await act("withdraw", { approval: second }, ann)).toEqual({ state: "withdrawn" });
  const third = asked(await burn(ann));
  await castor.advance(expireMs);
  expect(type(await act("approve", { approval: third }, ben))).toBe("approvals.over");
  expect(type(await act("approve", { approval: "nothing" }, ben))).toBe("approvals.unknown");
  expect(await states()).toEqual(["expired", "withdrawn", "expired", "refused"]);
  expect(castor.types()).not.toContain("archive.burnt");
});

test("who has lost their role meanwhile has nothing done, and what breaks is told", async () => {
  const { of, castor, ann, ben, asked, act } = await pair();
  await using _ = of;
  const approval = asked(await castor.act("archive.shred", { secret: "x" }, ann.actor));
  of.auth.people.setRole(ann.id, "viewer");
  expect(await act("approve", { approval }, ben)).toMatchObject({ state: "failed" });
  expect(shredded).toEqual([]);
  of.auth.people.setRole(ann.id, "admin");
  const stuck = asked(await castor.act("archive.shred", { secret: "stuck" }, ann.actor));
  expect(await act("approve", { approval: stuck }, ben)).toMatchObject({ state: "failed" });
});

test("alone one types the name, a fact says so, and a second account of the same hour is nobody", async () => {
  const of = await world([archive]);
  await using _ = of;
  const ann = await of.enter("ann");
  await of.settleIn();
  await of.enter("sock");
  expect(type(await of.castor.run("archive.burn", { shelf: "a1" }, ann.actor))).toBe(
    "approvals.confirm",
  );
  const burn = (confirm: string) =>
    of.post(`archive.burn?confirm=${confirm}`, { shelf: "a1" }, ann);
  expect((await burn("a2")).status).toBe(428);
  expect((await burn("a1")).status).toBe(200);
  expect(of.castor.types().filter((each) => each === alone.type)).toHaveLength(1);
  await of.settleIn();
  expect((await of.post("archive.burn?confirm=b1", { shelf: "b1" }, ann)).status).toBe(403);
});

test("what was asked for is never in the log, and gone once it is decided", async () => {
  const { of, castor, ann, ben, asked, act } = await pair();
  await using _ = of;
  const approval = asked(await castor.act("archive.shred", { secret: "hunter2" }, ann.actor));
  expect(await act("look", { approval }, ben)).toEqual({
    verb: "archive.shred",
    input: { secret: "hunter2" },
  });
  expect(await act("look", { approval }, ann)).toMatchObject({ input: { secret: "hunter2" } });
  const viewer = await of.enter("vi", "viewer");
  expect(type(await act("look", { approval }, viewer))).toBe("approvals.not-you");
  await act("approve", { approval }, ben);
  expect(JSON.stringify(castor.facts())).not.toContain("hunter2");
  expect(type(await act("look", { approval }, ben))).toBe("approvals.unknown");
});

test("so many wait and no more", async () => {
  const { of, ann, burn } = await pair();
  await using _ = of;
  for (let n = 0; n < 10; n++) await burn(ann, `s${n}`);
  expect(type(await burn(ann, "one more"))).toBe("approvals.too-many");
  await of.withdrawAll();
  for (let n = 10; n < 30; n++) {
    await burn(ann, `s${n}`);
    await of.withdrawAll();
  }
  expect(type(await burn(ann, "all day"))).toBe("approvals.too-many");
});
