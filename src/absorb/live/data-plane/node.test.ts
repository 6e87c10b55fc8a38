import { expect, test } from "bun:test";
import { outcome } from "../contract/shape.ts";
import { sealed } from "../wire/seal.ts";
import { playerQuietSecondsMax } from "./connection.ts";
import { probe } from "./player.ts";
import { aRun, nodeInTest, Player, revealed, TimeByHand, token } from "./node.testing.ts";

test("a player hears the sealed question ahead, opens it at the reveal, and is told when the answer is durable", async () => {
  await using at = await nodeInTest();
  const player = new Player(at.url, token(7));
  expect(await player.hears("welcome")).toMatchObject({ run: "final", index: 7 });
  await at.order([{ state: "armed" }]);
  const closed = await player.hears("sealed");
  expect(JSON.stringify(closed)).not.toContain("One?");
  await at.order([revealed()]);
  const reveal = await player.hears("reveal");
  const from = (text: string): Uint8Array => Uint8Array.fromBase64(text, { alphabet: "base64url" });
  expect(
    JSON.parse(new TextDecoder().decode(sealed(from(reveal.key), from(closed.sealed)))),
  ).toEqual({ text: "One?", choices: ["a", "b", "c"] });
  player.answer(0, 1, 41);
  expect(await player.ack(41)).toEqual({
    ...{ number: 41, question: 0, outcome: outcome.recorded, choice: 1 },
  });
  player.answer(0, 2, 42);
  expect(await player.ack(42)).toMatchObject({ outcome: outcome.repeated, choice: 1 });
  await at.order([{ state: "closed" }]);
  expect(await player.hears("closed")).toMatchObject({ question: 0, right: 1 });
});

test("a question that is revealed in a while says so at once, and keeps its key until shortly before", async () => {
  await using at = await nodeInTest();
  const player = new Player(at.url, token(7));
  await player.hears("welcome");
  await at.order([revealed(500)]);
  const { revealAt } = await player.hears("soon");
  expect(player.told.some((each) => each.is === "reveal")).toBe(false);
  player.answer(0, 1, 1);
  expect((await player.ack(1)).outcome).toBe(outcome.early);
  expect((await player.hears("reveal")).revealAt).toBe(revealAt);
});

test("who connects once a key has left has it too, also when it left earlier than the next one would", async () => {
  const time = new TimeByHand();
  await using at = await nodeInTest({ clocks: time });
  const first = new Player(at.url, token(7));
  await first.hears("welcome");
  // The sealed question takes long to reach all, so that its key leaves early; what follows is fast.
  time.lookMs = 1_000;
  await at.order([{ state: "armed" }]);
  await first.hears("sealed");
  time.lookMs = 0;
  const question = revealed(10_000, 60_000, time.wall());
  await at.order([question]);
  time.passUntil(question.revealAt - 1_500);
  await first.hears("reveal");
  const second = new Player(at.url, token(8));
  expect((await second.hears("reveal")).revealAt).toBe(question.revealAt);
});

test("early, late, unknown and too many answers get a precise no, and count nothing", async () => {
  await using at = await nodeInTest();
  const player = new Player(at.url, token(7));
  await player.hears("welcome");
  await at.order([revealed(60_000), { state: "closed" }, revealed()]);
  player.answer(0, 1, 1);
  player.answer(1, 1, 2);
  player.answer(2, 9, 3);
  player.answer(200, 0, 4);
  const said = await Promise.all([1, 2, 3, 4].map((n) => player.ack(n)));
  expect(said.map((each) => each.outcome)).toEqual([
    ...[outcome.early, outcome.late, outcome.unknownChoice, outcome.unknownQuestion],
  ]);
  for (let n = 0; n < 40; n++) player.answer(200, 0, 100 + n);
  expect((await player.ack(139)).outcome).toBe(outcome.tooFast);
  expect(at.node.halls.get("final")?.engine.count.recorded).toBe(0);
});

test("a repeated answer after the end gets the first one back, also when the file has it and not the memory", async () => {
  await using at = await nodeInTest();
  const player = new Player(at.url, token(3));
  await at.order([revealed()]);
  await player.hears("reveal");
  player.answer(0, 2, 1);
  await player.ack(1);
  await at.order([{ state: "closed" }]);
  const engine = at.node.halls.get("final")?.engine;
  await player.until(() => true);
  while (engine?.count.questions[0]?.first) await Bun.sleep(1);
  player.answer(0, 0, 2);
  expect(await player.ack(2)).toMatchObject({ outcome: outcome.repeated, choice: 2 });
  expect(engine?.count.recorded).toBe(1);
});

