import { describe, expect, test } from "bun:test";
import { readdirSync } from "node:fs";
import { join } from "node:path";
import * as checks from "./tidy/checks.ts";
import { slicesAreAcyclic } from "./tidy/cycles.ts";
import { longFiles } from "./tidy/long-files.ts";
import { readTree, type Tree } from "./tidy/tree.ts";

const root = join(import.meta.dir, "..");
// What git ignores is not part of the root: build output, data folders, dependencies.
const ignored = new Set([".git", "node_modules", "dist", ".castor", "coverage"]);
const tree = readTree(
  root,
  readdirSync(root).filter((entry) => !ignored.has(entry) && !entry.endsWith(".log")),
);

describe("the code keeps its rules", () => {
  for (const [name, check] of Object.entries({ ...checks, slicesAreAcyclic })) {
    test(name, () => expect(check(tree).join("\n")).toBe(""));
  }
  test("every long file has a reason", () =>
    expect(Object.values(longFiles).every((reason) => reason.length > 20)).toBe(true));
});

describe("the checks see what is wrong", () => {
  const source = (path: string, text: string): Tree => ({
    sources: [{ path, text }],
    documents: [],
    rootEntries: [],
  });
  const readme = (text: string): Tree => ({
    sources: ["contract.ts", "index.ts", "app.test.ts"].map((file) => ({
      path: `src/run/apps/${file}`,
      text: "",
    })),
    documents: [{ path: "src/run/apps/README.md", text }],
    rootEntries: [],
  });
  const headings = "## Purpose\n## Promises\n## Limits\n## When it breaks\n";

  test("a reason code without a page, where the page of its beginning is enough", () => {
    const path = "src/absorb/gateway/data-plane/refusal.ts";
    const text =
      'const no = refusal(404, "gateway.lost", "No."); const so = { reason: `gateway.sent.${why}` };';
    const tree = source(path, text);
    expect(checks.reasonsAreKept(tree)).toHaveLength(2);
    const documents = ["gateway.lost", "gateway.sent"].map((code) => ({
      path: `docs/reasons/${code}.md`,
      text: "",
    }));
    expect(checks.reasonsAreKept({ ...tree, documents })).toEqual([]);
  });

  test("a reason page that leaves something out", () => {
    const page = (text: string): Tree => ({
      ...source("src/a.ts", ""),
      documents: [{ path: "docs/reasons/a.b.md", text }],
    });
    expect(
      checks.reasonPagesAreWhole(page("# It\n\nIt was.\n\n## What to do\n\nIt.\n")),
    ).toHaveLength(1);
  });

  test("a banned call, with its replacement", () => {
    const call = "const at = Date.now();";
    expect(checks.bannedCalls(source("src/run/apps/app.ts", call))).toEqual([
      "src/run/apps/app.ts: Date.now is banned, use facts.now, fx.clock.now() or the port's Clock",
    ]);
    expect(checks.bannedCalls(source("src/kernel/clock/system.ts", call))).toEqual([]);
    expect(checks.bannedCalls(source("src/run/apps/app.test.ts", call))).toEqual([]);
    expect(checks.bannedCalls(source("src/run/apps/app.ts", `// not ${call}`))).toEqual([]);
  });

  test("an open question left in the code", () =>
    expect(checks.noOpenQuestions(source("src/a.ts", `// FIX${"ME"}: later`))).toHaveLength(1));

  test("a slice without its files, or with a name that says nothing", () => {
    expect(checks.sliceShape(source("src/run/apps/utils.ts", ""))).toEqual([
      "src/run/apps: has no contract.ts",
      "src/run/apps: has no index.ts",
      "src/run/apps: has no test beside it",
      "src/run/apps: utils.ts says nothing; name the file after its noun",
      "src/run/apps: has no README.md (Purpose · Promises · Limits · When it breaks)",
    ]);
    expect(checks.sliceShape(readme(headings))).toEqual([]);
    expect(checks.sliceShape(readme("## Purpose\n"))).toEqual([
      "src/run/apps: README.md lacks the headings Promises, Limits, When it breaks",
    ]);
    expect(checks.sliceShape(readme(headings + "\n".repeat(60) + "end"))).toHaveLength(1);
  });

  test("slices that lean on each other, pages and tests aside", () => {
    const leaning = (from: string, to: string, file = "app.ts") => ({
      path: `src/run/${from}/${file}`,
      text: `import { name } from "../${to}/contract.ts";`,
    });
    const tree = source("a.ts", "");
    tree.sources = [leaning("a", "b"), leaning("b", "c"), leaning("b", "a", "console.tsx")];
    expect(slicesAreAcyclic(tree)).toEqual([]);
    tree.sources.push(leaning("c", "a"));
    expect(slicesAreAcyclic(tree)).toEqual([
      "run/a → run/b → run/c → run/a: slices that need each other are one, or one of them reacts to events",
    ]);
  });

  test("a kernel that knows a capability by name", () => {
    const kernel = { path: "src/kernel/a.ts", text: 'if (id === "apps") stop();' };
    const both = { ...readme(headings) };
    both.sources = [...both.sources, kernel];
    expect(checks.kernelKnowsNoName(both)).toEqual([
      "src/kernel/a.ts: the kernel names the capability apps; let its manifest say so",
    ]);
  });

  test("a problem without page or test", () => {
    const declared = source(
      "src/run/apps/contract.ts",
      'export const gone = problem("apps.gone", 404, "Gone");',
    );
    expect(checks.problemsAreKept(declared)).toEqual([
      "src/run/apps/contract.ts: apps.gone has no page; write docs/problems/apps.gone.md",
      "src/run/apps/contract.ts: apps.gone has no test that produces it",
    ]);
    declared.documents = [{ path: "docs/problems/apps.gone.md", text: "" }];
    declared.sources.push({ path: "src/run/apps/app.test.ts", text: "refuses(gone)" });
    expect(checks.problemsAreKept(declared)).toEqual([]);
  });

  test("a long file without a reason, and a lint rule switched off in silence", () => {
    expect(checks.longFilesHaveReasons(source("src/a.ts", "a;\n".repeat(301)))).toContain(
      "src/a.ts: more than 300 lines; split it by concept",
    );
    expect(
      checks.longFilesHaveReasons(source("src/a.ts", `/* oxlint-dis${"able"} max-lines */`)),
    ).toContain("src/a.ts: max-lines is off without a reason in tools/tidy/long-files.ts");
  });

  test("a crowded root", () =>
    expect(
      checks.rootIsClean({
        ...source("a.ts", ""),
        rootEntries: Array.from({ length: 23 }, (_, i) => `${i}`),
      }),
    ).toHaveLength(1));

  test("a map that does not show the land", () => {
    const mapped = readme(headings);
    expect(checks.architectureIsTrue(mapped)).toHaveLength(1);
    mapped.documents.push({ path: "ARCHITECTURE.md", text: "- `src/run/nodes`: the nodes" });
    expect(checks.architectureIsTrue(mapped)).toEqual([
      "ARCHITECTURE.md: write what src/run/apps is",
      "ARCHITECTURE.md: src/run/nodes is not there; take it out",
    ]);
  });
});
