import { openSync, closeSync, writeSync } from "node:fs";
import { join } from "node:path";
import { outcome, tokenKind } from "../../../src/absorb/live/contract.ts";
import { Engine } from "../../../src/absorb/live/engine/engine.ts";
import { replay } from "../../../src/absorb/live/engine/segment.ts";
import { Crowd } from "../../../src/absorb/live/generator/crowd.ts";
import type { CrowdPlan } from "../../../src/absorb/live/generator/plan.ts";
import { sipKey } from "../../../src/absorb/live/wire/sip-hash.ts";
import { signToken } from "../../../src/absorb/live/wire/token.ts";
import { stealing } from "../cpu.ts";
import { benchRun, keyBytes, type NodeUp, nodeUp, runName } from "./node-up.ts";
import { recount } from "./recount.ts";

const groups = 750;
const choices = 4;
const expiresS = 2 ** 31;
const acceptedWithinMs = 60_000;
/** As the keeper waits before it starts a process again. */
const keeperPauseMs = 50;
const groupOf = (index: number): number => (index >>> 3) % groups;

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
  /** From each SIGKILL until an answer was accepted again; what it took to tear a write is left out. */
  silences: { ms: number; stolen: number }[];
};

const planOf = (first: number, participants: number, shift = 0): CrowdPlan => ({
  ...{ first, participants, shift, step: 1, node: 0, question: 0, choices, groups },
  ...{ repeatedPerMille: 0, forgedPerMille: 0, expiresS },
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
      this.noteOne(view.getUint32(n * 20 + 4, true), (said & 15) - 1);
    }
  }

  noteOne(index: number, choice: number): void {
    const known = this.choices[index] as number;
    if (known < 0) this.acknowledged++;
    else if (known !== choice) this.lost++;
    this.choices[index] = choice;
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
  // In each round one more, who asks again and again until an answer is accepted.
  const waiting = before + rounds * participants;
  const all = waiting + rounds;
  let node = await nodeUp({ participants: all });
  const { data, port } = node;
  const folder = join(data, "outposts", "live-0", runName);
  const ledger = new Ledger(all);
  const silences: Killed["silences"] = [];
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
    const killedAt = performance.now();
    node.process.kill("SIGKILL");
    await node.process.exited;
    const exitedAt = performance.now();
    await answering;
    ledger.note(crowd);
    if (round % 2 === 1) tear(folder);
    const startedAt = performance.now();
    const stolen = stealing();
    await Bun.sleep(keeperPauseMs);
    const index = waiting + round;
    const [up] = await Promise.all([
      nodeUp({ participants: all, data, port }),
      accepted(port, index).then((choice) => {
        const ms = exitedAt - killedAt + performance.now() - startedAt;
        silences.push({ ms, stolen: stolen() });
        ledger.noteOne(index, choice);
      }),
    ]);
    node = up;
  }
  const { acknowledged } = ledger;
  const again = await crowdAt(node, planOf(0, all, 1), 64);
  await again.answer();
  ledger.note(again);
  node.process.kill("SIGTERM");
  await node.process.exited;
  const miscounted = await miscount(folder, ledger, all);
  await node.stop();
  return { acknowledged, lost: ledger.lost, miscounted, silences };
}

/** Answers once, as the simplest client does, as soon as somebody takes it; the choice that stands. */
async function accepted(port: number, index: number): Promise<number> {
  const who = { kind: tokenKind.participant, node: 0, index, group: groupOf(index), expiresS };
  const asked = `http://127.0.0.1:${port}/live/${runName}/answer?q=0&c=2&t=${signToken(sipKey(keyBytes), who)}`;
  for (const end = performance.now() + acceptedWithinMs; performance.now() < end;) {
    const said = await fetch(asked, { signal: AbortSignal.timeout(acceptedWithinMs) })
      .then((response) => response.json())
      .catch(() => undefined);
    if (said?.outcome === "recorded" || said?.outcome === "repeated") return Number(said.choice);
    await Bun.sleep(1);
  }
  throw new Error("No answer was accepted again.");
}

/** What the log holds, counted by another program, and the node's own cells, both against what everybody was told. */
async function miscount(folder: string, { choices: told }: Ledger, all: number): Promise<number> {
  const expected = new Uint32Array(choices * groups);
  for (const [index, choice] of told.entries()) {
    const cell = choice * groups + groupOf(index);
    expected[cell] = (expected[cell] as number) + 1;
  }
  const counted = recount(folder, { participants: all, choices, groups, right: 1 });
  const engine = await Engine.open({ folder, shape: benchRun({ participants: all }).shape });
  const own = engine.count.cells(0);
  await engine.stop();
  const off = (cells: Uint32Array): number =>
    expected.reduce((sum, count, at) => sum + Math.abs(count - (cells[at] as number)), 0);
  return Math.abs(all - counted.answers) + counted.twice + off(counted.cells) + off(own);
}
