import { describe, expect, test } from "bun:test";
import * as fc from "fast-check";
import { filled, readCommand } from "./command.ts";
import { readRunbook, stepsMax } from "./read.ts";
import { stepsOf } from "./runbook.ts";

const read = (text: string) => readRunbook(text, { runbook: "shop/down", file: "shop/down.md" });
const down = `---
services: [shop]
alerts: [ShopDown, "Checkout*"]
labels: { team: payments }
---
# The shop is down

Read this first.

## Look

- [ ] Is it all of them?
  See the **graph**.
- [x] Take the sick one out

  \`\`\`castor
  catalog.withdraw { service: $service }
  \`\`\`

Then breathe.

\`\`\`sh
# - [ ] not a step
\`\`\`
`;

test("a runbook has its services, alerts and labels, its steps, and everything else as text", () => {
  const runbook = read(down);
  expect(runbook).toMatchObject({
    ...{ title: "The shop is down", services: ["shop"], mistakes: [] },
    ...{ alerts: ["ShopDown", "Checkout*"], labels: { team: "payments" } },
  });
  expect(
    runbook.blocks.map((each) => (each.kind === "text" ? each.markdown : each.step.says)),
  ).toEqual([
    "Read this first.\n\n## Look",
    "Is it all of them?",
    "Take the sick one out",
    "Then breathe.\n\n```sh\n# - [ ] not a step\n```",
  ]);
  const [first, second] = stepsOf(runbook);
  expect(first?.more).toBe("See the **graph**.");
  expect(second?.command).toEqual({
    ...{ verb: "catalog.withdraw", input: { service: "$service" }, line: 17 },
  });
});

test("where there are no items, headings are the steps", () => {
  const steps = stepsOf(read("# Disk full\n\n## Find what grew\n\nUse `du`.\n\n## Make room\n"));
  expect(steps.map(({ says, more }) => [says, more])).toEqual([
    ["Find what grew", "Use `du`."],
    ["Make room", ""],
  ]);
});

test("a step keeps its name while others come and go, and two alike are told apart", () => {
  const names = (text: string) => stepsOf(read(text)).map(({ step }) => step);
  const [a, b] = names("- [ ] one\n- [ ] two\n");
  expect(names("- [ ] zero\n- [ ] one\n- [ ] two\n")).toEqual([expect.any(String), a, b]);
  expect(new Set(names("- [ ] same\n- [ ] same\n")).size).toBe(2);
});

describe("what is wrong is told with its line, and the rest is kept", () => {
  const front = (yaml: string) => `---\n${yaml}\n---\n# x\n`;
  test.each([
    [front("service: shop\ncolour: red"), 3, "`colour` is not known here."],
    [front("services: 7"), 2, "`services` is not as it should be."],
    [front("services: [shop"), 3, "This is no YAML"],
    [front("labels: &a { x: y }\nservices: [*a, *a]"), 2, "It has aliases"],
    [front("just words"), 2, "Names with values are expected here."],
    ["# x\n\n```castor\nrm -rf /\n```\n", 4, "This block names no verb."],
    ["# x\n```castor\ngateway.drain [1]\n```\n", 3, "The input of gateway.drain is not names"],
    ["# x\n```castor\na.b { x: $host }\n```\n", 3, "There is no $host."],
    ["# x\n```castor\na.b { x: [ }\n```\n", 3, "The input of a.b is no YAML"],
    ["# x\n\n```sh\nls\n", 3, "This block of code has no end."],
    ["- [ ] x\n".repeat(stepsMax + 2), stepsMax + 1, `more than ${stepsMax} steps`],
  ])("%#: line %#", (text, line, what) => {
    const { mistakes } = read(text);
    expect(mistakes).toHaveLength(1);
    expect(mistakes[0]).toMatchObject({ file: "shop/down.md", line });
    expect(mistakes[0]?.what).toContain(what);
    expect(mistakes[0]?.fix).not.toBe("");
  });
});

test("a step runs one thing: a second command is a step of its own", () => {
  const block = (verb: string) => `\`\`\`castor\n${verb}\n\`\`\`\n`;
  const steps = stepsOf(read(`- [ ] both\n${block("a.one")}${block("a.two\nkey: value")}`));
  expect(steps.map(({ says, command }) => [says, command?.verb, command?.input])).toEqual([
    ["both", "a.one", {}],
    ["Run a.two", "a.two", { key: "value" }],
  ]);
});

test("a variable is text within a value, whatever it holds", () => {
  const made = readCommand(
    "a.b { to: $service, note: 'of $incident: $$5', deep: [{ x: $alert }] }",
    1,
  );
  const input = "command" in made ? made.command.input : {};
  const evil = '" } { admin: true';
  expect(filled(input, { service: evil, incident: "inc-1" })).toEqual({
    input: { to: evil, note: "of inc-1: $5", deep: [{ x: "$alert" }] },
    needs: ["alert"],
  });
  expect(filled({ x: "$service" }, { service: "$incident" }).input).toEqual({ x: "$incident" });
});

test("no text breaks the reading, none of its words is lost, and every step has its own name", () => {
  const line = fc.constantFrom(
    ...[
      "---",
      "# a",
      "## b",
      "- [ ] c",
      "  - [x] d",
      "1. [ ] e",
      "```castor",
      "```",
      "~~~",
      "a.b { x: 1 }",
    ],
    ...["    f", "", "g", "services: [h]", "\t- [ ] i", "> j", "```sh"],
  );
  fc.assert(
    fc.property(fc.array(line, { maxLength: 30 }), (lines) => {
      const runbook = read(lines.join("\n"));
      const steps = stepsOf(runbook).map(({ step }) => step);
      expect(new Set(steps).size).toBe(steps.length);
      const kept = JSON.stringify(runbook);
      for (const word of ["f", "g", "j"]) if (lines.includes(word)) expect(kept).toContain(word);
    }),
    { numRuns: 300 },
  );
});

test.each([
  ["a heading of spaces", `# a${" ".repeat(200_000)}b`],
  ["a heading of marks", `## a${"#".repeat(200_000)}b`],
  ["an item of spaces", `- [ ] ${" ".repeat(200_000)}\u2028`],
  ["many blocks of code", "```\n".repeat(100_000)],
])("%s: nothing is held up", (_, text) => {
  expect(read(text).mistakes).toEqual([]);
});

test("a heading loses the marks behind it", () => {
  const { title, blocks } = read("# Disk # full ##\n\n## Look #\n");
  expect([title, blocks]).toMatchObject(["Disk # full", [{ step: { says: "Look" } }]]);
});
