import { action, capability, command, event } from "#kernel";
import { expect, test } from "bun:test";
import * as z from "zod";
import { approved, needed } from "./contract.ts";
import { pickUp } from "./decide.ts";
import { approvals } from "./index.ts";
import { sealGrant } from "./link.ts";
import { linkKey } from "./vault.ts";
import { type World, world } from "./world.testing.ts";

const burnt = event("archive.burnt", z.object({ shelf: z.string() }), { says: () => "Burnt" });
const Shelf = z.object({ shelf: z.string() });
const destroys = { what: "A shelf.", name: ({ shelf }: { shelf: string }) => shelf };
let torn = 0;
const archive = capability({
  id: "archive",
  about: "Shelves.",
  config: z.object({}),
  emits: [burnt],
  commands: [
    command("archive.burn", {
      ...{ about: "Burns.", destroys },
      input: Shelf,
      key: ({ shelf }) => shelf,
      model: { initial: null, evolve: () => null },
      decide: ({ shelf }) => [burnt({ shelf })],
    }),
  ],
  actions: [
    action("archive.tear", {
      ...{ about: "Tears.", input: Shelf, output: z.object({}), destroys },
      act: async () => {
        torn++;
        return {};
      },
    }),
  ],
});

async function asked(kind: "command" | "action") {
  const of = await world([archive]);
  const [ann, ben] = [await of.enter("ann"), await of.enter("ben")];
  await of.settleIn();
  const verb = kind === "command" ? "archive.burn" : "archive.tear";
  const answer = await of.post(verb, { shelf: "<b>a1</b>" }, ann);
  const { type, approval } = (await answer.json()) as { type: string; approval: string };
  expect(type).toBe(`/problems/${needed.type}`);
  const fx = of.castor.castor.effects(approvals, { actor: { kind: "system", id: "approvals" } });
  return { of, ann, ben, approval, verb, fx };
}
const open = (of: World, token: string, method = "GET") =>
  of.fetch(new Request(`http://localhost/in/approval/${token}`, { method }));

test("a signed link shows what is asked for and changes nothing; its button has it done, once", async () => {
  const { of, ann, ben, approval, fx } = await asked("command");
  await using _ = of;
  const key = await linkKey(fx);
  const token = sealGrant(key, { approval, person: ben.id });
  for (let looks = 0; looks < 3; looks++) {
    const page = await open(of, token);
    expect(page.headers.get("content-security-policy")).toContain("default-src 'none'");
    expect(await page.text()).toContain("&lt;b&gt;a1&lt;/b&gt;");
  }
  expect(of.castor.types()).not.toContain("archive.burnt");
  const forged = `${approval}.${ben.id}.${"A".repeat(32)}`;
  expect((await open(of, forged, "POST")).status).toBe(404);
  expect((await open(of, token.replace(ben.id, ann.id), "POST")).status).toBe(404);
  expect((await open(of, sealGrant(key, { approval, person: ann.id }), "POST")).status).toBe(403);
  expect((await open(of, token, "PUT")).status).toBe(405);
  expect((await open(of, token, "POST")).status).toBe(200);
  expect((await open(of, token, "POST")).status).toBe(409);
  const burnings = of.castor.facts().filter((each) => each.event.type === "archive.burnt");
  expect(burnings.map(({ by }) => by.id)).toEqual([ann.id]);
});

test("a crash in the midst of it: a command is done at the next start, an action is told and left to people", async () => {
  for (const kind of ["command", "action"] as const) {
    const { of, ben, approval, verb, fx } = await asked(kind);
    await using _ = of;
    torn = 0;
    const name = "<b>a1</b>";
    const fact = { approval, verb, name, person: ben.id, via: "session", isLast: true } as const;
    await fx.record(approval, [approved({ ...fact, call: "c1" })]);
    await pickUp(fx as Parameters<typeof pickUp>[0]);
    await pickUp(fx as Parameters<typeof pickUp>[0]);
    const told = of.castor
      .facts()
      .filter(({ event: { type } }) => type === "approvals.carried-out");
    const outcome = kind === "command" ? "done" : "interrupted";
    expect(told.map(({ event }) => event.data)).toEqual([expect.objectContaining({ outcome })]);
    expect(of.castor.types().includes("archive.burnt")).toBe(kind === "command");
    expect(torn).toBe(0);
  }
});
