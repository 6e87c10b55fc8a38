import { afterAll, expect, test } from "bun:test";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Entry } from "../command.ts";
import { dispatch } from "../dispatch.ts";
import { paperTerminal } from "../testing.ts";
import { alertsReplay } from "./alerts-replay.ts";

const entries: Entry[] = [
  { group: "configure", name: "alerts replay", summary: "", load: async () => alertsReplay },
];
const at = Date.now() - 86_400_000;
const told = { at, title: "Shop \u001b[31mfails", rule: "r", service: "shop", severity: "error" };
const both = { was: 2, would: 1 };
const replayed = {
  ...{ from: at, to: at, rulesFrom: at, says: "Would have paged once instead of 2.", ...both },
  ...{ rules: [], extra: [], pages: [], later: [] },
  missed: [{ ...told, group: "g", mattered: true, byMs: 240_000 }],
  calls: {
    ...{ says: "Would have called ann once.", pages: both, calls: both, unanswered: both },
    ...{ medianMs: both, people: [{ person: "ann", ...both, atNight: { was: 1, would: 0 } }] },
    would: [
      {
        ...{ at, title: "Shop fails", service: null, severity: "error", receiver: "default" },
        ...{ called: [{ person: "ann", at }], acknowledgedBy: "ann", acknowledgedAfterMs: 120_000 },
      },
    ],
  },
};
const asked: unknown[] = [];
const server = Bun.serve({
  port: 0,
  hostname: "127.0.0.1",
  async fetch(request) {
    asked.push([new URL(request.url).pathname, await request.json()]);
    return Response.json(replayed);
  },
});
const folder = mkdtempSync(join(tmpdir(), "castor-replay-"));
afterAll(async () => {
  await server.stop(true);
  rmSync(folder, { recursive: true });
});
async function castor(...line: string[]) {
  const paper = paperTerminal();
  const words = ["alerts", "replay", ...line, "--url", server.url.href];
  return { code: await dispatch(words, entries, paper), text: paper.printed };
}

test("a change from a file is tried, and told in words that steer no terminal", async () => {
  const file = join(folder, "change.yaml");
  writeFileSync(file, "paging: {}\n");
  const { code, text } = await castor("--change-file", file, "--days", "30");
  expect(code).toBe(0);
  expect(asked).toEqual([["/api/paging.replay", { change: "paging: {}\n", days: 30 }]]);
  for (const part of ["once instead of 2", "missed by 4 min", "0 (1)", "by ann, after 2 min"])
    expect(text).toContain(part);
  expect(text).not.toContain("\u001b");
});

test("a file that is not there and two changes at once are told", async () => {
  expect((await castor("--change-file", join(folder, "none"))).code).toBe(1);
  expect((await castor("--change-file", "-", "--change", "a")).code).toBe(2);
});
