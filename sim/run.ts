import { parseArgs } from "node:util";
import { simulate } from "./simulate.ts";

const usage = "npm run sim -- [--seed N] [--seeds COUNT] [--steps N]";

/** Replays one seed, or lives through many; ends with 1 when a promise broke, and says how to replay it. */
async function main(): Promise<number> {
  const { values } = parseArgs({
    options: {
      seed: { type: "string" },
      seeds: { type: "string", default: "20" },
      steps: { type: "string", default: "400" },
      help: { type: "boolean" },
    },
  });
  if (values.help) {
    process.stdout.write(`${usage}\n`);
    return 0;
  }
  const first = Number(values.seed ?? 1);
  const count = values.seed === undefined ? Number(values.seeds) : 1;
  const steps = Number(values.steps);
  let failed = 0;
  for (let seed = first; seed < first + count; seed++) {
    const { trace, facts, crashes, days, broken } = await simulate(seed, steps);
    const about = `seed ${seed}  trace ${trace}  ${facts} facts  ${crashes} kills  ${(days * 24).toFixed(1)} h`;
    process.stdout.write(`${broken.length === 0 ? "ok  " : "FAIL"} ${about}\n`);
    for (const what of broken) process.stdout.write(`       ${what}\n`);
    if (broken.length > 0) {
      failed++;
      process.stdout.write(`       replay: npm run sim -- --seed ${seed} --steps ${steps}\n`);
    }
  }
  return failed > 0 ? 1 : 0;
}

process.exit(await main());
