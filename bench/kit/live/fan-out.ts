import { join } from "node:path";
import type { OnAir } from "../../../src/absorb/live/contract.ts";
import { endAll, type Running, startCastor, until } from "../../../e2e/running.ts";
import { freePort, residentMb } from "../castor-up.ts";
import { areCalm, cpuMsOf, stealing, undisturbed } from "../cpu.ts";
import { loadCore, serverCore } from "../one-core.ts";
import { atMost, type BenchRow, median } from "../rows.ts";
import type { Heard } from "./fan-out-clients.ts";
import { runName } from "./node-up.ts";

const connections = 10_000;
/** Rounds that the host left alone, and the most that are made to find so many. */
const roundsWanted = 3;
const questions = ["one", "two", "three", "four", "five", "six", "seven", "eight"];
const leadMs = 2_500;
/** After one question, before the next. */
const restMs = 1_000;
/** A node warms up when it is armed for the first time; an organiser arms seconds ahead at the least. */
const warmMs = 3_000;

type Round = Heard & { orderedAt: number; acknowledgedAt: number; stolen: number };

/** A whole Castor whose show has its doors open; its node has a core, as it would have in a show. */
async function openShow(): Promise<{ castor: Running; port: number; pid: number }> {
  const port = await freePort();
  const question = { text: "Which?", choices: ["a", "b", "c", "d"], right: "b", window: "60s" };
  const show = {
    ...{ title: "Bench", participantsMax: 100_000 },
    questions: Object.fromEntries(questions.map((id) => [id, question])),
  };
  const castor = await startCastor({
    config: {
      gateway: { workers: 1 },
      live: { listen: `127.0.0.1:${port}`, shows: { [runName]: show } },
    },
  });
  await castor.api.act("live.open-doors", { show: runName });
  await until("the node takes connections", async () => {
    const { nodes } = (await castor.api.ask("live.on-air", { show: runName })) as OnAir;
    return nodes.length > 0;
  });
  const pid = castor.pidOf("live-0");
  Bun.spawnSync(["taskset", "-acp", serverCore, String(pid)]);
  return { castor, port, pid };
}

/** Ten thousand players hear of questions, sealed ahead: how long after the operator's command the last one does, and how far apart they show them. */
export async function fanOut(): Promise<BenchRow[]> {
  try {
    return await measured();
  } finally {
    await endAll();
  }
}

function tell(rounds: readonly Round[]): void {
  for (const { orderedAt, acknowledgedAt, soonAt, keyMs, shownMs, late, stolen } of rounds)
    console.log(
      `${connections} connections: acknowledged after ${acknowledgedAt - orderedAt} ms, the last one heard of it after ${(soonAt - orderedAt).toFixed(0)} ms; keys within ${keyMs.toFixed(0)} ms, ${late} late, shown within ${shownMs.toFixed(1)} ms; the host gave ${Math.round(stolen * 100)} % to others`,
    );
}

async function measured(): Promise<BenchRow[]> {
  const { castor, port, pid } = await openShow();
  const emptyMb = residentMb([pid]);
  const clients = Bun.spawn(
    [
      ...["taskset", "-c", loadCore, process.execPath, join(import.meta.dir, "fan-out-clients.ts")],
      ...[`${port}`, `${connections}`],
    ],
    { stdout: "pipe", stderr: "inherit" },
  );
  const lines = clients.stdout.pipeThrough(new TextDecoderStream()).getReader();
  const next = async (): Promise<string> => (await lines.read()).value ?? "";
  if (!(await next()).includes("ready")) throw new Error("The clients did not connect.");
  const fullMb = residentMb([pid]);
  const rounds: Round[] = [];
  let cpuMs = 0;
  for (const question of questions) {
    if (areCalm(rounds, roundsWanted)) break;
    const which = { show: runName, question };
    await castor.api.act("live.arm", which);
    await Bun.sleep(rounds.length === 0 ? warmMs : restMs);
    const before = cpuMsOf(pid);
    const stolen = stealing();
    const orderedAt = Date.now();
    await castor.api.act("live.reveal", { ...which, in: `${leadMs}ms` });
    const acknowledgedAt = Date.now();
    const heard = JSON.parse(await next()) as Heard;
    rounds.push({ ...heard, orderedAt, acknowledgedAt, stolen: stolen() });
    cpuMs += cpuMsOf(pid) - before;
    await castor.api.act("live.close", which);
    await Bun.sleep(restMs);
  }
  clients.kill();
  await clients.exited;
  tell(rounds);
  console.log(`${((cpuMs * 1_000) / connections / rounds.length / 2).toFixed(1)} us a client`);
  const middle = (of: (round: Round) => number): number => median(undisturbed(rounds).map(of));
  const row = (what: string, castor: number, bar: number, unit: string): BenchRow =>
    atMost(`${connections} connections: ${what}`, castor, bar, unit);
  return [
    row(
      "last one served, from the operator's command on",
      middle(({ soonAt, orderedAt }) => soonAt - orderedAt),
      ...([200, "ms"] as const),
    ),
    row(
      "from the first to the last key",
      middle(({ keyMs }) => keyMs),
      200,
      "ms",
    ),
    row(
      "skew of what players are shown",
      middle(({ shownMs }) => shownMs),
      20,
      "ms",
    ),
    row("memory of the process", ((fullMb - emptyMb) * 1_000) / connections, 8, "kB/connection"),
  ];
}
