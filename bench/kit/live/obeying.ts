import type { Done } from "./load.ts";

/** The other end of `Load`: a load process begins at its first line, and tells at each further one what it has done. Resolves when nobody is left to tell. */
export async function obeying(begin: () => void, answers: () => number): Promise<void> {
  console.log("ready");
  let began: { at: number; cpu: NodeJS.CpuUsage } | undefined;
  for await (const _ of console) {
    if (!began) {
      began = { at: performance.now(), cpu: process.cpuUsage() };
      begin();
      continue;
    }
    const used = process.cpuUsage(began.cpu);
    const done: Done = {
      ...{ answers: answers(), seconds: (performance.now() - began.at) / 1_000 },
      cpuSeconds: (used.user + used.system) / 1e6,
    };
    console.log(JSON.stringify(done));
  }
}