test("a second connection of the same participant takes the first one's place, and its clock runs from the reveal", async () => {
  await using at = await nodeInTest();
  const first = new Player(at.url, token(3));
  await first.hears("welcome");
  await at.order([revealed()]);
  await first.hears("reveal");
  await Bun.sleep(60);
  const second = new Player(at.url, token(3), { echoes: false });
  await second.hears("reveal");
  expect(await first.until(() => first.closed)).toBe(4000);
  second.answer(0, 1, 1, 0);
  await second.ack(1);
  const engine = at.node.halls.get("final")?.engine;
  expect(engine?.count.standings.rank(3)?.latencyMs).toBeGreaterThanOrEqual(60);
});

test("a player of another node is sent there", async () => {
  await using at = await nodeInTest();
  const player = new Player(at.url, token(7, { node: 4 }));
  expect(await player.hears("moved")).toEqual({ is: "moved", to: "ws://elsewhere/4" });
});

test("tokens that are forged, expired or of another run open nothing; who goes on trying is cut off", async () => {
  await using at = await nodeInTest();
  const bad = token(7).replace(/^./, (letter) => (letter === "A" ? "B" : "A"));
  for (const [text, why] of [
    [bad, outcome.forged],
    [token(7, { expiresS: 1 }), outcome.expired],
    [token(7, { kind: 3 }), outcome.forged],
  ] as const) {
    const player = new Player(at.url, text);
    expect((await player.hears("refused")).why).toBe(why);
    player.answer(0, 0, 1);
    for (let n = 0; n < 5; n++) player.hello(text);
    expect(await player.until(() => player.closed)).toBe(4001);
  }
  expect(at.node.halls.get("final")?.engine.count.recorded).toBe(0);
});

test("the simplest clients answer with GET and POST, pipelined too, and hear in order", async () => {
  await using at = await nodeInTest();
  await at.order([revealed()]);
  const base = `${at.url.replace("ws:", "http:").replace("/ws", "")}/answer`;
  const got = await fetch(`${base}?t=${token(1)}&q=0&c=2`);
  expect([got.status, await got.json()]).toEqual([200, { outcome: "recorded", choice: 2 }]);
  const form = await fetch(base, {
    method: "POST",
    body: new URLSearchParams({ t: token(1), q: "0", c: "1" }),
  });
  expect(await form.json()).toEqual({ outcome: "repeated", choice: 2 });
  const json = await fetch(base, {
    ...{ method: "POST", headers: { "content-type": "application/json" } },
    body: JSON.stringify({ t: token(2), q: 0, c: 1 }),
  });
  expect(await json.json()).toEqual({ outcome: "recorded", choice: 1 });
  for (const [query, status] of [
    ["", 400],
    [`?t=${token(9)}&q=0&c=-1`, 400],
    [`?t=${token(9)}&q=1&c=0`, 425],
    [`?t=${token(9)}&q=99&c=0`, 404],
    ["?t=x&q=0&c=0", 403],
    [`?t=${token(9, { expiresS: 5 })}&q=0&c=0`, 401],
  ] as const)
    expect((await fetch(base + query)).status).toBe(status);
  const heard: string[] = [];
  const done = Promise.withResolvers<void>();
  const socket = await Bun.connect({
    ...{ hostname: "127.0.0.1", port: at.node.port },
    socket: {
      data: (_, bytes) => {
        heard.push(...(bytes.toString().match(/"outcome":"\w+","choice":\S+}/g) ?? []));
        if (heard.length === 3) done.resolve();
      },
    },
  });
  const ask = (index: number, choice: number): string =>
    `GET /live/final/answer?t=${token(index)}&q=0&c=${choice} HTTP/1.1\r\nHost: x\r\n\r\n`;
  socket.write(ask(20, 0) + ask(20, 1) + ask(21, 1));
  await done.promise;
  expect(heard).toEqual([
    ...[
      '"outcome":"recorded","choice":0}',
      '"outcome":"repeated","choice":0}',
      '"outcome":"recorded","choice":1}',
    ],
  ]);
  socket.end();
});

test("when the show is over everybody is told, also who connects later, and asks for their place within the time that all of them take", async () => {
  await using at = await nodeInTest();
  const place = { index: 2, rank: 1, right: 1, latencyMs: 900 };
  const players = [1, 2, 3, 4, 5, 6].map((index) => new Player(at.url, token(index)));
  await Promise.all(players.map((player) => player.hears("welcome")));
  await at.order([{ state: "closed" }], { ranking: [place] });
  for (const player of players) expect((await player.hears("over")).askWithinMs).toBe(3);
  await at.order([], { ranking: [place] });
  const late = new Player(at.url, token(7));
  await late.hears("over");
  expect(players[0]?.told.filter((each) => each.is === "over")).toHaveLength(1);
});

