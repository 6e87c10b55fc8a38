import { rmSync } from "node:fs";
import { join } from "node:path";
import type { Run } from "../contract/orders.ts";
import { outcome, tokenKind } from "../contract/shape.ts";
import { Engine } from "../engine/engine.ts";
import type { CrowdOptions } from "../generator/crowd.ts";
import { clientFrame, hello } from "../generator/frames.ts";
import { answerBytes, writeAnswer } from "../wire/frames.ts";
import { tokenBytes, writeToken } from "../wire/token.ts";
import { Connection } from "./connection.ts";
import { receive } from "./door.ts";
import { type Clocks, Hall } from "./hall.ts";
import { listen } from "./listener.ts";

/** Answers in frames of one, and in those of a relay: the compiler's last stage sets in after tens of thousands of calls. */
const single = 40_000;
const batched = 300_000;
/** Once all is compiled, single ones again: what they cost is told to whoever plans. */
const measured = 20_000;
const batch = 64;
/** On a machine that is too busy to warm up, the show does not wait for it. */
const turnSecondsMax = 10;
/** Answers of players, without a socket. */
const players = 10_000;
/** What is done in one go, so that whoever connects meanwhile waits for a few milliseconds only. */
const together = 100;
const groups = 6;

const shape: Run["shape"] = {
  id: "warm-up",
  dimensions: [{ id: "group", values: Array.from({ length: groups }, (_, n) => `${n}`) }],
  questions: ["one", "many", "measured", "players"].map((id) => ({
    ...{ id, text: "?", choices: ["a", "b"], right: 0, windowMs: 60_000 },
  })),
  participantsMax: batched,
};

/**
 * Answers a made-up crowd, over sockets and without a disk, so that the first second of a spike meets compiled code: an answer
 * costs three times as much before. Takes a second, when a question is armed; says what an answer in a frame of its own takes of
 * the processor then, in microseconds.
 */
export async function warmUp(clocks: Clocks, folder: string): Promise<number> {
  const { hall, stop } = await madeUpHall(clocks, folder, "open");
  try {
    await answerAsPlayers(hall);
    return await answerOverSockets(hall);
  } finally {
    await stop();
  }
}

/** A show that nobody gave, without a disk, whose questions are open or yet to come. */
export async function madeUpHall(
  clocks: Clocks,
  folder: string,
  questions: "open" | "coming",
): Promise<{ hall: Hall; stop(): Promise<void> }> {
  // One that was killed in the midst of it leaves its folder behind.
  const at = join(folder, ".warm-up");
  rmSync(at, { recursive: true, force: true });
  const engine = await Engine.open({
    ...{ folder: at, shape, onSettled: () => hall.settle() },
    disk: () => ({ write() {}, sync() {}, syncBeside: (done) => done(undefined), close() {} }),
  });
  const now = clocks.wall();
  const run: Run = {
    ...{ run: "warm-up", title: "", shape, joining: "backend", stageCellMin: 10, countries: null },
    ...{ showsRight: false, tokenMs: 60_000, isErased: false, nodes: 1 },
    tokenKey: crypto.getRandomValues(new Uint8Array(16)).toBase64({
      ...{ alphabet: "base64url", omitPadding: true },
    }),
    questions: shape.questions.map(() =>
      questions === "open"
        ? { state: "revealed", revealAt: now - 1_000, closesAt: now + 600_000 }
        : { state: "coming" },
    ),
  };
  const hall = new Hall({ run, node: 0, engine, clocks, http: () => {}, note: () => {} });
  hall.obey(run);
  return {
    hall,
    stop: async () => {
      await hall.stop();
      rmSync(at, { recursive: true, force: true });
    },
  };
}

const around = {
  addressOf: () => undefined,
  forward: async () => [{ outcome: outcome.nodeAway, choice: -1 }],
};
const elsewhere = () => ({ status: 404, body: "" });

/** Lets clients reach a hall, at a port of this machine that nobody has. */
export const earOf = (hall: Hall): ReturnType<typeof listen> =>
  listen(
    { halls: new Map([[hall.run.run, hall]]), around, elsewhere, connections: 0 },
    { hostname: "127.0.0.1", port: 0 },
  );

async function answerOverSockets(hall: Hall): Promise<number> {
  const ear = earOf(hall);
  const crowd = new Worker(new URL("warm-up-crowd.ts", import.meta.url));
  const turn = (question: number, participants: number, inFrame: number): Promise<number> => {
    const { promise, resolve, reject } = Promise.withResolvers<number>();
    crowd.onmessage = ({ data }: MessageEvent<number>) => resolve(data);
    crowd.onerror = ({ message }) => reject(new Error(message));
    crowd.postMessage(
      crowdOf(hall, { port: ear.port, question, participants, batch: inFrame }),
      [],
    );
    return promise;
  };
  try {
    await turn(0, single, 1);
    await turn(1, batched, batch);
    // Of the whole process, since a runtime collects and compiles on other threads too; but not what the crowd takes.
    const before = process.cpuUsage();
    const crowdUs = await turn(2, measured, 1);
    const { user, system } = process.cpuUsage(before);
    return (user + system - crowdUs) / measured;
  } finally {
    crowd.terminate();
    ear.stop(true);
  }
}

const crowdOf = (
  hall: Hall,
  of: { port: number; question: number; participants: number; batch: number },
): CrowdOptions => ({
  ...{ hostname: "127.0.0.1", port: of.port, run: hall.run.run, key: hall.key },
  ...{
    connections: of.batch === 1 ? 64 : 8,
    batch: of.batch,
    inFlight: 1,
    secondsMax: turnSecondsMax,
  },
  plan: {
    ...{ participants: of.participants, first: 0, step: 1, node: 0, question: of.question },
    ...{ choices: 2, groups, repeatedPerMille: 0, forgedPerMille: 0, expiresS: expiresS(hall) },
  },
});

const expiresS = (hall: Hall): number => Math.floor(hall.clocks.wall() / 1_000) + 600;

/** One made-up player says hello and answers, again and again as somebody else. */
async function answerAsPlayers(hall: Hall): Promise<void> {
  const node = { halls: new Map<string, Hall>(), around, elsewhere };
  const player = new Connection({
    write: (_: Uint8Array, __: number, length: number) => length,
    end: () => 0,
    terminate: () => {},
    timeout: () => {},
  } as unknown as Connection["socket"]);
  player.way = "player";
  player.hall = hall;
  hall.connections.add(player);
  for (let index = 0; index < players; index++) {
    const token = new Uint8Array(tokenBytes);
    const { participant: kind } = tokenKind;
    const fields = { kind, node: 0, index, group: index % groups, expiresS: expiresS(hall) };
    writeToken(hall.key, fields, token, 0);
    receive(node, player, Buffer.from(hello(token)));
    receive(node, player, answerFrame(index));
    // Nobody answers that fast; this one must, and is not measured.
    player.inSecond = 0;
    if (index % together === 0) await new Promise((next) => setImmediate(next));
  }
}

function answerFrame(index: number): Buffer {
  const payload = new Uint8Array(answerBytes);
  writeAnswer(payload, { question: 3, choice: index % 2, elapsedMs: 10, number: index });
  return Buffer.from(clientFrame(payload));
}
