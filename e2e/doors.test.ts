import { afterAll, beforeAll, expect, test } from "bun:test";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { passes } from "../src/kernel/auth/passes.ts";
import { endAll, type Running, startCastor } from "./running.ts";

const timeoutMs = 60_000;
const password = "a long enough passphrase";
const admin = { name: "Ana", email: "ana@example.org" };
const wrongToken = `castor_${"x".repeat(40)}`;
/** More than any limit on guesses allows. */
const guessesMax = 60;

let castor: Running;
let viewer: string;
beforeAll(async () => {
  const settings = { console: { trustedProxies: ["127.0.0.1"] }, gateway: { workers: 1 } };
  castor = await startCastor({ config: settings });
  const made = await castor.api.act("tokens.create", { name: "a viewer", role: "viewer" });
  viewer = (made as { secret: string }).secret;
}, timeoutMs);
afterAll(endAll, timeoutMs);

type Door = { method: string; path: string; allow: string };
type Verbs = { verbs: { name: string; kind: string; allow: string }[]; routes: Door[] }[];

/** Every way into the API that the running program says it has, of itself and of its manifests. */
async function allDoors(): Promise<Door[]> {
  const headers = { authorization: `Bearer ${castor.token()}` };
  const { paths } = (await (await ask("GET", "/api/openapi.json", headers)).json()) as {
    paths: Record<string, Record<string, { "x-castor-allow": string }>>;
  };
  const documented = Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, about]) => ({
      ...{ method: method.toUpperCase(), path, allow: about["x-castor-allow"] },
    })),
  );
  const manifests = (await castor.api.ask("castor.manifest")) as Verbs;
  const verbs = manifests.flatMap((each) => each.verbs);
  expect(documented.map(({ path }) => path).toSorted()).toEqual(
    verbs.map(({ name }) => `/api/${name}`).toSorted(),
  );
  const own = { method: "GET", path: "/api/openapi.json", allow: "viewer" };
  const routes = manifests
    .flatMap((each) => each.routes)
    .map((each) => ({ ...each, method: each.method === "ALL" ? "POST" : each.method }));
  return [...documented, ...routes, own];
}

const ask = (method: string, path: string, headers: Record<string, string> = {}) =>
  fetch(castor.console + path, {
    method,
    headers: { "content-type": "application/json", ...headers },
    redirect: "manual",
    ...(method === "GET" || method === "HEAD" ? {} : { body: "{}" }),
  });
const statusOf = async (...of: Parameters<typeof ask>): Promise<number> => {
  const answer = await ask(...of);
  await answer.body?.cancel();
  return answer.status;
};
const post = (path: string, body: unknown, headers: Record<string, string> = {}) =>
  fetch(castor.console + path, {
    method: "POST",
    headers: { "content-type": "application/json", origin: castor.console, ...headers },
    body: JSON.stringify(body),
  });

test("without credentials nothing opens: no verb, no route, no live answer, whatever the method", async () => {
  const doors = await allDoors();
  expect(doors.length).toBeGreaterThan(25);
  const open: string[] = [];
  for (const { method, path, allow } of doors) {
    if (allow === "public") continue;
    for (const each of new Set([
      method,
      "GET",
      "HEAD",
      "POST",
      "PUT",
      "PATCH",
      "DELETE",
      "OPTIONS",
    ])) {
      const status = await statusOf(each, path, { accept: "text/event-stream" });
      const isNoDoor = status === 404 && each !== method;
      if (status !== 401 && !isNoDoor) open.push(`${each} ${path}: ${status}`);
    }
  }
  expect(open).toEqual([]);
});

test("a viewer opens what viewers may, and nothing else", async () => {
  const headers = { authorization: `Bearer ${viewer}` };
  const wrong: string[] = [];
  const counts = { may: 0, mayNot: 0 };
  for (const { method, path, allow } of await allDoors()) {
    const status = await statusOf(method, path, headers);
    // What lets strangers in looks at a key of its own.
    const isIntake = path.startsWith("/in/");
    const may = ["public", "viewer"].includes(allow);
    counts[may ? "may" : "mayNot"]++;
    if (may ? (!isIntake && [401, 403].includes(status)) || status >= 500 : status !== 403)
      wrong.push(`${method} ${path} (${allow}): ${status}`);
  }
  expect(wrong).toEqual([]);
  expect(counts.may).toBeGreaterThan(5);
  expect(counts.mayNot).toBeGreaterThan(5);
});

test("what does not exist is told to nobody who may not know, and intakes and foreign formats are shut", async () => {
  for (const path of ["/api/nothing.here", "/api/", "/api/log.search/more"])
    expect([401, 404]).toContain(await statusOf("GET", path));
  expect(await statusOf("GET", "/api/nothing.here")).toBe(401);
  expect(await statusOf("GET", "/api/nothing.here", { authorization: `Bearer ${viewer}` })).toBe(
    404,
  );
  for (const path of [
    "/in/alertmanager",
    "/in/sentry/1",
    "/in/",
    "/v1/kv/a",
    "/v1/catalog/services",
  ])
    for (const method of ["GET", "POST", "PUT", "DELETE"])
      expect([401, 404]).toContain(await statusOf(method, path));
});

