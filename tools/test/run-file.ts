import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

export type FileOutcome = {
  file: string;
  passed: number;
  failed: number;
  skipped: number;
  seconds: number;
  output: string;
};

type Run = { root: string; file: string; timeoutMs: number; env: Record<string, string> };

const outputCharsMax = 20_000;
const killGraceMs = 2_000;

/**
 * Runs one test file in a process of its own; a file that dies, hangs or says nothing counts as failed. What it leaves in its
 * temporary folder goes with it, unless it failed: then somebody may want to look.
 */
export async function runFile({ root, file, timeoutMs, env }: Run): Promise<FileOutcome> {
  const started = performance.now();
  const scratch = mkdtempSync(join(tmpdir(), "castor-test-"));
  const child = Bun.spawn([process.execPath, "test", `./${file}`, "--timeout", "30000"], {
    cwd: root,
    env: { ...process.env, ...env, FORCE_COLOR: "0", TMPDIR: scratch },
    stdout: "pipe",
    stderr: "pipe",
  });
  let timedOut = false;
  const limit = setTimeout(() => {
    timedOut = true;
    child.kill("SIGTERM");
    setTimeout(() => child.kill("SIGKILL"), killGraceMs).unref();
  }, timeoutMs);
  const [out, err, code] = await Promise.all([
    new Response(child.stdout).text(),
    new Response(child.stderr).text(),
    child.exited,
  ]);
  clearTimeout(limit);
  const verdict = timedOut
    ? `\nstopped: ${file} ran longer than ${timeoutMs / 1000} s\n`
    : code === 0
      ? ""
      : `\nexit code ${code}\n`;
  const output = `${err}${out}${verdict}`.slice(-outputCharsMax);
  const counts = countOutcomes(err, code === 0 && !timedOut);
  if (counts.failed === 0) rmSync(scratch, { recursive: true, force: true });
  return { file, ...counts, seconds: (performance.now() - started) / 1000, output };
}

/** Reads the closing summary of `bun test`. */
export function countOutcomes(
  summary: string,
  cleanExit: boolean,
): { passed: number; failed: number; skipped: number } {
  const number = (word: string): number =>
    Number(
      [...summary.matchAll(new RegExp(`^\\s*(\\d+) ${word}s?$`, "gm"))].at(-1)?.[1] ?? Number.NaN,
    );
  const passed = number("pass");
  const skipped = (number("skip") || 0) + (number("todo") || 0);
  // A file that cannot load counts under both words.
  const failed = Math.max(number("fail") || 0, number("error") || 0);
  const silent = Number.isNaN(passed) || passed + failed + skipped === 0;
  return {
    passed: passed || 0,
    skipped,
    failed: failed === 0 && (!cleanExit || silent) ? 1 : failed,
  };
}

/** One line of progress. */
export function outcomeLine(outcome: FileOutcome, done: number, of: number): string {
  const place = `${done}/${of}`.padStart(7);
  const state = outcome.failed > 0 ? "FAIL" : "ok  ";
  const counts = [
    `${outcome.passed} passed`,
    ...(outcome.failed > 0 ? [`${outcome.failed} failed`] : []),
    ...(outcome.skipped > 0 ? [`${outcome.skipped} skipped`] : []),
  ].join(", ");
  return `${place}  ${state}  ${outcome.file}  (${counts}, ${outcome.seconds.toFixed(1)} s)`;
}
