import { expect, test } from "bun:test";
import { outcome } from "../contract/outcomes.ts";
import { type NodeInTest, nodeInTest, revealed, token } from "../data-plane/node.testing.ts";
import { joinLive } from "./client.ts";
import type { LiveClient } from "./types.ts";

const waitMs = 60_000;

/** A phone whose network goes and comes back; what it heard is kept in order. */
function phone(at: NodeInTest, index: number) {
  const heard: unknown[] = [];
  const client: LiveClient = joinLive({
    ...{ url: at.url.replace(/\/ws$/, ""), token: token(index), chance: () => 0 },
    shown: ({ question }) => void heard.push(["shown", question]),
    counted: (of) => void heard.push(["counted", of.question, of.outcome, of.choice]),
    closed: ({ question }) => void heard.push(["closed", question]),
    over: () => void heard.push(["over"]),
  });
  return {
    client,
    heard,
    until: async (is: () => boolean): Promise<void> => {
      while (!is()) await Bun.sleep(2);
    },
    has: (what: unknown[]): boolean => heard.some((each) => Bun.deepEquals(each, what)),
    /** Nothing goes through any more, and neither side knows; the returned function ends the connection, so that it comes anew. */
    loseNet: (): (() => void) => {
      const hall = at.node.halls.get("final");
      const lost = hall?.seats.get(index);
      if (!hall || !lost) throw new Error("not connected");
      lost.hall = undefined;
      hall.connections.delete(lost);
      return () => lost.drop();
    },
  };
}

test(
  "a question and the show end while players are offline with answers: back in the net each hears what became of theirs, and nothing more is counted",
  async () => {
    await using at = await nodeInTest();
    const [late, counted] = [phone(at, 1), phone(at, 2)];
    await at.order([revealed()]);
    for (const one of [late, counted]) await one.until(() => one.has(["shown", 0]));
    // The second one's answer was taken, and its ack lost on the way.
    const door = at.url.replace("ws:", "http:").replace(/\/ws$/, "/answer");
    await fetch(`${door}?t=${token(2)}&q=0&c=1`);
    const ends = [late, counted].map((one) => one.loseNet());
    for (const one of [late, counted]) one.client.answer(0, 1);
    await at.order([{ state: "closed" }], { ranking: [] });
    for (const end of ends) end();
    await late.until(() => late.has(["over"]) && late.has(["counted", 0, outcome.late, null]));
    await counted.until(() => counted.has(["counted", 0, outcome.repeated, 1]));
    const { count } = at.node.halls.get("final")?.engine ?? {};
    expect(count?.recorded).toBe(1);
    for (const { client } of [late, counted]) client.close();
  },
  waitMs,
);

test(
  "a question that closes before an ack comes is settled too",
  async () => {
    await using at = await nodeInTest();
    const one = phone(at, 1);
    await at.order([revealed()]);
    await one.until(() => one.has(["shown", 0]));
    const hall = at.node.halls.get("final");
    // The answer reaches nobody: the first message of the player is lost.
    const from = hall?.seats.get(1);
    if (!from || !hall) throw new Error("connected");
    from.hall = undefined;
    one.client.answer(0, 2);
    await Bun.sleep(0);
    await at.order([{ state: "closed" }]);
    await one.until(() => one.has(["closed", 0]));
    from.hall = hall;
    await one.until(() => one.has(["counted", 0, outcome.late, null]));
    expect(hall.engine.count.recorded).toBe(0);
    one.client.close();
  },
  waitMs,
);

test(
  "a question that is taken back and given other words is shown in those, also to who was away meanwhile",
  async () => {
    await using at = await nodeInTest();
    const texts: string[] = [];
    const client = joinLive({
      ...{ url: at.url.replace(/\/ws$/, ""), token: token(1), chance: () => 0 },
      shown: ({ text }) => void texts.push(text),
    });
    await at.order([{ state: "armed" }]);
    const hall = at.node.halls.get("final");
    while (hall?.seats.get(1) === undefined) await Bun.sleep(2);
    await at.order([{ state: "coming" }]);
    hall.seats.get(1)?.drop();
    const { shape } = hall.run;
    const questions = shape.questions.map((each, n) =>
      n === 0 ? { ...each, text: "Two?" } : each,
    );
    await at.order([{ state: "armed" }], { shape: { ...shape, questions } });
    await at.order([revealed()]);
    while (texts.length === 0) await Bun.sleep(2);
    expect(texts).toEqual(["Two?"]);
    client.close();
  },
  waitMs,
);
