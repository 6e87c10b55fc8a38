import { outcome } from "../../../src/absorb/live/contract.ts";
import {
  Crowd,
  type CrowdFigures,
  type CrowdOptions,
} from "../../../src/absorb/live/generator/crowd.ts";
import { sipKey } from "../../../src/absorb/live/wire/sip-hash.ts";
import { keyBytes } from "./node-up.ts";

/** The load of `npm run bench live`, a process of its own. One argument: the crowd's options as JSON. Prints what came of it. */
export type Driving = Omit<CrowdOptions, "key" | "due"> & {
  /** Answers a second; 0 for as many as are acknowledged. */
  perSecond: number;
  /** Prints `ready` and waits for a line, so that several start together. */
  waits?: boolean;
};
export type Driven = CrowdFigures & {
  /** Answers whose ack is not the one that must come. */
  wrong: number;
};

if (import.meta.main) {
  const { perSecond, waits, ...options } = JSON.parse(process.argv[2] ?? "{}") as Driving;
  const crowd = new Crowd({
    ...{ ...options, key: sipKey(keyBytes) },
    ...(perSecond > 0 && { due: (seconds: number) => Math.floor(seconds * perSecond) }),
  });
  await crowd.connect();
  if (waits) {
    console.log("ready");
    for await (const _ of console) break;
  }
  const figures = await crowd.answer();
  console.log(JSON.stringify({ ...figures, wrong: wrong(crowd) } satisfies Driven));
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
