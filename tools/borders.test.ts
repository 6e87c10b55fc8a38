import { afterAll, expect, test } from "bun:test";
import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";

const root = join(import.meta.dir, "..");
const copy = mkdtempSync(join(tmpdir(), "castor-borders-"));
afterAll(() => rmSync(copy, { recursive: true }));

const ok = "export const one = 1;\n";
const imports = (path: string): string =>
  `import { one as other } from "${path}";\nexport const one = other;\n`;

/** A small tree that keeps every rule, then one file per rule that breaks it. */
const lawful: Record<string, string> = {
  "src/kernel/index.ts": imports("./log/log.ts"),
  "src/kernel/contract.ts": ok,
  "src/kernel/testing.ts": ok,
  "src/kernel/log/log.ts": ok,
  "src/run/apps/contract.ts": imports("#kernel/contract"),
  "src/run/apps/app.ts": imports("./contract.ts"),
  "src/run/apps/index.ts": imports("./app.ts"),
  "src/run/nodes/contract.ts": ok,
  "src/run/nodes/index.ts": imports("../apps/contract.ts"),
  "src/respond/pages/contract.ts": ok,
  "src/respond/pages/page.test.ts": imports("#kernel/testing"),
  "src/respond/pages/console.tsx": imports("./contract.ts"),
  "src/absorb/gateway/contract.ts": ok,
  "src/absorb/gateway/data-plane/listen.ts":
    'import { connect } from "node:net";\nexport const one = connect;\n',
  "src/platform/people/contract.ts": ok,
  "src/observe/probes/contract.ts": ok,
  "src/learn/drills/contract.ts": ok,
  "src/console/pages.ts": imports("../respond/pages/console.tsx"),
};

const breaches: [rule: string, file: string, source: string][] = [
  ["kernel-knows-no-slice", "src/kernel/a.ts", imports("../run/apps/contract.ts")],
  ["kernel-by-the-front-door", "src/run/apps/b.ts", imports("../../kernel/log/log.ts")],
  ["slices-meet-at-contracts", "src/respond/pages/c.ts", imports("../../run/apps/app.ts")],
  ["tests-meet-at-manifests", "src/respond/pages/d.test.ts", imports("../../run/apps/app.ts")],
  ["contracts-are-leaves", "src/respond/other/contract.ts", imports("../pages/c.ts")],
  ["platform-points-left", "src/platform/people/e.ts", imports("../../run/apps/contract.ts")],
  ["run-points-left", "src/run/apps/e.ts", imports("../../absorb/gateway/contract.ts")],
  ["absorb-points-left", "src/absorb/gateway/e.ts", imports("../../observe/probes/contract.ts")],
  ["observe-points-left", "src/observe/probes/e.ts", imports("../../respond/pages/contract.ts")],
  ["respond-points-left", "src/respond/pages/e.ts", imports("../../learn/drills/contract.ts")],
  [
    "only-the-kernel-touches-the-world",
    "src/run/apps/f.ts",
    'import { readFileSync } from "node:fs";\nexport const one = readFileSync;\n',
  ],
  [
    "only-the-kernel-touches-the-world",
    "src/run/nodes/f.ts",
    'import { Database } from "bun:sqlite";\nexport const one = Database;\n',
  ],
  ["console-sees-contracts-only", "src/run/apps/console.tsx", imports("./app.ts")],
  ["server-never-imports-console", "src/respond/pages/g.ts", imports("./console.tsx")],
  ["test-tools-in-tests", "src/respond/pages/h.ts", imports("#kernel/testing")],
  ["no-cycles", "src/run/apps/i.ts", `import "./j.ts";\n${ok}`],
];

function write(file: string, source: string): void {
  const path = join(copy, file);
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, source);
}

type Violation = { rule: { name: string }; from: string };

async function cruise(): Promise<string[]> {
  const child = Bun.spawn(
    [
      process.execPath,
      join(root, "node_modules/dependency-cruiser/bin/dependency-cruise.mjs"),
      ...["--config", ".dependency-cruiser.cjs", "--output-type", "json", "src"],
    ],
    { cwd: copy, stdout: "pipe", stderr: "pipe" },
  );
  const [report, complaint] = await Promise.all([
    new Response(child.stdout).text(),
    new Response(child.stderr).text(),
  ]);
  if (report === "") throw new Error(complaint);
  const { summary }: { summary: { violations: Violation[] } } = JSON.parse(report);
  return summary.violations.map(({ rule, from }) => `${rule.name} in ${from}`);
}

for (const file of ["package.json", "tsconfig.json", ".dependency-cruiser.cjs"]) {
  cpSync(join(root, file), join(copy, file));
}
symlinkSync(join(root, "node_modules"), join(copy, "node_modules"));
for (const [file, source] of Object.entries(lawful)) write(file, source);

test(
  "a tree that keeps the borders passes",
  async () => expect(await cruise()).toEqual([]),
  30_000,
);

test("every border rule fires on its breach", async () => {
  for (const [, file, source] of breaches) write(file, source);
  write("src/run/apps/j.ts", `import "./i.ts";\n${ok}`);
  const found = await cruise();
  for (const [rule, file] of breaches) {
    expect(found).toContain(`${rule} in ${file}`);
  }
}, 30_000);

test("there is a breach for every rule, the last group's aside", async () => {
  const rules: { forbidden: { name: string }[] } = await import(
    join(root, ".dependency-cruiser.cjs")
  );
  const names = new Set(rules.forbidden.map(({ name }) => name));
  // Nothing lies to the right of learn.
  names.delete("learn-points-left");
  expect([...names].sort()).toEqual([...new Set(breaches.map(([rule]) => rule))].sort());
});
