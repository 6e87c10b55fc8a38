import { capability, ERASED, event, isRefusal, sensitive } from "#kernel";
import { testAuth, testCastor, testPorts } from "#kernel/testing";
import { expect, test } from "bun:test";
import * as z from "zod";
import { nothingToErase } from "./contract.ts";
import { privacy } from "./index.ts";

const met = event("guests.met", z.object({ guest: z.string(), name: sensitive() }), {
  says: ({ name }) => `${name} came by`,
  subject: ({ guest }) => guest,
});
const guests = capability({ id: "guests", about: "A test.", config: z.object({}), emits: [met] });

test("after erasure the log says [erased] of that subject, keeps the rest, and still verifies", async () => {
  const ports = testPorts();
  const equipment = { sealer: ports.sealer, auth: testAuth({ clock: ports.clock }) };
  await using castor = await testCastor([privacy, guests], { ports, equipment });
  const fx = castor.castor.effects(guests, { actor: { kind: "system", id: "test" } });
  await fx.record("g1", [met({ guest: "g1", name: "Ana Liva" })]);
  await fx.record("g2", [met({ guest: "g2", name: "Bo Ek" })]);
  expect(await castor.act("privacy.erase", { subject: "g1" })).toEqual({ subject: "g1" });
  const names = castor.facts().filter(({ event: { type } }) => type === "guests.met");
  expect(names.map(({ event: { data } }) => data)).toEqual([
    { guest: "g1", name: ERASED },
    { guest: "g2", name: "Bo Ek" },
  ]);
  expect(castor.types()).toContain("privacy.erased");
  expect((await ports.log.verify()).brokenAt).toBeUndefined();
});

test("a subject that nothing is kept about is refused, and no fact claims otherwise", async () => {
  const ports = testPorts();
  const equipment = { sealer: ports.sealer, auth: testAuth({ clock: ports.clock }) };
  await using castor = await testCastor([privacy], { ports, equipment });
  const result = await castor.act("privacy.erase", { subject: "nobody" });
  expect(isRefusal(result) && result.problem.type).toBe(nothingToErase.type);
  expect(castor.types()).not.toContain("privacy.erased");
});

test("an erasure that was cut short after the key was dropped can be repeated", async () => {
  const ports = testPorts();
  const auth = testAuth({ clock: ports.clock });
  const equipment = { sealer: ports.sealer, auth };
  await using castor = await testCastor([privacy], { ports, equipment });
  const id = await auth.enter(auth.firstRunLink()?.link ?? "", {
    name: "Ana",
    email: "a@b.example",
  });
  expect(await castor.act("privacy.erase", { subject: id })).toEqual({ subject: id });
  expect(castor.types()).toContain("privacy.erased");
});
