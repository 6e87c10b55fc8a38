import { expect, setDefaultTimeout, test } from "bun:test";
import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { enrolTotp } from "./authenticator-app.testing.ts";
import { ana, openDoorstep, password, problemOf, type Visitor } from "./doorstep.testing.ts";

// Passwords are slow to check on purpose, and slower on a busy machine.
setDefaultTimeout(60_000);

const signIn = (visitor: Visitor, as: { email: string; password: string }): Promise<Response> =>
  visitor.post("/api/auth/sign-in/email", { email: as.email, password: as.password });

test("the first-run link makes the first admin, and works once", async () => {
  using door = openDoorstep();
  const link = door.auth.firstRunLink();
  expect(link?.path).toBe(`/sign-in#link=${link?.link}`);
  expect(await (await door.visitor().get("/api/auth/session")).json()).toEqual({
    signedIn: false,
    firstRun: true,
  });
  const admin = await door.firstAdmin();
  const me = (await (await admin.get("/whoami")).json()) as Record<string, unknown>;
  expect(me).toMatchObject({ role: "admin", via: "session", actor: { kind: "person" } });
  expect(JSON.stringify(me)).not.toContain("Ana");
  const again = await door
    .visitor()
    .post("/api/auth/link/accept", { link: link?.link, ...ana, email: "eve@example.org" });
  expect(await problemOf(again)).toBe("410 auth.link-refused");
  expect(door.auth.firstRunLink()).toBeUndefined();
  expect(existsSync(join(door.data, "run/sign-in-link"))).toBe(false);
  expect(door.facts.map((fact) => fact.what)).toEqual(["joined", "signed-in", "sign-in-failed"]);
});

test("the first-run link stays the same over a restart, and a renewed one ends it", () => {
  using door = openDoorstep();
  const first = door.auth.firstRunLink();
  using again = openDoorstep({ data: door.data });
  expect(again.auth.firstRunLink()?.link).toBe(first?.link ?? "none");
  const renewed = again.auth.people.signInLink({});
  expect(renewed).not.toMatchObject({ link: first?.link });
  expect(again.auth.firstRunLink()).toMatchObject({ link: (renewed as { link: string }).link });
});

test("once anybody is in, the first-run link is worth nothing", async () => {
  using door = openDoorstep();
  const { link = "" } = door.auth.firstRunLink() ?? {};
  const invitation = door.auth.people.invite({ role: "viewer" });
  if (invitation === "email-taken") throw new Error("it names no e-mail");
  await door.join(invitation, ana);
  const answer = await door
    .visitor()
    .post("/api/auth/link/accept", { ...ana, link, email: "eve@example.org" });
  expect(await problemOf(answer)).toBe("410 auth.link-refused");
  expect(existsSync(join(door.data, "run/sign-in-link"))).toBe(false);
});

test("an expired link is refused", async () => {
  using door = openDoorstep();
  const link = door.auth.firstRunLink();
  await door.clock.advance(24 * 3_600_000);
  const answer = await door.visitor().post("/api/auth/link/accept", { link: link?.link, ...ana });
  expect(await problemOf(answer)).toBe("410 auth.link-refused");
});

test("a link survives a mistake in the form", async () => {
  using door = openDoorstep();
  const { link = "" } = door.auth.firstRunLink() ?? {};
  const short = await door
    .visitor()
    .post("/api/auth/link/accept", { link, ...ana, password: "short" });
  expect(short.status).toBe(422);
  expect(await short.json()).toMatchObject({ errors: [{ path: "password" }] });
  const nameless = await door.visitor().post("/api/auth/link/accept", { link, password });
  expect(await nameless.json()).toMatchObject({ errors: [{ path: "name" }, { path: "email" }] });
  expect((await door.visitor().post("/api/auth/link/accept", { link, ...ana })).status).toBe(200);
});

