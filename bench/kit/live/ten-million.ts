import { join } from "node:path";
import { outcome } from "../../../src/absorb/live/contract.ts";
import { Engine } from "../../../src/absorb/live/engine/engine.ts";
import { residentMb } from "../castor-up.ts";
import { cpuMsOf, stealing } from "../cpu.ts";
import { serverCore } from "../one-core.ts";
import { atMost, type BenchRow } from "../rows.ts";
import { benchRun, nodeUp, runName } from "./node-up.ts";
import { recount } from "./recount.ts";
import { crowdTurn } from "./turn.ts";

const repeatedPerMille = 30;
const forgedPerMille = 5;
const asked = 1_000;
const settleMs = 4_000;

export type Scenario = {
  participants: number;
  batch: number;
  connections: number;
  inFlight: number;
  secondsBar: number;
};

/**
 * A whole question: everybody once, 3 % repeated, 0.5 % forged, every ack compared with what must come, the log counted again by
 * another program. Then the node is killed, and its log asked who was fastest.
 */
export async function wholeQuestion(of: Scenario): Promise<BenchRow[]> {
  const { participants, batch, connections, inFlight, secondsBar } = of;
  // A show of 42 questions needs no more memory than one: only what is open is held.
  const show = { participants, questions: 42 };
  const emptyMb = await withoutCrowdMb(show);
  const node = await nodeUp({ ...show, core: serverCore });
  const stolen = stealing();
  const { driven, serverMicros, loadMicros } = await crowdTurn(
    { port: node.port, cpuMs: () => cpuMsOf(node.pid), stop: node.stop },
    {
      ...{ participants, batch, connections, inFlight, perSecond: 0 },
      ...{ repeatedPerMille, forgedPerMille },
    },
  );
  const stolenShare = stolen();
  const fullMb = await settledMb(node.pid);
  node.process.kill("SIGKILL");
  await node.process.exited;
  const folder = join(node.data, "outposts", "live-0", runName);
  const counted = recount(folder, { participants, choices: 4, groups: 750, right: 1 });
  const engine = await Engine.open({ folder, shape: benchRun(show).shape });
  const topMs = took(() => engine.count.standings.top(10));
  const stepMs = inOrder(engine);
  const rankMs =
    took(() => {
      for (let n = 0; n < asked; n++) engine.count.standings.rank((n * 9_973) % participants);
    }) / asked;
  check(engine, counted, participants);
  const exact =
    counted.twice === 0 &&
    counted.answers === participants &&
    counted.cells.every((count, at) => count === engine.count.cells(0)[at]) &&
    driven.outcomes[outcome.forged] === Math.floor((participants * forgedPerMille) / 1_000) &&
    driven.outcomes[outcome.repeated] === Math.floor((participants * repeatedPerMille) / 1_000);
  if (!exact) throw new Error("The count is not what was answered.");
  await engine.stop();
  await node.stop();
  const name = `${(participants / 1e6).toFixed(1)} M answers, ${batch} in a frame`;
  console.log(
    `${name}: exact; ${driven.seconds.toFixed(1)} s, of which the host gave ${Math.round(stolenShare * 100)} % to others, ${serverMicros.toFixed(2)} CPU-s/M, load ${loadMicros.toFixed(2)} CPU-s/M, ack p50 ${driven.ackMs.p50.toFixed(1)} ms, p99 ${driven.ackMs.p99.toFixed(1)} ms; ranks in order in steps of ${stepMs.toFixed(1)} ms at most`,
  );
  const row = (what: string, castor: number, bar: number, unit: string): BenchRow =>
    atMost(`${name}: ${what}`, castor, bar, unit);
  const bytes = ((fullMb - emptyMb) * 1e6) / participants;
  return [
    row("seconds", driven.seconds, secondsBar, "s"),
    row("resident, beyond a node with nobody", bytes, 11, "bytes/participant"),
    row("exact top 10", topMs, 100, "ms"),
    row("one rank", rankMs, 1, "ms"),
  ];
}

/** What the process takes with next to nobody in the show. */
async function withoutCrowdMb(show: { questions: number }): Promise<number> {
  const node = await nodeUp({ ...show, participants: 1_000, core: serverCore });
  const resident = await settledMb(node.pid);
  await node.stop();
  return resident;
}

/** What a process takes once it has given back what its last work left behind. */
async function settledMb(pid: number): Promise<number> {
  let least = residentMb([pid]);
  for (const end = performance.now() + settleMs; performance.now() < end; await Bun.sleep(100))
    least = Math.min(least, residentMb([pid]));
  return least;
}

function check(
  { count: { standings } }: Engine,
  counted: ReturnType<typeof recount>,
  participants: number,
): void {
  const top = standings.top(10).map(({ index, latencyMs }) => ({ index, latencyMs }));
  if (JSON.stringify(top) !== JSON.stringify(counted.top)) throw new Error("The top 10 is wrong.");
  for (let n = 0; n < 20; n++) {
    const index = (n * 9_973) % participants;
    if (standings.rank(index)?.rank !== counted.rank(index))
      throw new Error(`The rank of ${index} is wrong.`);
  }
}

/** Puts all in order as a node does when a question has closed; the longest it does nothing else. */
function inOrder({ count: { standings } }: Engine): number {
  let longest = 0;
  for (let isDone = false; !isDone;)
    longest = Math.max(
      longest,
      took(() => (isDone = standings.prepare())),
    );
  return longest;
}

function took(act: () => void): number {
  const began = performance.now();
  act();
  return performance.now() - began;
}
