import { existsSync } from "node:fs";
import { join } from "node:path";

const root = join(import.meta.dir, "..");
const modules = join(root, "node_modules");
const bun = process.execPath;
const cruised = ["src", "bench", "sim", "tools", "examples", "e2e"].filter((folder) =>
  existsSync(join(root, folder)),
);

type Step = { name: string; wayOut: string; command: string[] };

const steps: Step[] = [
  { name: "format", wayOut: "bun fmt", command: [bun, "fmt", "--check", "--no-script"] },
  { name: "types", wayOut: "bun check", command: [bun, "check", "--no-script", "--no-pretty"] },
  {
    name: "lint",
    wayOut: "each message names the rule; limits are in .oxlintrc.json",
    command: [join(modules, ".bin", "oxlint"), "--format=unix"],
  },
  {
    name: "borders",
    wayOut: "each rule says the legal way in .dependency-cruiser.cjs",
    command: [
      bun,
      join(modules, "dependency-cruiser/bin/dependency-cruise.mjs"),
      "--config",
      ".dependency-cruiser.cjs",
      "--output-type",
      "err-long",
      ...cruised,
    ],
  },
  {
    name: "tidy",
    wayOut: "each line says what to use instead",
    command: [bun, "test", "./tools/tidy.test.ts", "./tools/borders.test.ts"],
  },
];

async function runStep({ name, command, wayOut }: Step): Promise<boolean> {
  const started = performance.now();
  const child = Bun.spawn(command, { cwd: root, stdout: "pipe", stderr: "pipe" });
  const [out, err, code] = await Promise.all([
    new Response(child.stdout).text(),
    new Response(child.stderr).text(),
    child.exited,
  ]);
  const seconds = ((performance.now() - started) / 1000).toFixed(1);
  const passed = code === 0;
  console.log(`${passed ? "ok  " : "FAIL"}  ${name.padEnd(8)} ${seconds.padStart(5)} s`);
  if (!passed) console.log(`${indent(out + err)}\n      way out: ${wayOut}\n`);
  return passed;
}

const indent = (text: string): string =>
  text
    .trim()
    .split("\n")
    .map((line) => `      ${line}`)
    .join("\n");

const failed: string[] = [];
for (const step of steps) if (!(await runStep(step))) failed.push(step.name);
console.log(
  failed.length === 0 ? "all checks passed" : `${failed.length} failed: ${failed.join(", ")}`,
);
process.exit(failed.length === 0 ? 0 : 1);
