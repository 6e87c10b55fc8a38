import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

/** What a show's log says, counted again by another program than the one that wrote it: record by record, with a plain sort. */
export type Recount = {
  answers: number;
  /** Participants who are in the log more than once. */
  twice: number;
  cells: Uint32Array;
  top: { index: number; latencyMs: number }[];
  /** How long each participant took for the right answer; infinity for who has none. */
  latencyMs: Float64Array;
  /** The rank of somebody with a right answer. */
  rank(index: number): number | undefined;
};

export function recount(
  folder: string,
  of: { participants: number; choices: number; groups: number; right: number },
): Recount {
  const cells = new Uint32Array(of.choices * of.groups);
  const latency = new Float64Array(of.participants).fill(Number.POSITIVE_INFINITY);
  const seen = new Uint8Array(of.participants);
  let answers = 0;
  let twice = 0;
  for (const name of readdirSync(folder).filter((each) => /^answers-\d+\.log$/.test(each))) {
    const bytes = readFileSync(join(folder, name));
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
    for (let at = 0; at + 16 <= bytes.length && view.getUint32(at, true) === 0x3147_4c43;) {
      const records = view.getUint32(at + 8, true);
      at += 16;
      for (let n = 0; n < records; n++, at += 12) {
        const index = view.getUint32(at, true);
        const choice = view.getUint8(at + 7);
        const cell = choice * of.groups + view.getUint16(at + 10, true);
        cells[cell] = (cells[cell] as number) + 1;
        if (seen[index] === 1) twice++;
        seen[index] = 1;
        if (choice === of.right) latency[index] = view.getUint32(at + 4, true) & 0xff_ffff;
        answers++;
      }
    }
  }
  const sorted = latency.slice().sort();
  const tenth = sorted[9] as number;
  const top: Recount["top"] = [];
  for (const [index, latencyMs] of latency.entries())
    if (latencyMs <= tenth) top.push({ index, latencyMs });
  top.sort((a, b) => a.latencyMs - b.latencyMs || a.index - b.index).splice(10);
  return {
    ...{ answers, twice, cells, top, latencyMs: latency },
    rank: (index) =>
      Number.isFinite(latency[index]) ? sorted.indexOf(latency[index] as number) + 1 : undefined,
  };
}
