import { cpus } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { buildConsole } from "./build-console.ts";
import { prepare } from "./test/prerequisites.ts";
import { findTestFiles, isSerial, longestFirst } from "./test/files.ts";
import { outcomeLine, runFile, type FileOutcome } from "./test/run-file.ts";

const root = join(import.meta.dir, "..");
const help = `npm test [-- [words…]]   runs every test file, or those whose path contains one of the words

  --jobs N            files at a time (default: as many as cores, at most 2)
  --file-seconds N    time limit of one file (default 480)
  --list              only say which files would run`;

const { values, positionals } = parseArgs({
  args: process.argv.slice(2),
  allowPositionals: true,
  options: {
    // With one more all takes a fifth less, and browsers and whole programs starve each other.
    jobs: { type: "string", default: String(Math.min(2, cpus().length)) },
    "file-seconds": { type: "string", default: "480" },
    list: { type: "boolean", default: false },
    help: { type: "boolean", short: "h", default: false },
  },
});

/** Runs the files on a few lanes; serial ones afterwards, with the machine to themselves. */
async function runAll(files: string[], env: Record<string, string>): Promise<FileOutcome[]> {
  const outcomes: FileOutcome[] = [];
  const timeoutMs = Number(values["file-seconds"]) * 1000;
  const lane = async (queue: string[], number: number): Promise<void> => {
    for (let file = queue.shift(); file !== undefined; file = queue.shift()) {
      const own = { ...env, CASTOR_TEST_LANE: String(number) }; // By which `freePort` of the kernel gives each its own.
      const outcome = await runFile({ root, file, timeoutMs, env: own });
      outcomes.push(outcome);
      console.log(outcomeLine(outcome, outcomes.length, files.length));
    }
  };
  const together = longestFirst(files.filter((file) => !isSerial(file)));
  await Promise.all(Array.from({ length: Number(values.jobs) }, (_, n) => lane(together, n)));
  await lane(files.filter(isSerial), 0);
  return outcomes;
}

const total = (outcomes: FileOutcome[], what: "passed" | "failed" | "skipped"): number =>
  outcomes.reduce((sum, outcome) => sum + outcome[what], 0);

/** Failures in full, then by name, then the one line that scripts read. */
function report(outcomes: FileOutcome[], lacks: string[]): number {
  const broken = outcomes.filter((outcome) => outcome.failed > 0);
  for (const outcome of broken) console.log(`\n── ${outcome.file}\n${outcome.output.trimEnd()}`);
  console.log("");
  for (const outcome of broken) console.log(`failed: ${outcome.file}`);
  for (const lack of lacks) console.log(`lacking: ${lack}`);
  const skipped = total(outcomes, "skipped");
  if (skipped > 0) console.log(`${skipped} skipped`);
  if (outcomes.length === 0) console.log("no test file matches");
  const failed = total(outcomes, "failed") + (outcomes.length === 0 ? 1 : 0);
  console.log(`${total(outcomes, "passed")} passed, ${failed} failed`);
  return failed === 0 ? 0 : 1;
}

async function main(): Promise<number> {
  const all = await findTestFiles(root);
  const files = all.filter(
    (file) => positionals.length === 0 || positionals.some((word) => file.includes(word)),
  );
  if (values.help || values.list) {
    console.log(values.help ? help : files.join("\n"));
    return 0;
  }
  const { env, lacks } = await prepare((line) => console.log(line));
  // Once for all: otherwise each Castor of the first files would build it beside the others.
  await buildConsole().catch(() => undefined); // What does not build is told by the tests that need it.
  return report(await runAll(files, env), lacks);
}

process.exit(await main());
