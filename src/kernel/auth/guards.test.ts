import { expect, setDefaultTimeout, test } from "bun:test";
import { Attempts } from "./limits.ts";
import { isCrossSite, networkOf, placeOf } from "./caller.ts";
import { virtualClock } from "../clock/virtual.ts";
import { ana, openDoorstep, password, problemOf } from "./doorstep.testing.ts";

// Passwords are slow to check on purpose, and slower on a busy machine.
setDefaultTimeout(60_000);

const wrong = { email: ana.email, password: "not the password" };
const path = "/api/auth/sign-in/email";

const knock = (
  url: string,
  headers: Record<string, string>,
  body: unknown = {},
  method = "POST",
): Request =>
  new Request(`http://localhost${url}`, {
    method,
    headers: { host: "localhost", "content-type": "application/json", ...headers },
    ...(method === "GET" ? {} : { body: JSON.stringify(body) }),
  });

test("guessing a password ends in 429 with the time to wait, and the wait ends", async () => {
  using door = openDoorstep();
  await door.firstAdmin();
  const stranger = door.visitor();
  for (let guess = 0; guess < 5; guess++) {
    expect(await problemOf(await stranger.post(path, wrong))).toBe("401 auth.sign-in-refused");
  }
  const refused = await stranger.post(path, wrong);
  const seconds = Number(refused.headers.get("retry-after"));
  expect(seconds).toBeGreaterThan(0);
  expect(seconds).toBeLessThanOrEqual(60);
  expect(await problemOf(refused)).toBe("429 auth.too-many-attempts");
  expect((await stranger.post(path, { email: ana.email, password })).status).toBe(429);
  await door.clock.advance(seconds * 1000);
  expect((await stranger.post(path, { email: ana.email, password })).status).toBe(200);
});

test("guesses sent at the same moment are counted one by one", async () => {
  using door = openDoorstep();
  await door.firstAdmin();
  const answers = await Promise.all(
    Array.from({ length: 12 }, () => door.visitor().post(path, wrong)),
  );
  expect(answers.filter((each) => each.status === 401)).toHaveLength(5);
  expect(answers.filter((each) => each.status === 429)).toHaveLength(7);
});

test("who guesses locks out himself, not the owner at another address", async () => {
  using door = openDoorstep();
  await door.firstAdmin();
  const from = (address: string, body: unknown): Promise<Response> =>
    door.auth.handle(knock(path, {}, body), address);
  for (let guess = 0; guess < 6; guess++) await from("198.51.100.7", wrong);
  expect((await from("198.51.100.7", wrong)).status).toBe(429);
  expect((await from("203.0.113.9", { email: ana.email, password })).status).toBe(200);
});

test("one address may not try many accounts, nor mix accounts and links", async () => {
  using door = openDoorstep();
  const from = (address: string, at: string, body: unknown): Promise<Response> =>
    door.auth.handle(knock(at, {}, body), address);
  const account = (n: number) => ({ email: `p${n}@example.org`, password: "whatever it is" });
  for (let n = 0; n < 28; n++) {
    await from("198.51.100.7", "/api/auth/link/check", { link: `guess-${n}` });
  }
  const statuses: number[] = [];
  for (const n of [1, 2, 3]) {
    statuses.push((await from("198.51.100.7", path, account(n))).status);
  }
  expect(statuses).toEqual([401, 401, 429]);
  expect((await from("203.0.113.9", path, account(3))).status).toBe(401);
});

test("a flood of passwords from everywhere is turned away before it takes the machine", async () => {
  using door = openDoorstep();
  const answers = await Promise.all(
    Array.from({ length: 20 }, (_, n) =>
      door.auth.handle(
        knock(path, {}, { email: `p${n}@example.org`, password: "whatever it is" }),
        `198.51.100.${n}`,
      ),
    ),
  );
  expect(answers.filter((each) => each.status === 401)).toHaveLength(16);
  expect(answers.filter((each) => each.status === 429)).toHaveLength(4);
});

test("codes are limited too", async () => {
  using door = openDoorstep();
  const admin = await door.firstAdmin();
  await admin.post("/api/auth/two-factor/enable", { password });
  const statuses: number[] = [];
  for (let n = 0; n < 6; n++) {
    const code = `00000${n}`;
    statuses.push((await admin.post("/api/auth/two-factor/verify-totp", { code })).status);
  }
  expect(statuses).toEqual([401, 401, 401, 401, 401, 429]);
});

test("links cannot be guessed at leisure", async () => {
  using door = openDoorstep();
  const guest = door.visitor();
  for (let n = 0; n < 30; n++) await guest.post("/api/auth/link/check", { link: `guess-${n}` });
  const answer = await guest.post("/api/auth/link/check", { link: "one more" });
  expect(await problemOf(answer)).toBe("429 auth.too-many-attempts");
});

test("an unknown e-mail and a wrong password get the same answer", async () => {
  using door = openDoorstep();
  await door.firstAdmin();
  const known = await door.visitor().post(path, wrong);
  const unknown = await door.visitor().post(path, { ...wrong, email: "nobody@example.org" });
  const malformed = await door.visitor().post(path, { ...wrong, email: "not an e-mail" });
  expect(unknown.status).toBe(known.status);
  const text = await known.text();
  expect(await unknown.text()).toBe(text);
  expect(await malformed.text()).toBe(text);
});

test("a failed sign-in is a fact once a minute, and names nobody", async () => {
  using door = openDoorstep();
  await door.firstAdmin();
  const failures = () => door.facts.filter((fact) => fact.what === "sign-in-failed");
  for (let n = 0; n < 3; n++) await door.visitor().post(path, wrong);
  expect(failures()).toMatchObject([{ reason: "password", count: 1 }]);
  await door.clock.advance(60_000);
  await door.visitor().post(path, wrong);
  expect(failures()).toMatchObject([{ count: 1 }, { count: 3 }]);
  const text = JSON.stringify(failures());
  for (const hidden of [ana.email, "127.0.0.1", wrong.password]) expect(text).not.toContain(hidden);
});