test("two who use one link at once: one gets in", async () => {
  using door = openDoorstep();
  const { link = "" } = door.auth.firstRunLink() ?? {};
  const answers = await Promise.all(
    ["a", "b", "c"].map((name) =>
      door.visitor().post("/api/auth/link/accept", { ...ana, link, email: `${name}@example.org` }),
    ),
  );
  expect(answers.map((each) => each.status).toSorted()).toEqual([200, 410, 410]);
  expect(door.auth.people.list()).toHaveLength(1);
});

test("an invitation gives its role and keeps its e-mail", async () => {
  using door = openDoorstep();
  await door.firstAdmin();
  const link = door.auth.people.invite({ role: "responder", email: "Bo@Example.org" });
  if (link === "email-taken") throw new Error("nobody has that e-mail yet");
  const check = await door.visitor().post("/api/auth/link/check", { link: link.link });
  expect(await check.json()).toMatchObject({
    kind: "invitation",
    role: "responder",
    email: "bo@example.org",
  });
  expect(door.auth.people.invitations()).toHaveLength(1);
  const bo = await door.join(link, { name: "Bo", email: "other@example.org", password });
  expect(await (await bo.get("/whoami")).json()).toMatchObject({
    role: "responder",
    actor: { id: link.person },
  });
  expect(door.auth.people.find(link.person)?.email).toBe("bo@example.org");
  expect(door.auth.people.invitations()).toHaveLength(0);
  expect(door.auth.people.invite({ role: "viewer", email: "BO@example.org" })).toBe("email-taken");
});

test("two invitations cannot become one e-mail", async () => {
  using door = openDoorstep();
  await door.firstAdmin();
  const link = door.auth.people.invite({ role: "viewer" });
  if (link === "email-taken") throw new Error("it names no e-mail");
  const answer = await door.visitor().post("/api/auth/link/accept", { link: link.link, ...ana });
  expect(await problemOf(answer)).toBe("409 auth.email-taken");
  await door.join(link, { ...ana, email: "bo@example.org" });
});

test("one's own sessions are listed, the present one marked", async () => {
  using door = openDoorstep();
  const admin = await door.firstAdmin();
  await signIn(door.visitor(), ana);
  const { sessions } = (await (await admin.get("/api/auth/sessions")).json()) as {
    sessions: { current: boolean }[];
  };
  expect(sessions.map(({ current }) => current).toSorted()).toEqual([false, true]);
  const stranger = await door.visitor().get("/api/auth/sessions");
  expect(await problemOf(stranger)).toBe("401 auth.sign-in-required");
});

test("when the database is gone, the door says so and lets nobody in", async () => {
  using door = openDoorstep();
  const admin = await door.firstAdmin();
  door.auth.close();
  expect(await problemOf(await admin.get("/api/auth/session"))).toBe("503 auth.unavailable");
});

test("nobody signs up by themselves, and nothing else of the library is open", async () => {
  using door = openDoorstep();
  for (const path of [
    "sign-up/email",
    "reset-password",
    "update-user",
    "two-factor/send-otp",
    "ok",
  ]) {
    const answer = await door.visitor().post(`/api/auth/${path}`, ana);
    expect(await problemOf(answer)).toBe("404 auth.not-found");
  }
});

test("a forgotten password is replaced by a recovery link, which ends every session", async () => {
  using door = openDoorstep();
  const admin = await door.firstAdmin();
  await enrolTotp(admin);
  const kept = door.auth.people.signInLink({ email: ana.email });
  const dropped = door.auth.people.signInLink({ email: ana.email, dropSecondFactor: true });
  if (kept === "unknown-person" || dropped === "unknown-person") throw new Error("Ana is known");
  const renewed = { link: kept.link, password: "another long password" };
  const answer = await door.visitor().post("/api/auth/link/accept", renewed);
  expect(await answer.json()).toEqual({ ok: true, twoFactorRedirect: true });
  expect((await admin.get("/whoami")).status).toBe(401);
  const back = await door.join(dropped, { password: "a third long password" });
  expect((await back.get("/whoami")).status).toBe(200);
  expect(door.facts.slice(-4)).toMatchObject([
    { what: "password-changed" },
    { what: "second-factor-disabled", kind: "totp" },
    { what: "second-factor-disabled", kind: "passkey" },
    { what: "signed-in", via: "link" },
  ]);
  expect((await signIn(door.visitor(), ana)).status).toBe(401);
  expect(door.auth.people.signInLink({ email: "nobody@example.org" })).toBe("unknown-person");
});

