import { afterAll, expect, test } from "bun:test";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { capabilities } from "../../castor.ts";
import { configurationOf, loadConfig } from "../../kernel/config/index.ts";
import { readArguments } from "../arguments.ts";
import { everywhere } from "../command.ts";
import { paperTerminal } from "../testing.ts";
import { onCallImport } from "./on-call-import.ts";

const folder = mkdtempSync(join(tmpdir(), "castor-import-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const save = (name: string, content: unknown): string => {
  writeFileSync(
    join(folder, name),
    typeof content === "string" ? content : JSON.stringify(content),
  );
  return name;
};
async function run(...words: string[]) {
  const terminal = paperTerminal({ folder });
  const given = await readArguments(
    words,
    { ...onCallImport.options, ...everywhere },
    onCallImport,
  );
  const code = await onCallImport.run(given, terminal);
  return { code, out: terminal.printed, err: terminal.complained };
}

const schedule = {
  ...{
    id: "S1",
    name: "Shop\n# nights",
    type: "web",
    time_zone: "Europe/Paris",
    shifts: ["O1", "O2"],
  },
};
const shift = {
  ...{ id: "O1", name: "nights: 22 #1", type: "rolling_users", start: "2026-01-05T22:00:00" },
  ...{ duration: 28_800, frequency: "daily", rolling_users: [["U1"], ["U2"]] },
};
const people = ["ann", "ben"].map((username, k) => ({
  ...{ id: `U${k + 1}`, username, email: `${username}@example.org` },
}));
const step = {
  id: "E1",
  escalation_chain_id: "F1",
  position: 0,
  type: "notify_persons",
  persons_to_notify: ["U2"],
};

test("what is printed is a configuration that Castor starts with, and says what is not in it", async () => {
  const { code, out, err } = await run(
    save("schedules.json", { results: [schedule] }),
    save("rest.json", [shift, people, step]),
  );
  expect(code).toBe(0);
  expect(err).toContain("Not carried over as it was: 1;");
  expect(out).toContain("# - Shop # nights: 1 of its shifts are not in these files");
  const loaded = loadConfig({
    text: out,
    file: "castor.yaml",
    env: {},
    ...configurationOf(capabilities),
  });
  const mistakes = loaded.ok ? [] : loaded.mistakes;
  expect(mistakes).toEqual([]);
  expect(out).toContain("ben@example.org");
});

test("files that hold nothing of it are refused in words", async () => {
  expect(run(save("other.json", { a: 1 }))).rejects.toThrow(
    "nothing of Grafana OnCall, PagerDuty or Opsgenie",
  );
  expect(run(save("broken.json", "{"))).rejects.toThrow("broken.json is no JSON");
  expect(run("none.json")).rejects.toThrow("There is no none.json here");
});
