import { afterAll, expect, test } from "bun:test";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Entry } from "../command.ts";
import { dispatch } from "../dispatch.ts";
import { paperTerminal } from "../testing.ts";
import { runbookCheck, runbookRunStep, runbookShow } from "./runbooks.ts";

const entries = [runbookCheck, runbookRunStep, runbookShow].map((command): Entry => ({
  group: "see",
  name: command.usage.split(" ").slice(0, 2).join(" "),
  summary: "",
  load: async () => command,
}));
const step = {
  ...{ step: "0a1b2c3d", number: 1, says: "Drain the \u001b[31mdoor", more: "", done: null },
  command: {
    ...{
      verb: "doors.drain",
      kind: "command",
      about: "",
      allow: "operator",
      needs: [] as string[],
    },
    input: { door: "shop" },
  },
};

/** A Castor that remembers what it was asked for, in order. */
function door({ refuses = false, needs = [] as string[] } = {}) {
  const asked: string[] = [];
  const server = Bun.serve({
    port: 0,
    hostname: "127.0.0.1",
    async fetch(request) {
      const { pathname, search } = new URL(request.url);
      const body = request.method === "POST" ? await request.text() : "";
      asked.push(`${pathname.slice(5)}${request.method === "POST" ? search : ""} ${body}`.trim());
      if (pathname === "/api/runbooks.show")
        return Response.json({
          ...{ services: [], mistakes: [] },
          runbook: {
            ...{
              runbook: "down",
              title: "Down",
              services: [],
              alerts: [],
              labels: {},
              file: "down.md",
            },
            blocks: [{ kind: "step", step: { ...step, command: { ...step.command, needs } } }],
          },
        });
      if (refuses) return Response.json({ title: "No", status: 409 }, { status: 409 });
      if (search === "?dry-run=true")
        return Response.json({ dryRun: true, would: [{ type: "x", says: "The door drains" }] });
      return Response.json({ position: 7, events: [] });
    },
  });
  return { asked, url: server.url.origin, [Symbol.dispose]: () => void server.stop(true) };
}
const run = async (url: string, ...words: string[]) => {
  const terminal = paperTerminal();
  const line = ["runbook", ...words, "--url", url, "--token", "t"];
  return { code: await dispatch(line, entries, terminal), terminal };
};

test("a step is tried, run and ticked, in this order, and the tick names the fact that proves it", async () => {
  using castor = door();
  const { code, terminal } = await run(
    castor.url,
    ...["run-step", "down", "1"],
    "--incident",
    "inc-1",
    "-y",
  );
  expect(code).toBe(0);
  expect(terminal.printed).toContain("The door drains");
  expect(castor.asked).toEqual([
    "runbooks.show",
    'doors.drain?dry-run=true {"door":"shop"}',
    'doors.drain {"door":"shop"}',
    'runbooks.tick {"incident":"inc-1","runbook":"down","step":"0a1b2c3d","ran":{"verb":"doors.drain","position":7}}',
  ]);
});

test("nothing runs in a dry run, without a yes, after a refusal, or while a variable has no value", async () => {
  const lines = [
    { words: ["run-step", "down", "1", "--dry-run"], code: 0, asks: 2 },
    { words: ["run-step", "down", "1"], code: 2, asks: 2 },
    { words: ["run-step", "down", "1", "-y"], code: 1, asks: 2, of: { refuses: true } },
    { words: ["run-step", "down", "1", "-y"], code: 2, asks: 1, of: { needs: ["service"] } },
    { words: ["run-step", "down", "9", "-y"], code: 1, asks: 1 },
  ];
  for (const { words, code, asks, of } of lines) {
    using castor = door(of);
    expect((await run(castor.url, ...words)).code).toBe(code);
    expect(castor.asked).toHaveLength(asks);
    expect(castor.asked.some((each) => each.startsWith("doors.drain {"))).toBe(false);
  }
});

test("what a file says cannot steer the terminal", async () => {
  using castor = door();
  const { terminal } = await run(castor.url, "show", "down");
  expect(terminal.printed).not.toContain("\u001b");
  expect(terminal.printed).toContain("Drain the \\u001b[31mdoor");
});

const folder = mkdtempSync(join(tmpdir(), "castor-runbooks-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

test("a folder is checked without a running Castor, by the verbs that this one has", async () => {
  mkdirSync(join(folder, "runbooks"));
  const put = (text: string) => writeFileSync(join(folder, "runbooks/a.md"), text);
  const check = async () => {
    const terminal = paperTerminal({ folder });
    return { code: await dispatch(["runbooks", "check"], entries, terminal), terminal };
  };
  put("# A\n\n```castor\nincidents.note { incident: $incident, text: hello }\n```\n");
  expect(await check()).toMatchObject({
    code: 0,
    terminal: { printed: "1 runbook, no mistake.\n" },
  });
  put("# A\n\n```castor\nincidents.notes\n```\n");
  const { code, terminal } = await check();
  expect(code).toBe(1);
  expect(terminal.complained).toStartWith("runbooks/a.md:4  There is no verb incidents.notes.");
});
