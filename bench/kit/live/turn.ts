import type { Driven, Driving } from "./drive.ts";
import { type Done, Load } from "./load.ts";
import { runName } from "./node-up.ts";
import type { Counting } from "./servers.ts";

/** Before anything is measured: compilers and caches are the same for all. */
export const warmMs = 1_500;

/** Of one load at one server: microseconds of processor time for an answer, on both sides. */
export type Turn = { perSecond: number; serverMicros: number; loadMicros: number };

export const turnOf = (before: Done, after: Done, serverMs: number): Turn => {
  const answers = after.answers - before.answers;
  return {
    perSecond: answers / (after.seconds - before.seconds),
    serverMicros: (serverMs * 1_000) / answers,
    loadMicros: ((after.cpuSeconds - before.cpuSeconds) * 1e6) / answers,
  };
};

export type Crowded = Pick<Driving, "connections" | "batch" | "inFlight" | "perSecond"> & {
  participants: number;
  secondsMax?: number;
  /** Thousandths of all answers. */
  repeatedPerMille?: number;
  forgedPerMille?: number;
};

/** A crowd at one of Castor's nodes. */
export const crowdOf = (port: number, of: Crowded): Driving => {
  const { participants, repeatedPerMille = 0, forgedPerMille = 0, ...how } = of;
  return {
    ...{ ...how, hostname: "127.0.0.1", port, run: runName },
    plan: {
      ...{ participants, first: 0, step: 1, node: 0, question: 0, choices: 4, groups: 750 },
      ...{ repeatedPerMille, forgedPerMille, expiresS: 2 ** 31 },
    },
  };
};

/** A crowd answers until it is done, measured from when all is `warm`, or from its first answer; throws when a single ack is not the one that must come. */
export async function crowdTurn(
  server: Counting,
  of: Crowded,
  isWarm = false,
): Promise<Turn & { driven: Driven }> {
  const load = await Load.start("drive.ts", crowdOf(server.port, of));
  let serverMs = server.cpuMs();
  load.begin();
  let before: Done = { answers: 0, seconds: 0, cpuSeconds: 0 };
  if (isWarm) {
    await Bun.sleep(warmMs);
    before = await load.done();
    serverMs = server.cpuMs();
  }
  const driven = await load.result<Driven>();
  const { acked, seconds, cpuSeconds, wrong, lost } = driven;
  if (wrong > 0 || lost > 0)
    throw new Error(`${wrong} acks are wrong, ${lost} connections were lost.`);
  const after = { answers: acked, seconds, cpuSeconds };
  return { ...turnOf(before, after, server.cpuMs() - serverMs), driven };
}
