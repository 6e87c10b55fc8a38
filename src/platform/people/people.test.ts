import { ERASED, isRefusal, type Role } from "#kernel";
import { testAuth, testCastor, testPorts } from "#kernel/testing";
import { expect, test } from "bun:test";
import { privacy } from "../privacy/index.ts";
import {
  alreadyJoined,
  lastAdmin,
  list,
  notForTokens,
  sessions,
  unknownPerson,
  unknownSession,
} from "./contract.ts";
import { recordDoor } from "./door.ts";
import { people } from "./index.ts";

type By = { kind: "person" | "token" | "system"; id: string };
const local: By = { kind: "system", id: "local" };
const person = (id: string): By => ({ kind: "person", id });

async function house() {
  const ports = testPorts();
  const auth = testAuth({ clock: ports.clock });
  const equipment = { auth, sealer: ports.sealer };
  const castor = await testCastor([privacy, people], { ports, equipment });
  recordDoor(auth, (key, events, by) =>
    castor.castor.effects(people, { actor: by }).record(key, events),
  );
  return {
    castor,
    auth,
    act: async (verb: string, input: unknown, by = local) => {
      const result = await castor.act(verb, input, by);
      return isRefusal(result) ? result.problem.type : result;
    },
    /** Somebody with an account; the door's own tests walk the way there. */
    settle: async (role: Role, email: string) => {
      const made = (await castor.act("people.invite", { role, email }, local)) as { link: string };
      return auth.enter(made.link, { name: "Ana Liva", email });
    },
  };
}

test("an invitation is a fact, and shows until it is used or withdrawn", async () => {
  const { castor, act } = await house();
  await using _ = castor;
  expect(await act("people.invite", { role: "operator", email: "bo@example.org" })).toMatchObject({
    kind: "invitation",
    path: expect.stringContaining("/sign-in#link="),
  });
  const { invitations } = await castor.ask(list, {});
  expect(invitations).toMatchObject([{ role: "operator", email: "bo@example.org" }]);
  expect(await act("people.remove", { person: invitations[0]?.person })).toEqual({ done: true });
  expect((await castor.ask(list, {})).invitations).toEqual([]);
  expect(castor.types().slice(-2)).toEqual(["people.invited", "people.invitation-withdrawn"]);
  await act("people.invite", {});
  expect(castor.facts().at(-1)?.event.data).toMatchObject({ role: "viewer" });
});

test("who joins is recorded as who they are, and listed", async () => {
  const { castor, act, settle } = await house();
  await using _ = castor;
  const id = await settle("operator", "ana@example.org");
  const joined = castor.facts().find(({ event }) => event.type === "people.joined");
  expect(joined).toMatchObject({ by: { kind: "person", id }, stream: `people/${id}` });
  expect(joined?.event.data).toEqual({
    person: id,
    role: "operator",
    name: "Ana Liva",
    email: "ana@example.org",
  });
  expect((await castor.ask(list, {})).people).toMatchObject([{ id, role: "operator" }]);
  expect(await act("people.invite", { email: "ana@example.org" })).toBe(alreadyJoined.type);
});

test("an erased person cannot be read in the log any more, and is gone", async () => {
  const { castor, act, settle } = await house();
  await using _ = castor;
  await settle("admin", "boss@example.org");
  const id = await settle("viewer", "ana@example.org");
  await act("privacy.erase", { subject: id });
  await castor.advance(0);
  const told = castor.facts().filter(({ stream }) => stream === `people/${id}`);
  expect(told.map(({ event }) => event.type)).toEqual([
    "people.invited",
    "people.joined",
    "people.removed",
  ]);
  expect(told[1]?.event.data).toMatchObject({ name: ERASED, email: ERASED, role: "viewer" });
  const everything = JSON.stringify(castor.facts());
  expect(everything).not.toContain("ana@example.org");
  expect(everything).toContain("boss@example.org");
  expect((await castor.ask(list, {})).people.map(({ email }) => email)).toEqual([
    "boss@example.org",
  ]);
});

test("a role changes at once; the last admin can neither fall nor leave", async () => {
  const { castor, auth, act, settle } = await house();
  await using _ = castor;
  const boss = await settle("admin", "boss@example.org");
  const ana = await settle("viewer", "ana@example.org");
  expect(await act("people.set-role", { person: boss, role: "viewer" })).toBe(lastAdmin.type);
  expect(await act("people.remove", { person: boss })).toBe(lastAdmin.type);
  await act("people.set-role", { person: ana, role: "admin" }, person(boss));
  expect(auth.roleOf(person(ana))).toBe("admin");
  expect(castor.facts().at(-1)).toMatchObject({
    by: person(boss),
    event: { type: "people.role-changed", data: { person: ana, from: "viewer", to: "admin" } },
  });
  expect(await act("people.set-role", { person: boss, role: "viewer" })).toEqual({ done: true });
  expect(await act("people.set-role", { person: "nobody", role: "viewer" })).toBe(
    unknownPerson.type,
  );
});

test("a person ends their own sessions, an admin anybody's, others none", async () => {
  const { castor, auth, act, settle } = await house();
  await using _ = castor;
  const boss = await settle("admin", "boss@example.org");
  const ana = await settle("operator", "ana@example.org");
  const own = auth.startSession(ana);
  const other = auth.startSession(boss);
  expect((await castor.ask(sessions, { person: ana })).sessions).toMatchObject([{ id: own }]);
  expect(await act("people.end-session", { session: other }, person(ana))).toBe(
    unknownSession.type,
  );
  expect(await act("people.end-session", { session: own }, person(ana))).toEqual({ done: true });
  expect(await act("people.end-session", { session: own }, person(ana))).toBe(unknownSession.type);
  expect(await act("people.end-session", { session: other }, local)).toEqual({ done: true });
  expect((await castor.ask(sessions, {})).sessions).toEqual([]);
});

test("a sign-in link is the first way in, then another admin's, or a way back for who is named", async () => {
  const { castor, auth, act, settle } = await house();
  await using _ = castor;
  expect(await act("people.sign-in-link", {})).toMatchObject({ kind: "first-run" });
  const ana = await settle("admin", "ana@example.org");
  expect(await act("people.sign-in-link", {})).toMatchObject({ kind: "invitation" });
  expect(await act("people.sign-in-link", { email: "ana@example.org" })).toMatchObject({
    kind: "recovery",
    person: ana,
  });
  expect(await act("people.sign-in-link", { email: "no@example.org" })).toBe(unknownPerson.type);
  expect(auth.firstRunLink()).toBeUndefined();
});

test("a token lets nobody in", async () => {
  const { castor, act } = await house();
  await using _ = castor;
  const token: By = { kind: "token", id: "t1" };
  expect(await act("people.invite", { role: "viewer" }, token)).toBe(notForTokens.type);
  expect(await act("people.sign-in-link", {}, token)).toBe(notForTokens.type);
});

test("requiring a second factor is said once", async () => {
  const { castor, act } = await house();
  await using _ = castor;
  for (const required of [true, true, false]) {
    await act("people.require-second-factor", { required });
  }
  const said = castor.types().filter((type) => type === "people.second-factor-required");
  expect(said).toHaveLength(2);
  expect((await castor.ask(list, {})).secondFactorRequired).toBe(false);
});
