import { afterAll, beforeAll, expect, test } from "bun:test";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { api, findTarget, Refused, Unreachable } from "./api.ts";

let server: Bun.Server<undefined>;
const seen: { path: string; token: string | null; body: string }[] = [];
beforeAll(() => {
  server = Bun.serve({
    hostname: "127.0.0.1",
    port: 0,
    async fetch(request) {
      const { pathname, search } = new URL(request.url);
      const token = request.headers.get("authorization");
      seen.push({ path: pathname + decodeURIComponent(search), token, body: await request.text() });
      if (pathname === "/api/shop.close")
        return Response.json(
          {
            type: "/problems/castor.invalid-input",
            title: "The input is not right",
            status: 422,
            errors: [{ path: ["reason"], message: "Say why" }],
          },
          { status: 422, headers: { "content-type": "application/problem+json" } },
        );
      if (pathname === "/api/shop.broken") return new Response("<html>", { status: 502 });
      return Response.json({ fine: true });
    },
  });
});
afterAll(() => server.stop(true));
const here = () => api(() => ({ url: `http://127.0.0.1:${server.port}`, token: "secret" }));

test("questions are read, deeds are posted, and the token goes along", async () => {
  seen.length = 0;
  expect(await here().ask("shop.open", { limit: 3, type: undefined })).toEqual({ fine: true });
  expect(await here().act("shop.restart", { id: "a" })).toEqual({ fine: true });
  expect(seen).toEqual([
    { path: '/api/shop.open?input={"limit":3}', token: "Bearer secret", body: "" },
    { path: "/api/shop.restart", token: "Bearer secret", body: '{"id":"a"}' },
  ]);
});
test("a problem document is told with its fields", async () => {
  const error = await here()
    .act("shop.close")
    .catch((thrown: unknown) => thrown);
  expect(error).toBeInstanceOf(Refused);
  expect((error as Refused).message).toBe("The input is not right.\n  reason: Say why");
  expect((error as Refused).code).toBe(1);
});
test("an answer that is no problem document is still told", async () => {
  const error = await here()
    .ask("shop.broken")
    .catch((thrown: unknown) => thrown);
  expect((error as Refused).problem).toMatchObject({ status: 502 });
});
test("nobody there is told with the way out, and exit code 3", async () => {
  const gone = Bun.serve({ hostname: "127.0.0.1", port: 0, fetch: () => new Response() });
  const url = `http://127.0.0.1:${gone.port}`;
  await gone.stop(true);
  const error = await api(() => ({ url }))
    .ask("shop.open")
    .catch((thrown: unknown) => thrown);
  expect(error).toBeInstanceOf(Unreachable);
  expect((error as Unreachable).fix).toContain("castor up");
  expect((error as Unreachable).code).toBe(3);
});

test("the token of this folder is found, and never sent to another address", () => {
  const folder = mkdtempSync(join(tmpdir(), "castor-cli-"));
  mkdirSync(join(folder, ".castor/run"), { recursive: true });
  writeFileSync(join(folder, ".castor/run/local-token"), "local\n");
  writeFileSync(join(folder, ".castor/run/url"), "http://localhost:4700\n");
  const target = (flags: { url?: string; token?: string }, env = {}) =>
    findTarget({ flags, env, folder });
  expect(target({})).toEqual({ url: "http://localhost:4700", token: "local" });
  expect(target({ url: "https://castor.example.org/" })).toEqual({
    url: "https://castor.example.org",
  });
  expect(target({}, { CASTOR_URL: "http://x:1", CASTOR_TOKEN: "t" })).toEqual({
    url: "http://x:1",
    token: "t",
  });
  rmSync(folder, { recursive: true });
});