test("a run that leaves the picture is served no more; a rehearsal takes its files along", async () => {
  await using at = await nodeInTest({ run: { run: "final-1~rehearsal" } });
  expect(at.node.halls.has("final-1~rehearsal")).toBe(true);
  const nodes = [{ node: 0, hostname: "127.0.0.1", port: 0 }];
  await at.node.obey({ nodes, runs: [aRun()] });
  expect([...at.node.halls.keys()]).toEqual(["final"]);
  expect([...new Bun.Glob("*/life.json").scanSync(at.folder)]).toEqual(["final/life.json"]);
  // One that ended while this node was away.
  await Bun.write(`${at.folder}/final-2~rehearsal/answers-1.log`, "x");
  await at.node.obey({ nodes, runs: [aRun()] });
  expect(
    [...new Bun.Glob("*/*").scanSync(at.folder)].every((name) => name.startsWith("final/")),
  ).toBe(true);
});

test("a question that is armed and taken back is not the one on stage, and can be asked later", async () => {
  await using at = await nodeInTest();
  const hall = at.node.halls.get("final");
  await at.order([{ state: "armed" }]);
  expect(hall?.latest()).toBe(0);
  await at.order([{ state: "coming" }]);
  expect(hall?.latest()).toBeUndefined();
  await at.order([{ state: "coming" }, revealed()]);
  expect(hall?.latest()).toBe(1);
  const late = new Player(at.url, token(7));
  await late.hears("reveal");
  expect(late.told.filter((each) => each.is === "sealed")).toMatchObject([{ question: 1 }]);
  await at.order([{ state: "armed" }, { state: "closed" }]);
  expect(hall?.latest()).toBe(0);
  // Revealed before the process began, whose clock stood at nothing then.
  await using later = await nodeInTest();
  await later.order([revealed(-performance.now() - 60_000, 10 ** 9)]);
  expect(later.node.halls.get("final")?.latest()).toBe(0);
});

test("who answered what is erased once the questions that were asked are closed, also where others never were", async () => {
  await using at = await nodeInTest();
  const player = new Player(at.url, token(7));
  await player.hears("welcome");
  await at.order([revealed()]);
  player.answer(0, 1, 1);
  await player.ack(1);
  const engine = at.node.halls.get("final")?.engine;
  await at.order([], { isErased: true });
  expect(engine?.rawFiles()).not.toEqual([]);
  await at.order([{ state: "closed" }]);
  while (engine?.rawFiles().length !== 0) await Bun.sleep(1);
  expect(engine.count.recorded).toBe(1);
});

test("a player who echoes a probe may be quiet for as long again", async () => {
  await using at = await nodeInTest();
  const wound: number[] = [];
  const player = new Player(at.url, token(7));
  await player.hears("welcome");
  const hall = at.node.halls.get("final");
  const [connection] = hall?.connections ?? [];
  if (!hall || !connection) throw new Error("nobody is there");
  while (connection.probedAt > 0) await Bun.sleep(1);
  connection.socket.timeout = (seconds) => void wound.push(seconds);
  probe(connection, hall);
  while (wound.length === 0) await Bun.sleep(1);
  expect(wound).toEqual([playerQuietSecondsMax]);
});

test("what is damaged cannot be counted, but is erased all the same when its time has come", async () => {
  await using first = await nodeInTest();
  await first.order([revealed()]);
  const base = `${first.url.replace("ws:", "http:").replace("/ws", "")}/answer`;
  for (const index of [1, 2, 3]) await fetch(`${base}?t=${token(index)}&q=0&c=2`);
  await first.node.stop();
  const log = `${first.folder}/final/answers-1.log`;
  const bytes = await Bun.file(log).bytes();
  bytes[24] = 0xff;
  await Bun.write(log, bytes);
  const closed = { questions: aRun().questions.map(() => ({ state: "closed" as const })) };
  await using again = await nodeInTest({ folder: first.folder, run: closed });
  expect(again.node.halls.size).toBe(0);
  await again.order([], { isErased: true });
  const engine = again.node.halls.get("final")?.engine;
  // A count that begins anew has an empty log of that name at first.
  while (engine?.rawFiles().length !== 0 || (await Bun.file(log).exists())) await Bun.sleep(1);
}, 60_000);
