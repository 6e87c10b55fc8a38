import { join, resolve } from "node:path";
import { connectBus } from "./kernel/bus/connect.ts";
import { machineClock } from "./kernel/clock/machine.ts";
import { type Keeper, type KeeperOptions, startKeeper } from "./kernel/processes/keeper.ts";
import { AlreadyKept } from "./kernel/processes/lock.ts";
import type { ProcessState } from "./kernel/processes/process.ts";

export { AlreadyKept };

const exitCodeForced = 130;
/** Ctrl-C reaches the whole terminal group, and a launcher passes it on once more: that is one wish, not two. */
const echoMs = 750;
/** An end that takes longer than this is explained. */
const explainAfterMs = 1_000;

/**
 * Runs the keeper until SIGINT or SIGTERM: the first ends everything gracefully (resolves with 0), a second kills it
 * all at once (130). Throws AlreadyKept when another keeper has the data folder.
 */
export async function runKeeper(of: {
  data: string;
  control: KeeperOptions["control"];
  /** Every change of a process, for whoever draws a picture of it. */
  onFact?: (fact: ProcessState) => void;
  onStarted?: (keeper: Keeper) => void;
  say?: (what: string) => void;
}): Promise<number> {
  const data = resolve(of.data);
  const clock = machineClock();
  const bus = connectBus({ path: join(data, "run", "bus.sock"), name: "keeper", clock });
  const say = of.say ?? ((what: string) => void process.stderr.write(`${what}\n`));
  const asked = Promise.withResolvers<void>();
  let signals = 0;
  let lastAt = -echoMs;
  let keeper: Keeper | undefined;
  const hear = (): void => {
    if (clock.now() - lastAt < echoMs) return;
    lastAt = clock.now();
    signals++;
    asked.resolve();
    if (signals > 1) keeper?.kill();
  };
  process.on("SIGINT", hear);
  process.on("SIGTERM", hear);
  try {
    keeper = await startKeeper({
      data,
      control: of.control,
      clock,
      bus,
      env: process.env,
      say,
      ...(of.onFact ? { onFact: of.onFact } : {}),
    });
    of.onStarted?.(keeper);
    await asked.promise;
    const cancel = clock.at(clock.now() + explainAfterMs, () =>
      say("Ending: what is under way may finish first. Ctrl-C once more ends it at once."),
    );
    await keeper.stop().finally(cancel);
    return signals > 1 ? exitCodeForced : 0;
  } finally {
    process.off("SIGINT", hear);
    process.off("SIGTERM", hear);
    await bus.close();
  }
}
