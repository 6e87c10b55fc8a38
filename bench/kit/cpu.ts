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

function msIn(stat: string): number {
  const fields = stat.replace(/^.*\) /, "").split(" ");
  return (Number(fields[11]) + Number(fields[12])) * tickMs;
}
