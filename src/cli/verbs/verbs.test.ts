import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, expect, test } from "bun:test";
import { readArguments } from "../arguments.ts";
import { type Command, everywhere, UsageError } from "../command.ts";
import { commands } from "../commands.ts";
import { paperTerminal } from "../testing.ts";
import type { Terminal } from "../terminal.ts";
import { commandOf, type Verb } from "./capability-verb.ts";
import { log, logVerify } from "./log.ts";
import { signInLink } from "./sign-in-link.ts";
import { status } from "./status.ts";
import { verbsBeside } from "./verbs.ts";

/** A control that answers what each test says, and remembers what it was asked. */
let server: Bun.Server<undefined>;
let answers: Record<string, unknown>;
let asked: { name: string; input: unknown }[];
let credentials: (string | null)[];
beforeAll(() => {
  server = Bun.serve({
    hostname: "127.0.0.1",
    port: 0,
    async fetch(request) {
      const { pathname, searchParams } = new URL(request.url);
      const name = pathname.replace("/api/", "");
      const text = request.method === "POST" ? await request.text() : searchParams.get("input");
      credentials.push(request.headers.get("authorization"));
      asked.push({ name, input: text ? JSON.parse(text) : {} });
      const answer = answers[name];
      if (request.headers.get("accept") === "text/event-stream")
        return new Response(`event: answer\nid: 9\ndata: ${JSON.stringify(answers["live"])}\n\n`);
      return Response.json(answer);
    },
  });
});
afterAll(() => server.stop(true));
beforeEach(() => {
  answers = {};
  asked = [];
  credentials = [];
});

async function run(command: Command, argv: string[], of: Partial<Terminal> = {}) {
  const terminal = paperTerminal(of);
  const line = ["--url", `http://127.0.0.1:${server.port}`, ...argv];
  const given = await readArguments(line, { ...command.options, ...everywhere }, command);
  const code = await command.run(given, terminal);
  return { code, printed: terminal.printed, complained: terminal.complained };
}

const fact = (position: number, more = {}) => ({
  position,
  at: Date.parse("2026-11-22T06:00:00Z"),
  type: "catalog.instance-started",
  says: `shop-${position} started`,
  by: { kind: "person", id: "p1", name: "Ana" },
  stream: "catalog/shop",
  data: {},
  ...more,
});

test("castor log tells what happened oldest first, with who and why", async () => {
  answers["log.search"] = { events: [fact(8, { cause: 7 }), fact(7)], more: false, head: 8 };
  const { code, printed } = await run(log, ["--type", "catalog.*,gateway.*", "--limit", "5"]);
  expect(code).toBe(0);
  const [first = "", second = ""] = printed.split("\n");
  expect(first).toContain("shop-7 started  (Ana)");
  expect(second).toContain("shop-8 started  (Ana, because of #7)");
  expect(asked[0]?.input).toEqual({ limit: 5, type: ["catalog.*", "gateway.*"] });
});
test("castor log tells people by their names, which the log does not keep", async () => {
  const by = (kind: string, id: string) => ({ by: { kind, id } });
  answers["log.search"] = {
    events: [fact(8, by("person", "p9")), fact(7, by("token", "t1")), fact(6, by("person", "p1"))],
    more: false,
    head: 8,
  };
  answers["people.list"] = { people: [{ id: "p1", name: "Ana" }] };
  answers["tokens.list"] = { tokens: [{ id: "t1", name: "ci" }] };
  const lines = (await run(log, [])).printed.split("\n");
  expect(lines.map((line) => /\(.*\)/.exec(line)?.[0])).toEqual([
    "(Ana)",
    "(ci)",
    "(person p9)",
    undefined,
  ]);
  expect(asked.filter(({ name }) => name === "people.list")).toHaveLength(1);
});
test("castor log --since asks for that moment", async () => {
  answers["log.search"] = { events: [], more: false, head: 0 };
  const { complained } = await run(log, ["--since", "1h"]);
  const [input] = asked.map((each) => each.input as { since: number });
  expect(Math.abs(Date.now() - 3_600_000 - (input?.since ?? 0))).toBeLessThan(60_000);
  expect(complained).toContain("Nothing that matches happened.");
});
test("castor log --follow goes on, and prints nothing twice", async () => {
  answers["log.search"] = { events: [fact(7)], more: false, head: 7 };
  answers["live"] = { events: [fact(9), fact(8), fact(7)], more: false, head: 9 };
  const stop = new AbortController();
  let printed = "";
  const out = (text: string): void => {
    printed += text;
    if (text.includes('"position":9')) stop.abort();
  };
  expect((await run(log, ["--follow", "--json"], { out, signal: stop.signal })).code).toBe(0);
  const positions = printed
    .trim()
    .split("\n")
    .map((line) => (JSON.parse(line) as { position: number }).position);
  expect(positions).toEqual([7, 8, 9]);
});
test("a limit that is none is refused before anybody is asked", async () => {
  for (const limit of ["0", "501", "many"])
    expect(run(log, ["--limit", limit])).rejects.toBeInstanceOf(UsageError);
  expect(asked).toEqual([]);
});
test("castor log verify exits with 1 when the chain is broken", async () => {
  answers["log.verify"] = { checked: 10, headHash: "abc" };
  expect(await run(logVerify, [])).toMatchObject({
    code: 0,
    printed: expect.stringContaining("10 facts, the chain holds"),
  });
  answers["log.verify"] = { checked: 4, brokenAt: 5, why: "hash", headHash: "abc" };
  expect(await run(logVerify, [])).toMatchObject({
    code: 1,
    printed: expect.stringContaining("breaks at #5"),
  });
});

