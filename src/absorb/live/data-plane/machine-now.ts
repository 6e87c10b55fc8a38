import { readdirSync, readFileSync, statfsSync } from "node:fs";

/** What this machine says of itself; absent is what it does not tell. Bytes, bytes per second. */
export type MachineNow = {
  memory?: { usedBytes: number; totalBytes: number };
  space?: { usedBytes: number; totalBytes: number };
  network?: { perSecond: number; perSecondMax: number };
};

const againAfterMs = 1_000;
const bitsInMegabit = 1e6;

const textAt = (path: string): string => {
  try {
    return readFileSync(path, "utf8");
  } catch {
    // Another system, or a container that does not show it.
    return "";
  }
};
const numberAt = (path: string): number => Number(textAt(path).trim() || Number.NaN);

/** Linux tells how much is left for programs that ask for more; a container has a limit of its own. */
export function memoryFrom(
  meminfo: string,
  group: { limit: number; used: number },
): MachineNow["memory"] {
  const kilobytes = (name: string): number =>
    Number(new RegExp(`^${name}: +(\\d+) kB$`, "m").exec(meminfo)?.[1] ?? Number.NaN);
  const totalBytes = kilobytes("MemTotal") * 1_024;
  const usedBytes = totalBytes - kilobytes("MemAvailable") * 1_024;
  if (group.limit < totalBytes && group.used <= group.limit)
    return { usedBytes: group.used, totalBytes: group.limit };
  return Number.isNaN(usedBytes) ? undefined : { usedBytes, totalBytes };
}

export function openFilesMaxFrom(limits: string): number | undefined {
  const found = /^Max open files +(\d+)/m.exec(limits)?.[1];
  return found === undefined ? undefined : Number(found);
}

/** Files and connections that this process may have open at once. */
export const openFilesMax = (): number => openFilesMaxFrom(textAt("/proc/self/limits")) ?? Infinity;

type Sent = { bytes: number; perSecondMax: number };

/** By network card: the busier of its two ways. Cards of virtual machines often do not say how fast they are. */
function cards(): Map<string, Sent> {
  const folder = "/sys/class/net";
  let names: string[];
  try {
    names = readdirSync(folder);
  } catch {
    return new Map();
  }
  return new Map(
    names.flatMap((name) => {
      const speed = numberAt(`${folder}/${name}/speed`);
      if (!(speed > 0)) return [];
      const bytes = ["rx", "tx"].map((way) =>
        numberAt(`${folder}/${name}/statistics/${way}_bytes`),
      );
      return [[name, { bytes: Math.max(...bytes), perSecondMax: (speed * bitsInMegabit) / 8 }]];
    }),
  );
}

function networkBetween(
  before: ReadonlyMap<string, Sent>,
  now: ReadonlyMap<string, Sent>,
  elapsedMs: number,
): MachineNow["network"] {
  const [busiest] = [...now]
    .flatMap(([name, { bytes, perSecondMax }]) => {
      const known = before.get(name);
      if (known === undefined || elapsedMs <= 0) return [];
      return [{ perSecond: ((bytes - known.bytes) * 1_000) / elapsedMs, perSecondMax }];
    })
    .toSorted((a, b) => b.perSecond / b.perSecondMax - a.perSecond / a.perSecondMax);
  return busiest;
}

/** Of the disk that holds a folder, as programs may use it: what is kept back for the system is not theirs. */
export function roomAt(folder: string): { freeBytes: number; usedBytes: number } | undefined {
  try {
    const { bavail, bfree, blocks, bsize } = statfsSync(folder);
    return { freeBytes: bavail * bsize, usedBytes: (blocks - bfree) * bsize };
  } catch {
    return undefined;
  }
}

function spaceAt(folder: string): MachineNow["space"] {
  const { freeBytes, usedBytes } = roomAt(folder) ?? { freeBytes: 0, usedBytes: 0 };
  const totalBytes = freeBytes + usedBytes;
  return totalBytes > 0 ? { usedBytes, totalBytes } : undefined;
}

/** Reads it at most once a second, however often it is asked; `folder` is where a node writes. */
export function machineNow(clock: () => number, folder: string): () => MachineNow {
  let at = -Infinity;
  let sent = new Map<string, Sent>();
  let known: MachineNow = {};
  return () => {
    const now = clock();
    if (now - at < againAfterMs) return known;
    const sentNow = cards();
    const network = networkBetween(sent, sentNow, now - at);
    const memory = memoryFrom(textAt("/proc/meminfo"), {
      limit: numberAt("/sys/fs/cgroup/memory.max"),
      used: numberAt("/sys/fs/cgroup/memory.current"),
    });
    const space = spaceAt(folder);
    [at, sent] = [now, sentNow];
    known = {
      ...(memory && { memory }),
      ...(space && { space }),
      ...(network && { network }),
    };
    return known;
  };
}
