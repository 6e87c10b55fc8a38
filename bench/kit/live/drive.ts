import { outcome } from "../../../src/absorb/live/contract.ts";
import {
  Crowd,
  type CrowdFigures,
  type CrowdOptions,
} from "../../../src/absorb/live/generator/crowd.ts";
import { sipKey } from "../../../src/absorb/live/wire/sip-hash.ts";
import { keyBytes } from "./node-up.ts";
import { obeying } from "./obeying.ts";

/** Castor's load, a process of its own. One argument: the crowd's options as JSON. Prints what came of it. */
export type Driving = Omit<CrowdOptions, "key" | "due"> & {
  /** Answers a second; 0 for as many as are acknowledged. */
  perSecond: number;
};
export type Driven = CrowdFigures & {
  /** Answers whose ack is not the one that must come. */
  wrong: number;
};

if (import.meta.main) {
  const { perSecond, ...options } = JSON.parse(process.argv[2] ?? "{}") as Driving;
  const crowd = new Crowd({
    ...{ ...options, key: sipKey(keyBytes) },
    ...(perSecond > 0 && { due: (seconds: number) => Math.floor(seconds * perSecond) }),
  });
  await crowd.connect();
  const answered = async (): Promise<void> => {
    const driven: Driven = { ...(await crowd.answer()), wrong: wrong(crowd) };
    console.log(JSON.stringify(driven));
    process.exit(0);
  };
  await obeying(
    () => void answered(),
    () => {
      // Acks are timed from the last look on: whoever measures looks when all is warm.
      crowd.forgetTimes();
      return crowd.ackedCount;
    },
  );
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