test("a new password ends the other sessions and keeps this one", async () => {
  using door = openDoorstep();
  const here = await door.firstAdmin();
  const there = door.visitor();
  await signIn(there, ana);
  const change = { currentPassword: password, newPassword: "another long password" };
  const wrong = await here.post("/api/auth/change-password", { ...change, currentPassword: "no" });
  expect(await problemOf(wrong)).toBe("403 auth.password-refused");
  expect((await here.post("/api/auth/change-password", change)).status).toBe(200);
  expect((await here.get("/whoami")).status).toBe(200);
  expect((await there.get("/whoami")).status).toBe(401);
  expect(door.auth.people.sessions()).toHaveLength(1);
});

test("a session in the list can be ended", async () => {
  using door = openDoorstep();
  const admin = await door.firstAdmin();
  const [session] = door.auth.people.sessions();
  expect(session).toMatchObject({ address: "127.0.0.1", via: "password" });
  expect(door.auth.people.endSession(session?.id ?? "")).toBe("done");
  expect((await admin.get("/whoami")).status).toBe(401);
  expect(door.auth.people.endSession(session?.id ?? "")).toBe("unknown-session");
});

test("a role counts from the next request on, and the last admin stays one", async () => {
  using door = openDoorstep();
  const admin = await door.firstAdmin();
  const [person] = door.auth.people.list();
  const id = person?.id ?? "";
  expect(door.auth.people.setRole(id, "viewer")).toBe("last-admin");
  expect(door.auth.people.remove(id)).toBe("last-admin");
  const link = door.auth.people.invite({ role: "admin" });
  if (link === "email-taken") throw new Error("it names no e-mail");
  const bo = await door.join(link, { name: "Bo", email: "bo@example.org", password });
  expect(door.auth.people.setRole(id, "viewer")).toBe("done");
  expect(await (await admin.get("/whoami")).json()).toMatchObject({ role: "viewer" });
  expect(door.auth.people.remove(id)).toBe("done");
  expect((await admin.get("/whoami")).status).toBe(401);
  expect((await bo.get("/whoami")).status).toBe(200);
});

test("a removed person leaves nothing behind in the files of people.db", async () => {
  using door = openDoorstep();
  await door.firstAdmin();
  const link = door.auth.people.invite({ role: "viewer", email: "zelda@example.org" });
  if (link === "email-taken") throw new Error("nobody has that e-mail yet");
  await door.join(link, { name: "Zelda Quist", password });
  const bytes = (): string =>
    readdirSync(door.data)
      .filter((name) => name.startsWith("people.db"))
      .map((name) => readFileSync(join(door.data, name), "latin1"))
      .join("");
  expect(bytes()).toContain("Zelda Quist");
  expect(door.auth.people.remove(link.person)).toBe("done");
  for (const personal of ["Zelda Quist", "zelda@example.org"]) {
    expect(bytes()).not.toContain(personal);
  }
});

test("the data folder keeps its secrets to its owner, and no password or token in clear", async () => {
  using door = openDoorstep();
  const { link = "" } = door.auth.firstRunLink() ?? {};
  await door.firstAdmin();
  const { secret } = door.auth.tokens.create({
    name: "ci",
    role: "viewer",
    by: { kind: "system", id: "local" },
  });
  const databaseFiles = readdirSync(door.data).filter((name) => name.startsWith("people.db"));
  for (const file of [...databaseFiles, "people.key", "run/local-token"]) {
    expect(statSync(join(door.data, file)).mode & 0o077).toBe(0);
  }
  const bytes = databaseFiles.map((name) => readFileSync(join(door.data, name), "latin1")).join("");
  expect(bytes).toContain(ana.email);
  for (const hidden of [password, secret, link]) expect(bytes).not.toContain(hidden);
});
