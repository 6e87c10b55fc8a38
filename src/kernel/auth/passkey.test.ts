import { expect, setDefaultTimeout, test } from "bun:test";
import { Authenticator } from "./authenticator.testing.ts";
import { type Doorstep, openDoorstep, problemOf, type Visitor } from "./doorstep.testing.ts";

// Passwords are slow to check on purpose, and slower on a busy machine.
setDefaultTimeout(60_000);

type Options = { challenge: string; rp?: { id: string }; rpId?: string; userVerification?: string };

async function register(
  door: Doorstep,
  visitor: Visitor,
  device: Authenticator,
): Promise<Response> {
  const asked = await visitor.get("/api/auth/passkey/generate-register-options");
  const { challenge, rp } = (await asked.json()) as Options;
  const response = device.create({ challenge, rpId: rp?.id ?? "", origin: door.origin });
  return visitor.post("/api/auth/passkey/verify-registration", { response, name: "Phone" });
}

async function signIn(
  door: Doorstep,
  visitor: Visitor,
  device: Authenticator,
  origin = door.origin,
): Promise<Response> {
  const asked = await visitor.get("/api/auth/passkey/generate-authenticate-options");
  const { challenge, rpId, userVerification } = (await asked.json()) as Options;
  expect(userVerification).toBe("required");
  const response = device.get({ challenge, rpId: rpId ?? "", origin });
  return visitor.post("/api/auth/passkey/verify-authentication", { response });
}

test("a passkey signs in without password, and stands for both factors", async () => {
  using door = openDoorstep();
  const admin = await door.firstAdmin();
  const device = new Authenticator();
  const registered = await register(door, admin, device);
  expect(await registered.json()).toMatchObject({ ok: true, name: "Phone" });
  door.auth.people.requireSecondFactor(true);
  expect(await problemOf(await admin.get("/whoami"))).toBe("403 auth.second-factor-required");

  const visitor = door.visitor();
  expect(await (await signIn(door, visitor, device)).json()).toEqual({ ok: true });
  expect(await (await visitor.get("/whoami")).json()).toMatchObject({ role: "admin" });
  expect(door.auth.people.sessions().map(({ via }) => via)).toContain("passkey");
  expect(door.auth.people.list()).toMatchObject([{ passkeyCount: 1 }]);
  expect(door.facts.slice(2)).toMatchObject([
    { what: "second-factor-enabled", kind: "passkey" },
    { what: "signed-in", via: "passkey" },
  ]);
});

test("a passkey whose authenticator did not check its person is refused", async () => {
  using door = openDoorstep();
  const device = new Authenticator();
  await register(door, await door.firstAdmin(), device);
  device.verifies = false;
  const visitor = door.visitor();
  expect(await problemOf(await signIn(door, visitor, device))).toBe("401 auth.passkey-refused");
  expect((await visitor.get("/whoami")).status).toBe(401);
});

test("another's passkey, another site's signature and a replay are refused", async () => {
  using door = openDoorstep();
  const device = new Authenticator();
  await register(door, await door.firstAdmin(), device);
  const refused = "401 auth.passkey-refused";
  expect(await problemOf(await signIn(door, door.visitor(), new Authenticator()))).toBe(refused);
  const phished = await signIn(door, door.visitor(), device, "http://evil.example");
  expect(await problemOf(phished)).toBe(refused);

  const visitor = door.visitor();
  const asked = await visitor.get("/api/auth/passkey/generate-authenticate-options");
  const { challenge, rpId = "" } = (await asked.json()) as Options;
  const body = { response: device.get({ challenge, rpId, origin: door.origin }) };
  const path = "/api/auth/passkey/verify-authentication";
  expect((await visitor.post(path, body)).status).toBe(200);
  expect(await problemOf(await visitor.post(path, body))).toBe(refused);
});

test("a passkey is listed, renamed and deleted by its owner only", async () => {
  using door = openDoorstep();
  const admin = await door.firstAdmin();
  const device = new Authenticator();
  const { id } = (await (await register(door, admin, device)).json()) as { id: string };
  const stranger = door.visitor();
  const path = "/api/auth/passkey/delete-passkey";
  expect(await problemOf(await stranger.post(path, { id }))).toBe("401 auth.sign-in-required");
  const renamed = await admin.post("/api/auth/passkey/update-passkey", { id, name: "Old phone" });
  expect(renamed.status).toBe(200);
  const listed = await admin.get("/api/auth/passkey/list-user-passkeys");
  expect(await listed.json()).toMatchObject([{ id, name: "Old phone" }]);
  expect((await admin.post(path, { id })).status).toBe(200);
  expect((await signIn(door, door.visitor(), device)).status).toBe(401);
});

test("adding a passkey needs a sign-in within the last hour", async () => {
  using door = openDoorstep();
  const admin = await door.firstAdmin();
  door.ageSessions(2 * 3_600_000);
  const asked = await admin.get("/api/auth/passkey/generate-register-options");
  expect(await problemOf(asked)).toBe("403 auth.sign-in-again");
});
