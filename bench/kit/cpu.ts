import { readdirSync, readFileSync } from "node:fs";

const tickMs = 10;

/** User and system time of a process so far, without its children. */
export const cpuMsOf = (pid: number): number => msIn(readFileSync(`/proc/${pid}/stat`, "utf8"));

/** The same by thread, as `name#id`. */
export function threadsOf(pid: number): Map<string, number> {
  const found = new Map<string, number>();
  for (const thread of readdirSync(`/proc/${pid}/task`))
    try {
      const stat = readFileSync(`/proc/${pid}/task/${thread}/stat`, "utf8");
      found.set(`${/\((.*)\)/.exec(stat)?.[1]}#${thread}`, msIn(stat));
    } catch {
      // It has ended since.
    }
  return found;
}

/** Ticks of all cores so far: those that the host gave to others, and all. */
function machineTicks(): { stolen: number; all: number } {
  const [line = ""] = readFileSync("/proc/stat", "utf8").split("\n");
  const ticks = line.trim().split(/\s+/).slice(1, 9).map(Number);
  return { stolen: ticks[7] ?? 0, all: ticks.reduce((sum, each) => sum + each, 0) };
}

/** The share of the machine's time that its host gave to others, from now until it is called. */
export function stealing(): () => number {
  const before = machineTicks();
  return () => {
    const now = machineTicks();
    return (now.stolen - before.stolen) / Math.max(1, now.all - before.all);
  };
}

/** Of time, a figure says nothing of a program while its host gave more than this share of the machine to others. */
export const stolenMax = 0.02;

type Round = { stolen: number };
/** The rounds that the host left alone; all of them where it left none. */
export function undisturbed<T extends Round>(rounds: readonly T[]): readonly T[] {
  const calm = rounds.filter(({ stolen }) => stolen <= stolenMax);
  return calm.length > 0 ? calm : rounds;
}

/** Whether so many rounds were left alone. */
export const areCalm = (rounds: readonly Round[], wanted: number): boolean =>
  rounds.filter(({ stolen }) => stolen <= stolenMax).length >= wanted;

function msIn(stat: string): number {
  const fields = stat.replace(/^.*\) /, "").split(" ");
  return (Number(fields[11]) + Number(fields[12])) * tickMs;
}
