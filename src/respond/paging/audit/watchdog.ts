import { type Effects, type Millis, perCastor } from "#kernel";
import { ask, isFailure } from "../channel/ask.ts";
import type { Config } from "../config.ts";

type Beat = { beatAt: Millis; isFailing: boolean; isUnderWay: boolean };
const beatsOf = perCastor(() => new Map<string, Beat>());

/** Tells each watchdog that all is well; called when pages were found in order, for silence is the alarm. */
export function tellWatchdogs(fx: Effects<Config>): void {
  const known = beatsOf(fx);
  for (const [index, { url, every }] of fx.config.watchdogs.entries()) {
    const beat = known.get(url) ?? { beatAt: 0, isFailing: false, isUnderWay: false };
    known.set(url, beat);
    if (!beat.isUnderWay && fx.now - beat.beatAt >= every) void tell(fx, beat, { url, index });
  }
}

async function tell(
  fx: Effects<Config>,
  beat: Beat,
  { url, index }: { url: string; index: number },
): Promise<void> {
  beat.isUnderWay = true;
  beat.beatAt = fx.now;
  const answer = await ask(fx, url, { body: "" });
  beat.isUnderWay = false;
  const failed = isFailure(answer);
  if (failed && !beat.isFailing) fx.note(`watchdog ${index + 1} was not reached: ${answer.why}`);
  beat.isFailing = failed;
}
