import type { Effects, Millis } from "#kernel";

/** Who waits behind a far side that is slow to answer waits no longer than this: to be late is worse than to come twice. */
const patienceMs: Millis = 1_000;

const lines = new WeakMap<object, Map<string, Promise<void>>>();
/** The last that is under way to each person, in the Castor that a log stands for. */
function lineOf({ log }: Pick<Effects, "log">): Map<string, Promise<void>> {
  const known = lines.get(log) ?? new Map<string, Promise<void>>();
  lines.set(log, known);
  return known;
}

/**
 * One message at a time to each person, while far sides answer soon. What is under way when Castor is killed has to be sent
 * again, so this is how many a kill repeats: one to each person, however many pages call them.
 */
export async function inLine(
  fx: Pick<Effects, "log" | "sleep">,
  person: string,
  act: () => Promise<void>,
): Promise<void> {
  const last = lineOf(fx);
  const before = last.get(person);
  const mine = Promise.withResolvers<void>();
  last.set(person, mine.promise);
  try {
    if (before) await Promise.race([before, fx.sleep(patienceMs)]);
    await act();
  } finally {
    if (last.get(person) === mine.promise) last.delete(person);
    mine.resolve();
  }
}
