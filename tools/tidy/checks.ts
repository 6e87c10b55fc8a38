import { longFiles } from "./long-files.ts";
import { groups, isTest, slicesOf, withoutComments, type SourceFile, type Tree } from "./tree.ts";

/** Each check returns one line per finding, and the line names the way out. */
export type Check = (tree: Tree) => string[];

const banned: [call: RegExp, name: string, instead: string][] = [
  [/\bDate\.now\(/, "Date.now", "facts.now, fx.clock.now() or the port's Clock"],
  [/\bnew Date\(\)/, "new Date()", "facts.now or the Clock port"],
  [/\bperformance\.now\(/, "performance.now", "the Clock port"],
  [/\bMath\.random\(/, "Math.random", "clock.random()"],
  [/\brandomUUID\(|\bBun\.randomUUIDv7\(/, "randomUUID", "clock.id()"],
  [/\bgetRandomValues\(/, "getRandomValues", "clock.secret(bytes)"],
  [/\bsetTimeout\(|\bBun\.sleep\(/, "setTimeout", "due(…) or clock.at(…)"],
  [/\bsetInterval\(/, "setInterval", "due(…) or clock.at(…)"],
  [/\bprocess\.env\b|\bBun\.env\b/, "process.env", "a field in the capability's config schema"],
  [/\bBun\.(spawn|serve|listen|connect|file|write)\b/, "Bun's world", "a kernel port"],
];

const groupFile = new RegExp(`^src/(${groups.join("|")})/`);
/** Processes of their own, without the kernel in their hot path. */
const dataPlane = /^src\/absorb\/(gateway\/data-plane|live\/(engine|data-plane|generator))\//;
const inTheBrowser = /\/(console(\.tsx$|\/)|browser\/)|^src\/absorb\/live\/(client|pages)\//;

/** Slices reach time, chance, the environment and the machine through ports only. */
export const bannedCalls: Check = ({ sources }) =>
  sources
    .filter(
      ({ path }) =>
        groupFile.test(path) && !isTest(path) && !inTheBrowser.test(path) && !dataPlane.test(path),
    )
    .flatMap(({ path, text }) => {
      const code = withoutComments(text);
      return banned
        .filter(([call]) => call.test(code))
        .map(([, name, instead]) => `${path}: ${name} is banned, use ${instead}`);
    });

const blockingWord = new RegExp(String.raw`\b(FIX${"ME"}|XX${"X"})\b`);

/** An open question is an issue, not a comment. */
export const noOpenQuestions: Check = ({ sources }) =>
  sources
    .filter(({ path, text }) => !path.startsWith("tools/tidy/") && blockingWord.test(text))
    .map(({ path }) => `${path}: an open question blocks the merge; settle it or open an issue`);

const vagueNames =
  /(^|[-/])(utils?|helpers?|common|misc|managers?|handlers?|processors?|data|info)\.tsx?$/;
const readmeHeadings = ["Purpose", "Promises", "Limits", "When it breaks"];
const readmeLinesMax = 40;

function readmeFaults(readme: SourceFile | undefined): string[] {
  if (!readme) return [`has no README.md (${readmeHeadings.join(" · ")})`];
  const headings = [...readme.text.matchAll(/^##+ (.+)$/gm)].map(([, heading]) => heading);
  const missing = readmeHeadings.filter((heading) => !headings.includes(heading));
  const lines = readme.text.trimEnd().split("\n").length;
  return [
    ...(missing.length > 0 ? [`README.md lacks the headings ${missing.join(", ")}`] : []),
    ...(lines > readmeLinesMax ? [`README.md has ${lines} lines, at most ${readmeLinesMax}`] : []),
  ];
}

/** A capability is known before it is opened: fixed names at the edges, nouns in the middle. */
export const sliceShape: Check = (tree) =>
  slicesOf(tree).flatMap(({ id, files }) => {
    const paths = files.map(({ path }) => path);
    const faults = ["contract.ts", "index.ts"]
      .filter((required) => !paths.includes(required))
      .map((required) => `has no ${required}`);
    if (!paths.some((path) => /\.test\.tsx?$/.test(path))) faults.push("has no test beside it");
    for (const path of paths.filter((each) => vagueNames.test(each))) {
      faults.push(`${path} says nothing; name the file after its noun`);
    }
    faults.push(...readmeFaults(files.find(({ path }) => path === "README.md")));
    return faults.map((fault) => `src/${id}: ${fault}`);
  });

/** Words that the kernel owns itself, although a capability shows them to people. */
const kernelWords = new Set(["log", "errors", "live"]);

/** Shared code never asks who is calling. */
export const kernelKnowsNoName: Check = (tree) => {
  const names = slicesOf(tree)
    .map(({ name }) => name)
    .filter((name) => !kernelWords.has(name));
  if (names.length === 0) return [];
  const named = new RegExp(`["'\`/](${names.join("|")})(\\.(?!db")|["'\`/])`);
  return tree.sources
    .filter(({ path }) => path.startsWith("src/kernel/") && !isTest(path))
    .flatMap(({ path, text }) => {
      const [, name] = named.exec(withoutComments(text)) ?? [];
      return name === undefined
        ? []
        : [`${path}: the kernel names the capability ${name}; let its manifest say so`];
    });
};

const problemCall = /(?:const (\w+)[^=;]*=\s*)?\bproblem\(\s*"([^"]+)"/g;

/** A refusal is a promise: it has a page for people and a test that produces it. */
export const problemsAreKept: Check = ({ sources, documents }) => {
  const pages = new Set(documents.map(({ path }) => path));
  const tests = sources.filter(({ path }) => isTest(path)).map(({ text }) => text);
  const product = sources.filter(({ path }) => path.startsWith("src/") && !isTest(path));
  return product.flatMap(({ path, text }) =>
    [...withoutComments(text).matchAll(problemCall)].flatMap(([, name, type = ""]) => {
      const tested = tests.some(
        (each) =>
          each.includes(type) || (name !== undefined && new RegExp(`\\b${name}\\b`).test(each)),
      );
      return [
        ...(pages.has(`docs/problems/${type}.md`)
          ? []
          : [`${path}: ${type} has no page; write docs/problems/${type}.md`]),
        ...(tested ? [] : [`${path}: ${type} has no test that produces it`]),
      ];
    }),
  );
};

const reasonCode =
  /(?:(?:\brefusal\(\s*\d{3},\s*|\breason: |\.refused\(\s*)["'`]|Castor-Reason: )([a-z0-9-]+(?:\.[a-z0-9-]+)+)/g;

/** Why a visitor got no plain answer is a promise too: every code has a page, its own or that of its beginning. */
export const reasonsAreKept: Check = ({ sources, documents }) => {
  const pages = new Set(documents.map(({ path }) => path));
  const isExplained = (code: string): boolean =>
    code
      .split(".")
      .some(
        (_, n, parts) => n > 0 && pages.has(`docs/reasons/${parts.slice(0, n + 1).join(".")}.md`),
      );
  return sources
    .filter(({ path }) => path.startsWith("src/absorb/") && !isTest(path))
    .filter(({ path }) => !/\.testing\.ts$|\/console(\.tsx$|\/)/.test(path))
    .flatMap(({ path, text }) =>
      [...withoutComments(text).matchAll(reasonCode)].flatMap(([, code = ""]) =>
        isExplained(code)
          ? []
          : [`${path}: the reason ${code} has no page; write docs/reasons/${code}.md`],
      ),
    );
};

const reasonHeadings = ["## What a visitor sees", "## What to do"];

/** What a reason page must say besides what happened; the console shows it next to the figures. */
export const reasonPagesAreWhole: Check = ({ documents }) =>
  documents
    .filter(({ path }) => path.startsWith("docs/reasons/"))
    .flatMap(({ path, text }) =>
      reasonHeadings
        .filter((heading) => !text.includes(`\n${heading}\n`))
        .map((heading) => `${path}: write what belongs under "${heading}"`),
    );

const fileLinesMax = 300;

/** A long file needs a written reason, and a reason needs a long file: the list may only shrink. */
export const longFilesHaveReasons: Check = ({ sources }) => {
  const long = sources
    .filter(({ text }) => text.trimEnd().split("\n").length > fileLinesMax)
    .map(({ path }) => path);
  const allowed = Object.keys(longFiles);
  return [
    ...long
      .filter((path) => !allowed.includes(path))
      .map((path) => `${path}: more than ${fileLinesMax} lines; split it by concept`),
    ...allowed
      .filter((path) => !long.includes(path))
      .map((path) => `${path}: no longer long; take it off tools/tidy/long-files.ts`),
    ...sources
      .filter(
        ({ path, text }) =>
          /lint-disable[^\n]*\bmax-lines\b(?!-)/.test(text) &&
          !allowed.includes(path) &&
          !path.startsWith("tools/tidy/"),
      )
      .map(({ path }) => `${path}: max-lines is off without a reason in tools/tidy/long-files.ts`),
  ];
};

const rootEntriesMax = 22;

/** The clean root is a promise. */
export const rootIsClean: Check = ({ rootEntries }) =>
  rootEntries.length <= rootEntriesMax
    ? []
    : [
        `the root has ${rootEntries.length} entries, at most ${rootEntriesMax}: ${rootEntries.join(" ")}`,
      ];

/** The map shows the land: ARCHITECTURE.md names every capability that is there, and no other. */
export const architectureIsTrue: Check = (tree) => {
  const map = tree.documents.find(({ path }) => path === "ARCHITECTURE.md");
  if (!map) return ["ARCHITECTURE.md is missing: the map, the invariants, what is absent"];
  const there = slicesOf(tree).map(({ id }) => id);
  const mentioned = new Set(
    [...map.text.matchAll(new RegExp(`\\bsrc/((?:${groups.join("|")})/[a-z-]+)`, "g"))].map(
      ([, id]) => id ?? "",
    ),
  );
  return [
    ...there
      .filter((id) => !mentioned.has(id))
      .map((id) => `ARCHITECTURE.md: write what src/${id} is`),
    ...[...mentioned]
      .filter((id) => !there.includes(id))
      .map((id) => `ARCHITECTURE.md: src/${id} is not there; take it out`),
  ];
};
