import { killRounds } from "./kit/pages/rounds.ts";
import { atLeast, atMost, type BenchResult } from "./kit/rows.ts";

const rounds = Number(process.env["CASTOR_BENCH_ROUNDS"] ?? 1_000);
const seed = Number(process.env["CASTOR_BENCH_SEED"] ?? 1);
const sayEvery = 50;

/** kill -9 at every step of delivery, against channels that delay, fail, break the line, and say yes and drop it. */
export async function bench(): Promise<BenchResult> {
  const night = await killRounds({
    ...{ rounds, seed },
    progress: (round) => {
      if ((round + 1) % sayEvery === 0) console.log(`${round + 1} kills`);
    },
  });
  const { kills, alerts, pages, acknowledged, requests, duplicates, duplicatesPerKill } = night;
  console.log(
    `${kills} kills, ${alerts} alerts, ${pages} pages, ${acknowledged} acknowledged, ${requests} requests, ${duplicates} messages came again (for one kill at most ${duplicatesPerKill} of the same; ${night.beyondOnePerKill} beyond one to a person for each kill)`,
  );
  for (const each of night.wrong) console.log(`WRONG: ${each}`);
  if (alerts === 0) throw new Error("No alert was taken, so nothing was proven.");
  if (night.wrong.length > 0) throw new Error(`${night.wrong.length} promises were broken.`);
  return {
    name: "pages",
    rows: [
      atLeast("alerts that reached somebody", acknowledged, alerts, "alerts"),
      atMost("the same message again, for one kill", Math.max(1, duplicatesPerKill), 1, "messages"),
      atMost("messages that came again, for each kill", duplicates / kills, 1, "messages"),
    ],
  };
}
