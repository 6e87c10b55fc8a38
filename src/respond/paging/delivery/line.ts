import { type Effects, type Millis, perCastor } from "#kernel";

/** Who waits behind a far side that is slow to answer waits no longer than this: to be late is worse than to come twice. */
const patienceMs: Millis = 1_000;

/** The last that is under way to each person. */
const lineOf = perCastor(() => new Map<string, Promise<void>>());

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
