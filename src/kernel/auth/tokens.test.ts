import { expect, setDefaultTimeout, test } from "bun:test";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Actor } from "../contract.ts";
import { openDoorstep, password, problemOf } from "./doorstep.testing.ts";
import { isTokenShaped } from "./token-store.ts";

// Passwords are slow to check on purpose, and slower on a busy machine.
setDefaultTimeout(60_000);

const local: Actor = { kind: "system", id: "local" };
const bearer = (secret: string): Request =>
  new Request("http://localhost/api/x", {
    method: "POST",
    headers: { authorization: `Bearer ${secret}` },
  });

test("a token is who it says, with its role and scopes", async () => {
  using door = openDoorstep();
  const { token, secret } = door.auth.tokens.create({
    name: "ci",
    role: "operator",
    scopes: ["catalog.*"],
    by: local,
  });
  expect(secret).toMatch(/^castor_[0-9a-f]{72}$/);
  expect(await door.auth.identify(bearer(secret), "203.0.113.9")).toEqual({
    actor: { kind: "token", id: token.id, name: "ci" },
    role: "operator",
    scopes: ["catalog.*"],
    via: "token",
  });
  expect(door.auth.tokens.find(token.id)?.lastUsedAt).toBe(door.clock.now());
  expect(JSON.stringify(door.auth.tokens.list())).not.toContain(secret);
});

test("a wrong, short, revoked or expired token is nobody", async () => {
  using door = openDoorstep();
  const { auth, clock } = door;
  const make = (expiresAt?: number) =>
    auth.tokens.create({
      name: "ci",
      role: "viewer",
      by: local,
      ...(expiresAt === undefined ? {} : { expiresAt }),
    });
  const { secret, token } = make();
  const other = `${secret.slice(0, -9)}${secret.at(-9) === "0" ? "1" : "0"}${secret.slice(-8)}`;
  const short = make(clock.now() + 1000);
  expect(await auth.identify(bearer(short.secret), "::1")).toBeDefined();
  await clock.advance(1000);
  expect(auth.tokens.revoke(token.id)).toBe("done");
  expect(auth.tokens.revoke(token.id)).toBe("unknown-token");
  for (const bad of [secret, other, short.secret, secret.slice(0, 20), "castor_", "x"]) {
    expect(await auth.identify(bearer(bad), "::1")).toBeUndefined();
    expect(await problemOf(auth.refuse(bearer(bad), "::1"))).toBe("401 auth.sign-in-required");
  }
});

test("the checksum tells a mistyped token without a look-up", () => {
  using door = openDoorstep();
  const { secret } = door.auth.tokens.create({ name: "ci", role: "viewer", by: local });
  expect(isTokenShaped(secret)).toBe(true);
  const at = 20;
  const typo = `${secret.slice(0, at)}${secret[at] === "a" ? "b" : "a"}${secret.slice(at + 1)}`;
  expect(isTokenShaped(typo)).toBe(false);
});

test("a token shown wrong is refused even beside a good cookie", async () => {
  using door = openDoorstep();
  const admin = await door.firstAdmin();
  const cookie = [...admin.cookies].map(([name, value]) => `${name}=${value}`).join("; ");
  const request = new Request("http://localhost/api/x", {
    headers: { cookie, authorization: "Bearer castor_wrong" },
  });
  expect(await door.auth.identify(request, "127.0.0.1")).toBeUndefined();
});

test("whoever tries token after token is told to wait, while good tokens still work", async () => {
  using door = openDoorstep();
  const { secret } = door.auth.tokens.create({ name: "ci", role: "viewer", by: local });
  for (let n = 0; n < 60; n++) await door.auth.identify(bearer(`castor_${n}`), "198.51.100.7");
  const refused = door.auth.refuse(bearer("castor_x"), "198.51.100.7");
  expect(Number(refused.headers.get("retry-after"))).toBeGreaterThan(0);
  expect(await problemOf(refused)).toBe("429 auth.too-many-attempts");
  expect(await door.auth.identify(bearer(secret), "198.51.100.7")).toBeDefined();
});

test("a token never may more than the person who made it, and goes with that person", async () => {
  using door = openDoorstep();
  await door.firstAdmin();
  const link = door.auth.people.invite({ role: "operator" });
  if (link === "email-taken") throw new Error("it names no e-mail");
  await door.join(link, { name: "Bo", email: "bo@example.org", password });
  const by: Actor = { kind: "person", id: link.person };
  const { secret, token } = door.auth.tokens.create({ name: "bo's", role: "operator", by });
  const role = async () => (await door.auth.identify(bearer(secret), "::1"))?.role;
  expect(await role()).toBe("operator");
  door.auth.people.setRole(link.person, "viewer");
  expect(await role()).toBe("viewer");
  expect(door.auth.roleOf({ kind: "token", id: token.id })).toBe("viewer");
  door.auth.people.remove(link.person);
  expect(await role()).toBeUndefined();
  expect(door.auth.tokens.list()).toEqual([]);
});

test("the local token opens everything, from this machine only", async () => {
  using door = openDoorstep();
  const secret = readFileSync(join(door.data, "run/local-token"), "utf8");
  expect(await door.auth.identify(bearer(secret), "127.0.0.1")).toEqual({
    actor: { kind: "system", id: "local", name: "command line" },
    role: "admin",
    via: "local",
  });
  expect(await door.auth.identify(bearer(secret), "203.0.113.9")).toBeUndefined();
  expect(await door.auth.identify(bearer(secret.slice(0, -1)), "127.0.0.1")).toBeUndefined();
  const proxied = bearer(secret);
  proxied.headers.set("x-forwarded-for", "203.0.113.9");
  expect(await door.auth.identify(proxied, "127.0.0.1")).toBeUndefined();
  using restarted = openDoorstep({ data: door.data });
  expect(await restarted.auth.identify(bearer(secret), "127.0.0.1")).toBeUndefined();
});
