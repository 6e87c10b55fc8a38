import { outcome } from "../../../src/absorb/live/contract.ts";
import {
  Crowd,
  type CrowdFigures,
  type CrowdOptions,
} from "../../../src/absorb/live/generator/crowd.ts";
import { sipKey } from "../../../src/absorb/live/wire/sip-hash.ts";
import { type Looped, warmMs } from "./closed-loop.ts";
import { keyBytes } from "./node-up.ts";

/** The load of `npm run bench live`, a process of its own. One argument: the crowd's options as JSON. Prints what came of it. */
export type Driving = Omit<CrowdOptions, "key" | "due"> & {
  /** Answers a second; 0 for as many as are acknowledged. */
  perSecond: number;
  /** Prints `ready` and waits for a line, so that several start together. */
  waits?: boolean;
  /** What is measured begins when all is warm. */
  warms?: boolean;
};
export type Driven = CrowdFigures & {
  /** Answers whose ack is not the one that must come. */
  wrong: number;
  measured: Looped;
};

if (import.meta.main) {
  const { perSecond, waits, warms, ...options } = JSON.parse(process.argv[2] ?? "{}") as Driving;
  const crowd = new Crowd({
    ...{ ...options, key: sipKey(keyBytes) },
    ...(perSecond > 0 && { due: (seconds: number) => Math.floor(seconds * perSecond) }),
  });
  await crowd.connect();
  if (waits) {
    console.log("ready");
    for await (const _ of console) break;
  }
  let warm = { acked: 0, at: performance.now() };
  let cpu = process.cpuUsage();
  if (warms)
    setTimeout(() => {
      warm = { acked: crowd.ackedCount, at: performance.now() };
      cpu = process.cpuUsage();
      crowd.forgetTimes();
      console.log("warm");
    }, warmMs);
  const figures = await crowd.answer();
  const used = process.cpuUsage(cpu);
  const driven: Driven = {
    ...{ ...figures, wrong: wrong(crowd) },
    measured: {
      answers: figures.acked - warm.acked,
      seconds: (performance.now() - warm.at) / 1_000,
      cpuSeconds: (used.user + used.system) / 1e6,
    },
  };
  console.log(JSON.stringify(driven));
  process.exit(0);
}

/** Recounts every ack: first answers recorded as sent, repeated ones answered with the first, forged ones refused. */
function wrong(crowd: Crowd): number {
  const { told, script, choices, tokens } = crowd;
  let found = 0;
  for (let n = 0; n < told.length; n++) {
    const said = told[n] as number;
    if (said === 255) continue;
    const what = choices[n] as number;
    const index = new DataView(tokens.buffer, n * 20 + 4, 4).getUint32(0, true);
    const expected =
      what & 32
        ? outcome.forged << 4
        : ((what & 16 ? outcome.repeated : outcome.recorded) << 4) | (script.choiceOf(index) + 1);
    if (said !== expected) found++;
  }
  return found;
}
