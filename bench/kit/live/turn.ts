import { join } from "node:path";
import { loadCore } from "../one-core.ts";
import type { Counting } from "./servers.ts";
import { runName } from "./node-up.ts";
import type { Driven, Driving } from "./drive.ts";
import type { Looped, Looping } from "./closed-loop.ts";

const here = import.meta.dir;

/** One turn of load at one server: microseconds of processor time for an answer, on both sides. */
export type Turn = { perSecond: number; serverMicros: number; loadMicros: number };

/** Starts a load on its core, lets it connect, and takes the server's processor time while it answers. */
async function timed<T>(
  server: Counting,
  file: string,
  of: unknown,
): Promise<{ said: T; serverMs: number }> {
  const load = Bun.spawn(
    ["taskset", "-c", loadCore, process.execPath, join(here, file), JSON.stringify(of)],
    { stdin: "pipe", stdout: "pipe", stderr: "inherit" },
  );
  const lines = load.stdout.pipeThrough(new TextDecoderStream()).getReader();
  let text = "";
  while (!text.includes("ready\n")) {
    const { value, done } = await lines.read();
    if (done) throw new Error(`${file} ended before it was ready.`);
    text += value;
  }
  let before = server.cpuMs();
  load.stdin.write("go\n");
  await load.stdin.flush();
  text = "";
  for (;;) {
    const { value, done } = await lines.read();
    if (done) break;
    text += value;
    if (!text.startsWith("warm\n")) continue;
    before = server.cpuMs();
    text = text.slice("warm\n".length);
  }
  return { said: JSON.parse(text) as T, serverMs: server.cpuMs() - before };
}

/** A turn of a peer. */
export async function peerTurn(server: Counting, of: Omit<Looping, "port">): Promise<Turn> {
  const { said, serverMs } = await timed<Looped>(server, "closed-loop.ts", {
    ...of,
    port: server.port,
  });
  return turnOf(said, serverMs);
}

const turnOf = (said: Looped, serverMs: number): Turn => ({
  perSecond: said.answers / said.seconds,
  serverMicros: (serverMs * 1_000) / said.answers,
  loadMicros: (said.cpuSeconds * 1e6) / said.answers,
});

export type Crowded = Pick<
  Driving,
  "warms" | "connections" | "batch" | "inFlight" | "perSecond"
> & {
  participants: number;
  secondsMax?: number;
  /** Thousandths of all answers. */
  repeatedPerMille?: number;
  forgedPerMille?: number;
};

/** A turn of a crowd at one of Castor's nodes; throws when a single ack is not the one that must come. */
export async function crowdTurn(server: Counting, of: Crowded): Promise<Turn & { driven: Driven }> {
  const { participants, repeatedPerMille = 0, forgedPerMille = 0, ...how } = of;
  const driving: Driving = {
    ...{ ...how, hostname: "127.0.0.1", port: server.port, run: runName, waits: true },
    plan: {
      ...{ participants, first: 0, step: 1, node: 0, question: 0, choices: 4, groups: 750 },
      ...{ repeatedPerMille, forgedPerMille, expiresS: 2 ** 31 },
    },
  };
  const { said, serverMs } = await timed<Driven>(server, "drive.ts", driving);
  if (said.wrong > 0 || said.lost > 0)
    throw new Error(`${said.wrong} acks are wrong, ${said.lost} connections were lost.`);
  return { ...turnOf(said.measured, serverMs), driven: said };
}
