import { mkdtempSync, rmSync } from "node:fs";
import { join } from "node:path";
import type { Run } from "../contract/orders.ts";
import { outcome, tokenKind } from "../contract/shape.ts";
import { Engine } from "../engine/engine.ts";
import { batchFrame, clientFrame, hello } from "../generator/frames.ts";
import { answerBytes, writeAnswer } from "../wire/frames.ts";
import { tokenBytes, writeToken } from "../wire/token.ts";
import { Connection } from "./connection.ts";
import { receive } from "./door.ts";
import { type Clocks, Hall } from "./hall.ts";

/** So many answers of each kind; the compiler's last stage sets in after about a hundred thousand calls of the smallest functions. */
const rounds = 3_000;
const batch = 32;
const participants = 100_000;
/** What is done in one go, so that whoever connects meanwhile waits for a few milliseconds only. */
const together = 100;
const groups = 6;

const shape: Run["shape"] = {
  id: "warm-up",
  dimensions: [{ id: "group", values: Array.from({ length: groups }, (_, n) => `${n}`) }],
  questions: [{ id: "q", text: "?", choices: ["a", "b"], right: 0, windowMs: 60_000 }],
  participantsMax: participants,
};

/**
 * Answers a made-up crowd, without a socket and without a disk, so that the first second of a spike meets compiled code: an
 * answer costs three times as much before. Takes a few tenths of a second, when a question is armed.
 */
export async function warmUp(clocks: Clocks, folder: string): Promise<void> {
  const at = mkdtempSync(join(folder, ".warm-up-"));
  const engine = await Engine.open({
    ...{ folder: at, shape, onSettled: () => hall.settle() },
    disk: () => ({ write() {}, sync() {}, syncBeside: (done) => done(undefined), close() {} }),
  });
  const now = clocks.wall();
  const run: Run = {
    ...{ run: "warm-up", title: "", shape, joining: "backend", stageCellMin: 10, countries: null },
    ...{ showsRight: false, tokenMs: 60_000, isErased: false, tokenKey: "A".repeat(22) },
    questions: [{ state: "revealed", revealAt: now - 1_000, closesAt: now + 600_000 }],
  };
  const hall = new Hall({ run, node: 0, engine, clocks, http: () => {}, note: () => {} });
  hall.obey(run);
  const player = madeUp(hall);
  const relay = madeUp(hall);
  for (let round = 0; round < rounds; round++) {
    const token = tokenFor(hall, tokenKind.participant, round);
    receive(node, player, Buffer.from(hello(token)));
    receive(node, player, answerFrame(round));
    // Nobody answers that fast; this one must, and is not measured.
    player.inSecond = 0;
    if (round === 0) receive(node, relay, Buffer.from(hello(tokenFor(hall, tokenKind.relay, 0))));
    receive(node, relay, answersFrame(hall, round));
    if (round % together === 0) await new Promise((next) => setImmediate(next));
  }
  await hall.stop();
  rmSync(at, { recursive: true, force: true });
}

const node = {
  halls: new Map<string, Hall>(),
  around: {
    addressOf: () => undefined,
    forward: async () => [{ outcome: outcome.nodeAway, choice: -1 }],
  },
  elsewhere: () => ({ status: 404, body: "" }),
};

function madeUp(hall: Hall): Connection {
  const connection = new Connection({
    write: (bytes: { length: number }) => bytes.length,
    end: () => 0,
    terminate: () => {},
    timeout: () => {},
  } as unknown as Connection["socket"]);
  connection.way = "player";
  connection.hall = hall;
  hall.connections.add(connection);
  return connection;
}

function tokenFor(hall: Hall, kind: 1 | 2, index: number): Uint8Array {
  const token = new Uint8Array(tokenBytes);
  const expiresS = Math.floor(hall.clocks.wall() / 1_000) + 600;
  writeToken(hall.key, { kind, node: 0, index, group: index % groups, expiresS }, token, 0);
  return token;
}

function answerFrame(round: number): Buffer {
  const payload = new Uint8Array(answerBytes);
  writeAnswer(payload, { question: 0, choice: round % 2, elapsedMs: 10, number: round });
  return Buffer.from(clientFrame(payload));
}

function answersFrame(hall: Hall, round: number): Buffer {
  const frame = batchFrame(batch);
  for (let n = 0; n < batch; n++) {
    const index = (round * batch + n) % participants;
    frame.bytes.set(tokenFor(hall, tokenKind.participant, index), frame.answerAt(n));
    frame.bytes[frame.answerAt(n) + tokenBytes + 1] = index % 2;
  }
  return Buffer.from(frame.bytes);
}