test("cookies are HttpOnly, SameSite and for the whole site; Secure only behind TLS", async () => {
  using door = openDoorstep({ trustedProxies: ["192.0.2.1"] });
  await door.firstAdmin();
  const cookieFrom = async (headers: Record<string, string>, peer: string): Promise<string> => {
    const answer = await door.auth.handle(
      knock(path, headers, { email: ana.email, password }),
      peer,
    );
    expect(await answer.json()).toEqual({ ok: true });
    return answer.headers.getSetCookie().join("\n");
  };
  const plain = await cookieFrom({}, "127.0.0.1");
  expect(plain).toMatch(
    /^castor\.session_token=[^;]+; Max-Age=2592000; Path=\/; HttpOnly; SameSite=Strict$/,
  );
  const https = { "x-forwarded-proto": "https", "x-forwarded-for": "203.0.113.9" };
  expect(await cookieFrom(https, "192.0.2.1")).toEndWith("; Secure");
  expect(await cookieFrom(https, "198.51.100.7")).not.toContain("Secure");
});

test("another site's page can do nothing with our cookies", async () => {
  using door = openDoorstep();
  const admin = await door.firstAdmin();
  const cookie = [...admin.cookies].map(([name, value]) => `${name}=${value}`).join("; ");
  const identify = (headers: Record<string, string>, method = "POST") =>
    door.auth.identify(knock("/api/x", { cookie, ...headers }, {}, method), "127.0.0.1");
  expect(await identify({ origin: "http://evil.example" })).toBeUndefined();
  expect(await identify({ origin: "null" })).toBeUndefined();
  expect(await identify({ "sec-fetch-site": "cross-site" })).toBeUndefined();
  expect(await identify({ "sec-fetch-site": "same-site" })).toBeUndefined();
  expect(await identify({})).toBeUndefined();
  expect(await identify({ origin: "http://localhost" })).toMatchObject({ role: "admin" });
  expect(await identify({ "sec-fetch-site": "same-origin" })).toMatchObject({ role: "admin" });
  expect(await identify({}, "GET")).toMatchObject({ role: "admin" });
  const evil = { cookie, origin: "http://evil.example" };
  expect(await problemOf(door.auth.refuse(knock("/api/x", evil), "127.0.0.1"))).toBe(
    "403 auth.cross-site",
  );
  const out = await door.auth.handle(knock("/api/auth/sign-out", evil), "127.0.0.1");
  expect(await problemOf(out)).toBe("403 auth.cross-site");
  expect((await admin.get("/whoami")).status).toBe(200);
});

test("a forged session cookie is nobody", async () => {
  using door = openDoorstep();
  const admin = await door.firstAdmin();
  const value = decodeURIComponent(admin.cookies.get("castor.session_token") ?? "");
  const token = value.slice(0, value.lastIndexOf("."));
  for (const forged of [token, `${token}.`, `${token}.${btoa("x".repeat(32))}`, "%", "a.b"]) {
    admin.cookies.set("castor.session_token", encodeURIComponent(forged));
    expect((await admin.get("/whoami")).status).toBe(401);
  }
});

test("only JSON of a modest size is read", async () => {
  using door = openDoorstep();
  const form = await door.visitor().post(path, wrong, { "content-type": "text/plain" });
  expect(form.status).toBe(422);
  const huge = await door.visitor().post(path, { ...wrong, more: "x".repeat(40_000) });
  expect(await problemOf(huge)).toBe("422 auth.wrong-input");
});

test("the client's own X-Forwarded-For is believed from trusted proxies only, and only its last hop", () => {
  const request = knock("/", { "x-forwarded-for": "1.1.1.1, 203.0.113.9" });
  expect(placeOf(request, "::ffff:192.0.2.1", ["192.0.2.1"]).address).toBe("203.0.113.9");
  expect(placeOf(request, "198.51.100.7", ["192.0.2.1"]).address).toBe("198.51.100.7");
  expect(placeOf(request, "127.0.0.1", []).loopback).toBe(false);
  expect(placeOf(knock("/", {}), "::ffff:127.0.0.1", []).loopback).toBe(true);
});

test("an IPv6 caller is counted by its /64", () => {
  expect(networkOf("2001:db8:1:2:3:4:5:6")).toBe(networkOf("2001:db8:1:2::9"));
  expect(networkOf("2001:db8:1:3::9")).not.toBe(networkOf("2001:db8:1:2::9"));
  expect(networkOf("::1")).toBe("0:0:0:0::/64");
  expect(networkOf("203.0.113.9")).toBe("203.0.113.9");
});

test("a request without cookies that names no site comes from no browser, so it is let through", () => {
  expect(isCrossSite(knock("/", {}))).toBe(false);
  expect(isCrossSite(knock("/", { cookie: "a=b" }))).toBe(true);
});

test("attempts come back one by one as time passes, and a refund gives one back at once", async () => {
  const clock = virtualClock();
  const attempts = new Attempts(clock, { countMax: 3, windowMs: 3000 });
  for (let n = 0; n < 3; n++) {
    expect(attempts.waitMs("a")).toBe(0);
    attempts.charge("a");
  }
  expect(attempts.waitMs("a")).toBe(1000);
  expect(attempts.waitMs("b")).toBe(0);
  attempts.refund("a");
  expect(attempts.waitMs("a")).toBe(0);
  attempts.charge("a");
  await clock.advance(1000);
  expect(attempts.waitMs("a")).toBe(0);
});
