import { join } from "node:path";
import type { Run } from "../../../src/absorb/live/contract.ts";
import { residentMb } from "../castor-up.ts";
import { cpuMsOf } from "../cpu.ts";
import { loadCore, serverCore } from "../one-core.ts";
import { type BenchRow, median } from "../rows.ts";
import type { Heard } from "./fan-out-clients.ts";
import { benchRun, type NodeUp, nodeUp } from "./node-up.ts";

const connections = 10_000;
const questions = 3;
const leadMs = 2_500;
/** After one question, before the next. */
const restMs = 1_000;

/** Reveals a question, and the ones before it stay open. */
async function reveal({ order }: NodeUp, run: Run, question: number): Promise<void> {
  const revealAt = Date.now() + leadMs;
  run.questions[question] = { state: "revealed", revealAt, closesAt: revealAt + 600_000 };
  await order(run);
}

/** Ten thousand players hear of questions, sealed ahead: how long the last one waits, and how far apart they show them. */
export async function fanOut(): Promise<BenchRow[]> {
  const asked = { participants: 100_000, questions };
  const node = await nodeUp({ ...asked, core: serverCore, isArmed: false });
  const emptyMb = residentMb([node.pid]);
  const clients = Bun.spawn(
    [
      ...["taskset", "-c", loadCore, process.execPath, join(import.meta.dir, "fan-out-clients.ts")],
      ...[`${node.port}`, `${connections}`],
    ],
    { stdout: "pipe", stderr: "inherit" },
  );
  const lines = clients.stdout.pipeThrough(new TextDecoderStream()).getReader();
  const next = async (): Promise<string> => (await lines.read()).value ?? "";
  if (!(await next()).includes("ready")) throw new Error("The clients did not connect.");
  const fullMb = residentMb([node.pid]);
  const coming = { state: "coming" as const };
  const run = { ...benchRun(asked), questions: Array.from({ length: questions }, () => coming) };
  const before = cpuMsOf(node.pid);
  const rounds: Heard[] = [];
  for (let question = 0; question < questions; question++) {
    await reveal(node, run, question);
    rounds.push(JSON.parse(await next()) as Heard);
    await Bun.sleep(restMs);
  }
  const cpuMs = cpuMsOf(node.pid) - before;
  clients.kill();
  await clients.exited;
  await node.stop();
  const of = (key: keyof Heard): number => median(rounds.map((round) => round[key]));
  for (const { soonMs, keyMs, shownMs, late } of rounds)
    console.log(
      `${connections} connections: first to last ${soonMs.toFixed(0)} ms and ${keyMs.toFixed(0)} ms, shown within ${shownMs.toFixed(1)} ms, ${late} keys late`,
    );
  console.log(`${((cpuMs * 1_000) / connections / questions / 2).toFixed(1)} us a client`);
  const row = (what: string, castor: number, bar: number, unit: string): BenchRow => ({
    ...{ what: `${connections} connections: ${what}`, castor, peer: bar, unit },
    ...{ peerName: "the bar", ratio: bar / castor },
  });
  return [
    row("from the first to the last client served", of("keyMs"), 200, "ms"),
    row("skew of what players are shown", Math.max(of("shownMs"), 0.1), 20, "ms"),
    row("memory of the process", ((fullMb - emptyMb) * 1_000) / connections, 8, "kB/connection"),
  ];
}
