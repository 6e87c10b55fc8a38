import { parseArgs } from "node:util";
import { simulatePages } from "./pages/simulate.ts";
import { simulate } from "./simulate.ts";

const usage =
  "npm run sim -- [--scenario orders|pages] [--seed N] [--seeds COUNT] [--from N] [--steps N]";

/** Replays one seed, or lives through many; ends with 1 when a promise broke, and says how to replay it. */
async function main(): Promise<number> {
  const { values } = parseArgs({
    options: {
      scenario: { type: "string", default: "orders" },
      seed: { type: "string" },
      from: { type: "string", default: "1" },
      seeds: { type: "string", default: "20" },
      steps: { type: "string", default: "400" },
      help: { type: "boolean" },
    },
  });
  if (values.help) {
    process.stdout.write(`${usage}\n`);
    return 0;
  }
  const first = Number(values.seed ?? values.from);
  const isPages = values.scenario === "pages";
  const count = values.seed === undefined ? Number(values.seeds) : 1;
  const steps = Number(values.steps);
  let failed = 0;
  for (let seed = first; seed < first + count; seed++) {
    const { trace, facts, crashes, days, broken } = isPages
      ? await simulatePages(seed)
      : await simulate(seed, steps);
    const about = `seed ${seed}  trace ${trace}  ${facts} facts  ${crashes} kills  ${(days * 24).toFixed(1)} h`;
    process.stdout.write(`${broken.length === 0 ? "ok  " : "FAIL"} ${about}\n`);
    for (const what of broken) process.stdout.write(`       ${what}\n`);
    if (broken.length > 0) {
      failed++;
      process.stdout.write(
        `       replay: npm run sim -- --scenario ${values.scenario} --seed ${seed} --steps ${steps}\n`,
      );
    }
  }
  return failed > 0 ? 1 : 0;
}

process.exit(await main());
