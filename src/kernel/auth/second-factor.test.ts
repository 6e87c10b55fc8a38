import { expect, setDefaultTimeout, test } from "bun:test";
import { codeOf, enrolTotp } from "./authenticator-app.testing.ts";
import { ana, openDoorstep, password, problemOf, type Visitor } from "./doorstep.testing.ts";

// Passwords are slow to check on purpose, and slower on a busy machine.
setDefaultTimeout(60_000);

const signIn = (visitor: Visitor, as: { email: string; password: string }): Promise<Response> =>
  visitor.post("/api/auth/sign-in/email", { email: as.email, password: as.password });

test("link, TOTP, sign out, and in again with a code that is good once", async () => {
  using door = openDoorstep();
  const admin = await door.firstAdmin();
  const { uri, code } = await enrolTotp(admin);
  expect((await admin.get("/whoami")).status).toBe(200);
  expect((await admin.post("/api/auth/sign-out")).status).toBe(200);
  expect(await problemOf(await admin.get("/whoami"))).toBe("401 auth.sign-in-required");

  const visitor = door.visitor();
  expect(await (await signIn(visitor, ana)).json()).toEqual({
    ok: true,
    twoFactorRedirect: true,
    twoFactorMethods: ["totp"],
  });
  expect((await visitor.get("/whoami")).status).toBe(401);
  const replayed = await visitor.post("/api/auth/two-factor/verify-totp", { code });
  expect(await problemOf(replayed)).toBe("401 auth.code-refused");
  const wrong = await visitor.post("/api/auth/two-factor/verify-totp", { code: "000000" });
  expect(await problemOf(wrong)).toBe("401 auth.code-refused");
  const right = await visitor.post("/api/auth/two-factor/verify-totp", { code: codeOf(uri, 1) });
  expect(await right.json()).toEqual({ ok: true });
  expect((await visitor.get("/whoami")).status).toBe(200);
  expect(door.facts.map((fact) => fact.what)).toEqual([
    "joined",
    "signed-in",
    "second-factor-enabled",
    "signed-out",
    "sign-in-failed",
    "signed-in",
  ]);
});

test("a backup code works once in place of the phone", async () => {
  using door = openDoorstep();
  const { backupCodes } = await enrolTotp(await door.firstAdmin());
  const [code = ""] = backupCodes;
  const first = door.visitor();
  await signIn(first, ana);
  expect((await first.post("/api/auth/two-factor/verify-backup-code", { code })).status).toBe(200);
  await door.clock.advance(600_000);
  const second = door.visitor();
  await signIn(second, ana);
  const again = await second.post("/api/auth/two-factor/verify-backup-code", { code });
  expect(await problemOf(again)).toBe("401 auth.code-refused");
});

test("a second TOTP app cannot silently replace the first", async () => {
  using door = openDoorstep();
  const admin = await door.firstAdmin();
  await enrolTotp(admin);
  const again = await admin.post("/api/auth/two-factor/enable", { password });
  expect(await problemOf(again)).toBe("409 auth.not-possible");
});

test("where a second factor is required, a password alone opens only the way to set one up", async () => {
  using door = openDoorstep();
  const admin = await door.firstAdmin();
  door.auth.people.requireSecondFactor(true);
  expect(await problemOf(await admin.get("/whoami"))).toBe("403 auth.second-factor-required");
  expect(await (await admin.get("/api/auth/session")).json()).toMatchObject({ mustEnrol: true });
  await enrolTotp(admin);
  expect((await admin.get("/whoami")).status).toBe(200);
});