const latencyMs = { p50: 1, p99: null };
const now = (healthy: boolean) => ({
  at: 0,
  listeners: ["127.0.0.1:8080"],
  visitorsPerSecond: 0,
  requestsPerSecond: 0,
  statusClasses: {},
  latencyMs,
  services: [
    {
      service: "shop",
      requestsPerSecond: 0,
      errorsPerSecond: 0,
      latencyMs,
      instances: [
        {
          id: "shop-1",
          healthy,
          ejected: false,
          inFlight: 0,
          requestsPerSecond: 0,
          errorsPerSecond: 0,
        },
      ],
    },
  ],
});
test("castor status exits with 1 when a service has nobody in rotation", async () => {
  answers["gateway.now"] = now(true);
  expect(await run(status, [])).toMatchObject({
    code: 0,
    printed: expect.stringMatching(/shop-1\s+0\/s\s+● up/),
  });
  answers["gateway.now"] = now(false);
  expect(await run(status, ["--json"])).toMatchObject({ code: 1 });
});

test("a sign-in link belongs behind the console's address, alone on standard output", async () => {
  answers["people.sign-in-link"] = { path: "/sign-in#link=abc", link: "abc", expiresAt: 1 };
  expect((await run(signInLink, [])).printed).toBe(
    `http://127.0.0.1:${server.port}/sign-in#link=abc\n`,
  );
});

