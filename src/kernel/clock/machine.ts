import { type Clock, sleepOn } from "./clock.ts";

/** The longest that one runtime timer can wait; longer waits are chained. */
const timerMsMax = 2_147_483_647;

/** The machine's own time and chance. */
export function machineClock(): Clock {
  const at: Clock["at"] = (when, call) => {
    let timer: ReturnType<typeof setTimeout> | undefined;
    const arm = (): void => {
      const left = when - Date.now();
      timer = setTimeout(
        // A runtime timer may fire a little before the wall clock shows its time, and the clock may be set back.
        () => (Date.now() >= when ? call() : arm()),
        Math.min(Math.max(0, Math.ceil(left)), timerMsMax),
      );
    };
    arm();
    return () => clearTimeout(timer);
  };
  return {
    now: () => Date.now(),
    at,
    sleepUntil: (when, signal) => sleepOn(at, when, signal),
    random: () => Math.random(),
    id: () => Bun.randomUUIDv7(),
    secret: (bytes) => crypto.getRandomValues(new Uint8Array(bytes)),
  };
}
