import { readdirSync, readFileSync } from "node:fs";

/** A process for certain: pids are used again, a pid with its start is not. */
export type Identity = { pid: number; startedAs: string };

/** Undefined when there is no such process, or only its unreaped remains. */
export function identify(pid: number): Identity | undefined {
  const startedAs = process.platform === "linux" ? startOnLinux(pid) : startByPs(pid);
  return startedAs === undefined ? undefined : { pid, startedAs };
}

export const isAlive = (known: Identity): boolean =>
  identify(known.pid)?.startedAs === known.startedAs;

/** False when there was nothing to signal. */
export function signalGroup(pid: number, signal: NodeJS.Signals | 0): boolean {
  try {
    process.kill(-pid, signal);
    return true;
  } catch {
    return false;
  }
}

/** Whether any of a group still runs. Remains that nobody reaps, as in a container without init, do not count. */
export function isGroupAlive(group: number): boolean {
  if (!signalGroup(group, 0)) return false;
  if (process.platform !== "linux") return true;
  return readdirSync("/proc").some((entry) => {
    const pid = Number(entry);
    return Number.isInteger(pid) && statOf(pid)?.group === group;
  });
}

let bootId: string | undefined;

function startOnLinux(pid: number): string | undefined {
  bootId ??= readFileSync("/proc/sys/kernel/random/boot_id", "utf8").trim();
  const stat = statOf(pid);
  return stat && `${bootId}/${stat.startTicks}`;
}

/** Undefined for what is not there and for unreaped remains. */
function statOf(pid: number): { group: number; startTicks: string } | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
    // The name in brackets may hold anything, so count fields from the last bracket.
    const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
    const [state, , group, startTicks = ""] = [fields[0], fields[1], fields[2], fields[19]];
    return state === "Z" || state === "X" ? undefined : { group: Number(group), startTicks };
  } catch {
    return undefined;
  }
}

function startByPs(pid: number): string | undefined {
  const ps = Bun.spawnSync(["ps", "-o", "stat=,lstart=", "-p", String(pid)]);
  const [, stat = "Z", started] = /^(\S+)\s+(.+)$/.exec(ps.stdout.toString().trim()) ?? [];
  return stat.startsWith("Z") ? undefined : started;
}
