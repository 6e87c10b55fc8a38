import { join } from "node:path";
import { parseArgs } from "node:util";
import { PeerMissing } from "./kit/peers.ts";
import { isKept, mistakes, table, type BenchResult, verdict } from "./kit/rows.ts";

const { values, positionals } = parseArgs({
  args: process.argv.slice(2),
  allowPositionals: true,
  options: { json: { type: "boolean", default: false } },
});

async function listBenches(): Promise<string[]> {
  const names: string[] = [];
  for await (const file of new Bun.Glob("*.ts").scan({ cwd: import.meta.dir })) {
    if (file !== "run.ts" && !file.endsWith(".test.ts")) names.push(file.replace(/\.ts$/, ""));
  }
  return names.sort();
}

async function runBench(name: string): Promise<number> {
  // Narration of a benchmark must not spoil the one JSON object on stdout.
  if (values.json) console.log = console.error;
  const { bench }: { bench: () => Promise<BenchResult> } = await import(
    join(import.meta.dir, `${name}.ts`)
  );
  const { rows } = await bench();
  const wrong = mistakes(rows);
  if (wrong.length > 0) {
    console.error(`bench ${name}: ${wrong.join("; ")}`);
    return 1;
  }
  const judged = rows.map((row) => ({ ...row, kept: isKept(row) }));
  process.stdout.write(
    values.json
      ? `${JSON.stringify({ name, rows: judged })}\n`
      : `${table(rows)}\n${verdict(rows)}`,
  );
  return 0;
}

async function main(): Promise<number> {
  const names = await listBenches();
  const name = positionals[0];
  if (name === undefined) {
    console.log(`npm run bench NAME [-- --json]\n\n${names.map((each) => `  ${each}`).join("\n")}`);
    return 0;
  }
  if (!names.includes(name)) {
    console.error(`There is no benchmark ${name}; there are: ${names.join(", ") || "none"}.`);
    return 2;
  }
  return runBench(name);
}

process.exit(
  await main().catch((error: unknown) => {
    console.error(error instanceof PeerMissing ? error.message : error);
    return 1;
  }),
);
