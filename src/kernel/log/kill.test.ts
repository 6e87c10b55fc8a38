import { expect, test } from "bun:test";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { machineClock } from "../clock/machine.ts";
import { SeededRandom } from "../clock/seeded.ts";
import type { Ack, Log } from "./log.ts";
import { openSqliteLog } from "./sqlite.ts";

const rounds = 50;
const writersByRound = [1, 10, 100] as const;
const acksBeforeKillMax = 1_500;
const testMsMax = 120_000;

type Acknowledged = { writer: number; n: number; position: number };

/** Lets a process append until it has acknowledged so much, kills it, and returns all it acknowledged. */
async function killed(
  path: string,
  round: number,
  writers: number,
  acks: number,
): Promise<Acknowledged[]> {
  const script = join(import.meta.dir, "kill-writer.ts");
  const child = Bun.spawn([process.execPath, script, path, String(round), String(writers)], {
    stdout: "pipe",
    stderr: "inherit",
  });
  let told = "";
  let lines = 0;
  const decoder = new TextDecoder();
  for await (const chunk of child.stdout) {
    const text = decoder.decode(chunk, { stream: true });
    told += text;
    lines += text.split("\n").length - 1;
    if (lines > acks) child.kill("SIGKILL");
  }
  await child.exited;
  expect(child.signalCode).toBe("SIGKILL");
  // The last line may be torn: what follows the last line break was never fully said.
  return told
    .slice(0, told.lastIndexOf("\n") + 1)
    .split("\n")
    .filter((line) => /^\d/.test(line))
    .map((line) => {
      const [writer = 0, n = 0, position = 0] = line.split(" ").map(Number);
      return { writer, n, position };
    });
}

/**
 * Goes on where each writer was last heard: what it wrote and could no longer say is found there already, and the
 * first that is not is written now. Returns how many were found.
 */
async function retry(log: Log, round: number, acknowledged: Acknowledged[]): Promise<number> {
  const next = new Map<number, number>();
  for (const { writer, n } of acknowledged) next.set(writer, n + 1);
  let found = 0;
  for (const [writer, from] of next) {
    const stream = `round/${round}/${writer}`;
    const retried = (n: number): Promise<Ack> =>
      log.append({
        id: `${round}.${writer}.${n}`,
        by: { kind: "system", id: "writer" },
        expect: { [stream]: n },
        events: [{ stream, type: "kill.counted", data: { n } }],
      });
    let n = from;
    for (; (await retried(n)).duplicate; n++) found++;
    expect(log.version(stream)).toBe(n + 1);
  }
  return found;
}

test(
  `a killed process loses nothing it acknowledged and writes nothing twice, in ${rounds} rounds`,
  async () => {
    const folder = mkdtempSync(join(tmpdir(), "castor-kill-"));
    const path = join(folder, "log.db");
    const chance = new SeededRandom(2_026);
    let said = 0;
    let unsaid = 0;
    for (let round = 0; round < rounds; round++) {
      const writers = writersByRound[round % writersByRound.length] ?? 1;
      const acks = 1 + Math.floor(chance.unit() * acksBeforeKillMax * Math.min(1, writers / 10));
      const acknowledged = await killed(path, round, writers, acks);
      const log = openSqliteLog({ path, clock: machineClock() });
      for (const { writer, n, position } of acknowledged) {
        const found = log.read(`round/${round}/${writer}`, { from: n + 1, limit: 1 })[0];
        expect(found).toMatchObject({ version: n + 1, envelope: `${round}.${writer}.${n}` });
        // An envelope of two events acknowledges the position of its second.
        expect(found?.position).toBe(n % 3 === 0 ? position - 1 : position);
      }
      said += acknowledged.length;
      unsaid += await retry(log, round, acknowledged);
      await log.close();
    }
    const log = openSqliteLog({ path, clock: machineClock() });
    expect(await log.verify()).toMatchObject({ checked: log.head() });
    const seen = new Set<string>();
    for (let after = 0; after < log.head(); after += 1_000)
      for (const { position, envelope, stream } of log.page({ after })) {
        expect(seen.size).toBe(position - 1);
        seen.add(`${envelope} ${stream}`);
      }
    expect(seen.size).toBe(log.head());
    // Without both kinds the rounds would have proven less than they claim.
    expect(said).toBeGreaterThan(rounds);
    expect(unsaid).toBeGreaterThan(0);
    await log.close();
    rmSync(folder, { recursive: true });
  },
  testMsMax,
);
