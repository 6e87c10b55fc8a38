import { afterAll, expect, test } from "bun:test";
import type { Entry } from "../command.ts";
import { dispatch } from "../dispatch.ts";
import { paperTerminal } from "../testing.ts";
import { probeCheck, probeList, probeShow, probeTry } from "./probes.ts";

const entries = [probeList, probeShow, probeCheck, probeTry].map((command): Entry => ({
  group: "see",
  name: command.usage.split(" ").slice(0, 2).join(" "),
  summary: "",
  load: async () => command,
}));
const certificate = { until: Date.now() + 20 * 86_400_000, names: ["shop.example"], issuer: "CA" };
const probe = {
  ...{ probe: "front", kind: "http", target: "https://shop.example/", host: "shop.example" },
  ...{ service: null, severity: "error", state: "failing", since: Date.now() - 60_000 },
  ...{ why: "it was answered \u001b[31m503", everyMs: 30_000, strip: ["ok", "ok", "fail"] },
  ...{ last: null, certificate: { ...certificate, isEnding: false }, passedOfDay: 0.98 },
};
const history = { from: 0, stepMs: 60_000, medianMs: [null, 4, 6], slowMs: [], failed: [] };
const asked: unknown[] = [];
const server = Bun.serve({
  port: 0,
  hostname: "127.0.0.1",
  async fetch(request) {
    const { pathname, searchParams } = new URL(request.url);
    const of = request.method === "POST" ? await request.json() : Object.fromEntries(searchParams);
    asked.push(of);
    if (pathname === "/api/probes.list") return Response.json([probe]);
    if (pathname === "/api/probes.show") {
      const isThere = request.url.includes("front");
      const more = { expects: ["is answered 200"], history, passedOfMonth: 0.999 };
      return Response.json({ probe: isThere ? probe : null, ...more });
    }
    const ok = pathname === "/api/probes.try";
    const says = ok ? "it was answered 200 in 3 ms" : "no answer within 5000 ms";
    return Response.json({ at: 1, ok, says, tookMs: 3, certificate });
  },
});
afterAll(() => server.stop(true));

async function castor(...line: string[]) {
  const paper = paperTerminal();
  const code = await dispatch([...line, "--url", server.url.href], entries, paper);
  return { code, text: paper.printed };
}

test("the probes are listed with how each is, and strangers' words steer no terminal", async () => {
  const { code, text } = await castor("probes", "list");
  expect(code).toBe(0);
  expect(text).toContain("✗ fails");
  expect(text).toContain("▁▁█");
  expect(text).toContain("https://shop.example/");
  expect(text).not.toContain("\u001b");
});

test("one probe is shown with what it expects and its certificate", async () => {
  const { text } = await castor("probe", "show", "front");
  for (const part of ["is answered 200", "every 30 s", "99.9 %", "holds until"])
    expect(text).toContain(part);
  expect((await castor("probe", "show", "back")).code).toBe(1);
});

test("a script learns from the exit code how a beat went", async () => {
  expect(await castor("probe", "check", "front")).toMatchObject({ code: 1 });
  const tried = await castor("probe", "try", "tcp://db:5432", "--status", "204", "--follow");
  expect(tried.code).toBe(0);
  expect(tried.text).toContain("✓ it was answered 200 in 3 ms");
  expect(asked.at(-1)).toEqual({ address: "tcp://db:5432", follow: true, status: [204] });
});
