import { join } from "node:path";
import { residentMb } from "../castor-up.ts";
import { cpuMsOf } from "../cpu.ts";
import { loadCore, serverCore } from "../one-core.ts";
import type { BenchRow } from "../rows.ts";
import { benchRun, nodeUp } from "./node-up.ts";

const connections = 10_000;
const leadMs = 2_500;

type Heard = { first: number; last: number; count: number };
type Said = { soon: Heard; reveal: Heard; shownSkewMs: number };

/** Ten thousand players hear of a question, sealed ahead: how long the last one waits, and how far apart they can show it. */
export async function fanOut(): Promise<BenchRow[]> {
  const asked = { participants: 100_000 };
  const run = benchRun(asked);
  const node = await nodeUp({ ...asked, core: serverCore, isRevealed: false });
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
  const before = cpuMsOf(node.pid);
  const revealAt = Date.now() + leadMs;
  await node.order({
    ...run,
    questions: [{ state: "revealed", revealAt, closesAt: revealAt + 600_000 }],
  });
  const said = JSON.parse(await next()) as Said;
  const cpuMs = cpuMsOf(node.pid) - before;
  await clients.exited;
  await node.stop();
  const row = (what: string, castor: number, bar: number, unit: string): BenchRow => ({
    ...{ what: `${connections} connections: ${what}`, castor, peer: bar, unit },
    ...{ peerName: "the bar", ratio: bar / castor },
  });
  console.log(
    `${connections} connections: first to last ${(said.soon.last - said.soon.first).toFixed(0)} ms and ${(said.reveal.last - said.reveal.first).toFixed(0)} ms, ${((cpuMs * 1_000) / connections / 2).toFixed(1)} us a client`,
  );
  return [
    row(
      "from the first to the last client served",
      said.reveal.last - said.reveal.first,
      200,
      "ms",
    ),
    row("reveal skew shown", Math.max(said.shownSkewMs, 0.1), 20, "ms"),
    row("memory of the process", ((fullMb - emptyMb) * 1_000) / connections, 8, "kB/connection"),
  ];
}