const restart: Verb = {
  name: "catalog.restart",
  kind: "command",
  about: "Restarts an instance.",
  allow: "operator",
  input: {
    properties: {
      instance: { type: "string" },
      graceMs: { type: "integer" },
      labels: { type: "array", items: { type: "string" } },
      isForced: { type: "boolean" },
      filter: { type: "object" },
    },
    required: ["instance"],
  },
};
test("a verb of a capability takes its fields as words and options", async () => {
  answers["catalog.restart"] = { position: 12, events: [{ type: "catalog.restarted" }] };
  const argv = [
    "shop-1",
    "--grace-ms",
    "500",
    "--labels",
    "a,b",
    "--is-forced",
    "--filter",
    '{"a":1}',
  ];
  const { code, printed } = await run(commandOf(restart), argv);
  expect(code).toBe(0);
  expect(asked).toEqual([
    {
      name: "catalog.restart",
      input: {
        instance: "shop-1",
        graceMs: 500,
        labels: ["a", "b"],
        isForced: true,
        filter: { a: 1 },
      },
    },
  ]);
  expect(printed).toBe("✓ catalog.restarted (#12)\n");
});
test("a field that is one of several kinds of object is read as JSON, and the example shows one", async () => {
  const kinds = ["push", "email"].map((kind) => ({
    ...{ type: "object", properties: { kind: { const: kind } } },
  }));
  const add: Verb = {
    ...restart,
    name: "paging.add-channel",
    input: { properties: { channel: { oneOf: kinds } }, required: ["channel"] },
  };
  answers["paging.add-channel"] = { channels: [] };
  expect(commandOf(add).example).toBe(`castor paging add-channel '{"kind":"push"}'`);
  await run(commandOf(add), [`{"kind":"email"}`]);
  expect(asked.at(-1)?.input).toEqual({ channel: { kind: "email" } });
});
test("a field of a verb that is called like the options that name a Castor is the field", async () => {
  const revoke: Verb = {
    ...restart,
    name: "tokens.revoke",
    input: { properties: { token: { type: "string" } }, required: ["token"] },
  };
  const command = commandOf(revoke);
  expect(command.options["token"]?.about).toBe("A string. (required)");
  answers["tokens.revoke"] = { done: true };
  expect((await run(command, ["--token", "t1"])).code).toBe(0);
  expect(asked).toEqual([{ name: "tokens.revoke", input: { token: "t1" } }]);
  expect(credentials).toEqual([null]);
});
test("a verb that lacks a field is refused with the option that gives it", async () => {
  const error = await run(commandOf(restart), []).catch((thrown: unknown) => thrown);
  expect((error as UsageError).message).toBe("Missing: --instance.");
});
test("what is already so is told as such", async () => {
  answers["catalog.restart"] = { position: null, events: [] };
  expect((await run(commandOf(restart), ["shop-1"])).printed).toBe("✓ already so\n");
});
test("castor verbs lists what the running Castor offers", async () => {
  answers["castor.manifest"] = [{ id: "catalog", about: "Services.", verbs: [restart] }];
  expect((await run(verbsBeside(commands), [])).printed).toContain(
    "catalog restart  command  operator  Restarts an instance.",
  );
  expect(run(verbsBeside(commands), ["nobody"])).rejects.toBeInstanceOf(UsageError);
});
test("beside a capability's verbs stands what this program does about it, each once", async () => {
  const plan: Verb = { ...restart, name: "live.plan", kind: "query", about: "Reckons." };
  answers["castor.manifest"] = [
    { id: "live", about: "Shows.", verbs: [plan] },
    { id: "probes", about: "Looks.", verbs: [] },
  ];
  const { printed } = await run(verbsBeside(commands), []);
  for (const name of ["live export", "live rehearse", "probe check"])
    expect(printed).toMatch(new RegExp(`^ +${name} +program`, "m"));
  expect(printed.match(/live plan/g)).toHaveLength(1);
});
test("an answer is shown in short: moments as dates, lists by their ids", async () => {
  const services: Verb = { ...restart, name: "catalog.services", kind: "query", input: {} };
  answers["catalog.services"] = [
    { id: "shop", since: 1795333127176, instances: [{ id: "a" }, { id: "b" }] },
  ];
  const [, row] = (await run(commandOf(services), [])).printed.split("\n");
  expect(row).toBe("shop  2026-11-22T07:38:47.176Z  a, b");
});

test("a long text may come from a file, and a file that is not there is said", async () => {
  const note: Verb = {
    ...{ name: "incidents.note", kind: "command", about: "Writes a note.", allow: "responder" },
    input: {
      properties: { incident: { type: "string" }, text: { type: "string", maxLength: 20_000 } },
      required: ["incident", "text"],
    },
  };
  answers["incidents.note"] = { events: [] };
  const path = join(mkdtempSync(join(tmpdir(), "castor-note-")), "note.md");
  writeFileSync(path, "# What we tried\n");
  await run(commandOf(note), ["inc-1", "--text-file", path]);
  expect(asked.at(-1)?.input).toEqual({ incident: "inc-1", text: "# What we tried\n" });
  expect(run(commandOf(note), ["inc-1", "--text-file", `${path}.gone`])).rejects.toThrow(
    UsageError,
  );
});