test("the doors of signing in give nothing to a stranger", async () => {
  const given: string[] = [];
  const forStrangers = new Set(["/sign-out", "/passkey/generate-authenticate-options"]);
  for (const { method, path } of passes.values()) {
    const status = await statusOf(method, `/api/auth${path}`);
    if (status < 400 && !forStrangers.has(path)) given.push(`${method} ${path}: ${status}`);
  }
  expect(passes.size).toBeGreaterThan(8);
  for (const path of [
    "/sign-up/email",
    "/list-sessions",
    "/admin/list-users",
    "/get-session",
    "/api-key/list",
  ])
    for (const method of ["GET", "POST"]) {
      const status = await statusOf(method, `/api/auth${path}`);
      if (status < 400) given.push(`${method} ${path}: ${status}`);
    }
  expect(given).toEqual([]);
  expect(await (await ask("GET", "/api/auth/session")).json()).toEqual({
    signedIn: false,
    firstRun: true,
  });
});

test("every page of the console carries a strict policy, and none of them gives data away", async () => {
  for (const path of ["/", "/log", "/settings/people", "/sign-in", "/no-such-file.js"]) {
    const page = await ask("GET", path);
    const policy = page.headers.get("content-security-policy") ?? "";
    expect(policy).toContain("default-src 'none'");
    expect(policy).toContain("frame-ancestors 'none'");
    expect(policy).toContain("base-uri 'none'");
    expect(policy).not.toMatch(/unsafe-|https?:|\*/);
    expect(page.headers.get("x-content-type-options")).toBe("nosniff");
    expect(await page.text()).not.toContain(castor.data);
  }
  for (const path of ["/../.castor/log.db", "/%2e%2e/.castor/run/local-token", "/.castor/log.db"])
    expect(await (await ask("GET", path)).text()).not.toContain(castor.token());
});

test("a session's cookies are HttpOnly and SameSite, Secure behind TLS, and open nothing for another site", async () => {
  const link = readFileSync(join(castor.data, "run", "sign-in-link"), "utf8").trim();
  const joined = await post("/api/auth/link/accept", { link, ...admin, password });
  expect(joined.status).toBe(200);
  expect(
    (await post("/api/auth/link/accept", { link, ...admin, password })).status,
  ).toBeGreaterThanOrEqual(400);

  const signIn = async (headers: Record<string, string>): Promise<string[]> => {
    const answer = await post("/api/auth/sign-in/email", { email: admin.email, password }, headers);
    expect(answer.status).toBe(200);
    return answer.headers.getSetCookie();
  };
  const plain = await signIn({});
  const secure = await signIn({ "x-forwarded-proto": "https", "x-forwarded-for": "203.0.113.7" });
  for (const cookie of [...joined.headers.getSetCookie(), ...plain, ...secure]) {
    expect(cookie).toMatch(/; HttpOnly(;|$)/);
    expect(cookie).toMatch(/; SameSite=(Strict|Lax)(;|$)/);
  }
  expect(plain.some((each) => /; Secure/.test(each))).toBe(false);
  expect(secure.length > 0 && secure.every((each) => /; Secure(;|$)/.test(each))).toBe(true);

  const cookie = plain.map((each) => each.split(";")[0]).join("; ");
  expect((await ask("GET", "/api/people.me", { cookie })).status).toBe(200);
  const create = { name: "stolen", role: "admin" };
  const elsewhere = { cookie, origin: "https://evil.example" };
  expect((await post("/api/tokens.create", create, elsewhere)).status).toBe(403);
  expect((await post("/api/tokens.create", create, { cookie })).status).toBe(200);
});

test("a wrong token opens nothing, is not saved by a good one elsewhere, and may not be guessed for long", async () => {
  const headers = { authorization: `Bearer ${wrongToken}` };
  const open: string[] = [];
  let turnedAway = 0;
  for (const { method, path, allow } of await allDoors()) {
    if (allow === "public") continue;
    const status = await statusOf(method, path, headers);
    if (status === 429) turnedAway++;
    else if (status !== 401) open.push(`${method} ${path}: ${status}`);
  }
  expect(open).toEqual([]);
  for (let guess = 0; guess < guessesMax && turnedAway === 0; guess++)
    if ((await statusOf("GET", "/api/people.me", headers)) === 429) turnedAway++;
  expect(turnedAway).toBeGreaterThan(0);
  expect(await statusOf("GET", "/api/people.me", { authorization: `Bearer ${viewer}` })).toBe(200);
  expect(await statusOf("GET", "/api/people.me", { authorization: "Basic YTpi" })).not.toBe(200);
});

test("passwords may not be guessed for long either, and the log says that somebody tried", async () => {
  const statuses: number[] = [];
  let wait: string | null = null;
  while (statuses.length < guessesMax && wait === null) {
    const answer = await post("/api/auth/sign-in/email", {
      email: admin.email,
      password: "not it",
    });
    statuses.push(answer.status);
    if (answer.status === 429) wait = answer.headers.get("retry-after");
  }
  expect(new Set(statuses)).toEqual(new Set([401, 429]));
  expect(Number(wait)).toBeGreaterThan(0);
  const [failed] = await castor.log("people.sign-in-failed");
  expect(failed?.says).toBeTruthy();
  expect(JSON.stringify(failed)).not.toContain(admin.email);
});
