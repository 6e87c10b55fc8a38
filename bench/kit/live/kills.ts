import { openSync, closeSync, writeSync } from "node:fs";
import { join } from "node:path";
import { outcome } from "../../../src/absorb/live/contract.ts";
import { Engine } from "../../../src/absorb/live/engine/engine.ts";
import { replay } from "../../../src/absorb/live/engine/segment.ts";
import { Crowd } from "../../../src/absorb/live/generator/crowd.ts";
import type { CrowdPlan } from "../../../src/absorb/live/generator/plan.ts";
import { sipKey } from "../../../src/absorb/live/wire/sip-hash.ts";
import { benchRun, keyBytes, type NodeUp, nodeUp, runName } from "./node-up.ts";

const groups = 750;
const choices = 4;

export type Killing = {
  rounds: number;
  /** New participants in each round. */
  participants: number;
  batch: number;
  /** Counted already when the killing begins. */
  before?: number;
};
export type Killed = {
  /** Answers that were acknowledged before a kill. */
  acknowledged: number;
  /** Of those, how many had another outcome afterwards. */
  lost: number;
  /** Participants minus the sum of all cells, and cells that are not as the acknowledgements say. */
  miscounted: number;
  /** From the start of the process until its port was open, after each kill. */
  restartMs: number[];
};

const planOf = (first: number, participants: number, shift = 0): CrowdPlan => ({
  ...{ first, participants, shift, step: 1, node: 0, question: 0, choices, groups },
  ...{ repeatedPerMille: 0, forgedPerMille: 0, expiresS: 2 ** 31 },
});

const crowdAt = async (node: NodeUp, plan: CrowdPlan, batch: number): Promise<Crowd> => {
  const crowd = new Crowd({
    ...{ hostname: "127.0.0.1", port: node.port, run: runName, key: sipKey(keyBytes), plan, batch },
    ...{ connections: 32, inFlight: 2 },
  });
  await crowd.connect();
  return crowd;
};

/** What a write looks like that a crash interrupted: the head of a group, and a part of its records. */
function tear(folder: string): void {
  const path = join(folder, "answers-1.log");
  const { bytes, sequence } = replay(path, 0, () => {});
  const fd = openSync(path, "r+");
  writeSync(fd, Uint32Array.of(0x3147_4c43, sequence + 1, 500, 0x1234, 7, 7, 7), 0, 28, bytes);
  closeSync(fd);
}

/** Who chose what, as it was acknowledged, and afterwards. */
class Ledger {
  readonly choices: Int8Array;
  acknowledged = 0;
  lost = 0;

  constructor(participants: number) {
    this.choices = new Int8Array(participants).fill(-1);
  }

  note({ told, tokens }: Crowd): void {
    const view = new DataView(tokens.buffer);
    for (const [n, said] of told.entries()) {
      const became = said >> 4;
      if (said === 255 || (became !== outcome.recorded && became !== outcome.repeated)) continue;
      const index = view.getUint32(n * 20 + 4, true);
      const known = this.choices[index] as number;
      if (known < 0) this.acknowledged++;
      else if (known !== (said & 15) - 1) this.lost++;
      this.choices[index] = (said & 15) - 1;
    }
  }
}

/**
 * Kills a node with SIGKILL while a crowd answers, round after round; leaves a torn write behind in every other one. In the
 * end everybody answers again with another choice: who was acknowledged must get the first one back, and the count must be
 * what everybody was told, each once.
 */
export async function killRounds({
  rounds,
  participants,
  batch,
  before = 0,
}: Killing): Promise<Killed> {
  const all = before + rounds * participants;
  let node = await nodeUp({ participants: all });
  const { data, port } = node;
  const folder = join(data, "outposts", "live-0", runName);
  const ledger = new Ledger(all);
  const restartMs: number[] = [];
  if (before > 0) {
    const crowd = await crowdAt(node, planOf(0, before), 64);
    await crowd.answer();
    ledger.note(crowd);
  }
  for (let round = 0; round < rounds; round++) {
    const crowd = await crowdAt(node, planOf(before + round * participants, participants), batch);
    const answering = crowd.answer();
    // In the midst of it, wherever that is on this machine.
    const target = Math.floor(participants * (0.2 + (0.6 * round) / rounds));
    while (crowd.ackedCount < target) await Bun.sleep(1);
    node.process.kill("SIGKILL");
    await answering;
    await node.process.exited;
    ledger.note(crowd);
    if (round % 2 === 1) tear(folder);
    node = await nodeUp({ participants: all, data, port });
    restartMs.push(node.readyMs);
  }
  const { acknowledged } = ledger;
  const again = await crowdAt(node, planOf(0, all, 1), 64);
  await again.answer();
  ledger.note(again);
  node.process.kill("SIGTERM");
  await node.process.exited;
  const miscounted = await recount(folder, ledger, all);
  await node.stop();
  return { acknowledged, lost: ledger.lost, miscounted, restartMs };
}

/** The node's cells against what everybody was told. */
async function recount(folder: string, { choices: told }: Ledger, all: number): Promise<number> {
  const engine = await Engine.open({ folder, shape: benchRun({ participants: all }).shape });
  const expected = new Uint32Array(choices * groups);
  for (const [index, choice] of told.entries()) {
    const cell = choice * groups + ((index >>> 3) % groups);
    expected[cell] = (expected[cell] as number) + 1;
  }
  const cells = engine.count.cells(0);
  let wrong = all - cells.reduce((sum, each) => sum + each, 0);
  for (const [at, count] of expected.entries()) wrong += Math.abs(count - (cells[at] as number));
  await engine.stop();
  return wrong;
}
