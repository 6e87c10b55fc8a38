import { readdirSync, readFileSync, rmSync, statSync } from "node:fs";
import { basename, join } from "node:path";
import { afterEach, expect, test } from "bun:test";
import {
  livePicture,
  liveTold,
  nodeCluster,
  type OnAir,
  type QuestionResult,
} from "../src/absorb/live/contract.ts";
import { outcome } from "../src/absorb/live/contract/shape.ts";
import { Crowd } from "../src/absorb/live/generator/crowd.ts";
import { MergedCells } from "../src/absorb/live/nodes/merge.ts";
import { sipKey } from "../src/absorb/live/wire/sip-hash.ts";
import { connectBus } from "../src/kernel/bus/connect.ts";
import { machineClock } from "../src/kernel/clock/machine.ts";
import { readSnapshotFile } from "../src/kernel/snapshots/read.ts";
import {
  ages,
  byChoice,
  choices,
  filesHolding,
  filesWithGroups,
  folderOf,
  participants,
  question,
  type Ranked,
  recounted,
  recountOf,
} from "./live-nodes-recounted.ts";
import { endAll, freePort, later, type Running, startCastor, until } from "./running.ts";

const timeoutMs = 90_000;
/** As many as a show can have. */
const finalistsCount = 1_000;

afterEach(endAll, timeoutMs);

async function twoNodes(): Promise<{ castor: Running; port: number }> {
  const port = freePort();
  const final = {
    ...{ title: "The final", participantsMax: participants, dimensions: { age: ages } },
    ...{ questions: { one: question }, finalists: finalistsCount, keepAnswers: "1h" },
  };
  const castor = await startCastor({
    config: {
      gateway: { workers: 1 },
      live: { listen: `127.0.0.1:${port}`, nodes: 2, shows: { final } },
    },
  });
  return { castor, port };
}

async function open(castor: Running, show: string): Promise<void> {
  await castor.api.act("live.open-doors", { show });
  await until("both nodes run", () => ["live-0", "live-1"].every((id) => castor.pidOf(id) > 0));
  await castor.api.act("live.arm", { show, question: "one" });
  await castor.api.act("live.reveal", { show, question: "one", in: "1s" });
}

const onAir = async (castor: Running, show = "final"): Promise<OnAir> =>
  (await castor.api.ask("live.on-air", { show })) as OnAir;

/** Kills control; it says of the show what the nodes say again. */
async function controlKilled(castor: Running, counted: readonly number[]): Promise<void> {
  const before = castor.pidOf("control");
  process.kill(before, "SIGKILL");
  await until("control is back", () => castor.pidOf("control") !== before);
  await until("control says the same", async () => {
    const { recorded, question: now } = await onAir(castor);
    return recorded === participants && now?.counts.join() === counted.join();
  });
}

/** A node dies between the end of a question and its results; nobody does anything about it. */
async function closedAndKilled(castor: Running, exact: Uint32Array): Promise<void> {
  const of = { show: "final", question: "one" };
  await castor.api.act("live.close", of);
  process.kill(castor.pidOf("live-1"), "SIGKILL");
  const { ranking, cells } = recounted(castor);
  expect(cells).toEqual([...exact]);
  await castor.api.act("live.publish", of);
  await castor.api.act("live.finish", { show: "final" });
  const { totals, tables } = await until("it is published", async () => {
    const { questions } = (await castor.api.ask("live.results", { show: "final" })) as {
      questions: Pick<QuestionResult, "totals" | "tables">[];
    };
    return questions[0];
  });
  const published = [
    ...totals,
    ...(tables[0]?.groups ?? []).flatMap(({ counts }) => counts.map((count) => count ?? 0)),
  ];
  const byAge = ages.flatMap((_, group) =>
    Array.from({ length: choices }, (__, choice) => cells[choice * ages.length + group] ?? 0),
  );
  const counted = [...byChoice(exact), ...byAge];
  expect(published).toHaveLength(counted.length);
  for (const [at, count] of counted.entries())
    expect(Math.abs((published[at] ?? 0) - count)).toBeLessThan(1_000);
  const ranked = await until("the finalists are found", async () => {
    const { isRanked, finalists } = (await castor.api.ask("live.finalists", {
      show: "final",
    })) as { isRanked: boolean; finalists: Ranked[] };
    return isRanked && finalists;
  });
  expect(ranked.map(({ index, rank, latencyMs }) => ({ index, rank, latencyMs }))).toEqual(
    ranking.slice(0, finalistsCount),
  );
  // All the way down, over both nodes.
  const placesAsked = 200;
  const step = Math.max(1, Math.floor(ranking.length / placesAsked));
  for (const place of ranking.filter((_, at) => at % step === 0)) {
    const { rank } = (await castor.api.act("live.rank", {
      ...{ show: "final", index: place.index },
    })) as { rank: number };
    expect(rank).toBe(place.rank);
  }
}

/** What was answered is gone from the disks of both when the log says so, and what was counted is not. */
async function erased(castor: Running, counted: readonly number[]): Promise<void> {
  const ofNodes = [0, 1].map((node) => recountOf(castor, node).cells);
  expect(filesWithGroups(castor, ofNodes).length).toBeGreaterThanOrEqual(2);
  await castor.api.act("live.erase", { show: "final" }, { confirm: "final" });
  await until("the log says that all is erased", async () =>
    (await castor.log("live.erased")).some(({ data }) => (data as { nodes: number }).nodes === 2),
  );
  for (const node of [0, 1]) {
    const folder = folderOf(castor, node, "final");
    for (const name of readdirSync(folder)) {
      expect(name).not.toStartWith("first-");
      if (name.startsWith("answers-"))
        expect(readFileSync(join(folder, name)).some((byte) => byte !== 0)).toBe(false);
      // Counts, phases and checksums: not four bytes for each participant.
      if (name.startsWith("checkpoint-"))
        expect(statSync(join(folder, name)).size).toBeLessThan(200);
    }
  }
  expect(filesWithGroups(castor, ofNodes)).toEqual([]);
  const { recorded, question: now } = await onAir(castor);
  expect([recorded, now?.counts]).toEqual([participants, [...counted]]);
}

/** A node comes back with an empty disk: it is said, nothing is taken back, and nobody gets a number that somebody has. */
async function emptied(castor: Running, port: number): Promise<void> {
  const [show, run] = ["final~rehearsal", "final-1~rehearsal"];
  await open(castor, show);
  const at = (node: number): string => `http://127.0.0.1:${port + node}/live/${run}`;
  const enter = (node: number): Promise<Response> =>
    fetch(`${at(node)}/join`, { method: "POST", body: '{"values":{"age":"old"}}' });
  const token = await until("node 1 lets people in", async () => {
    const said = (await (await enter(1)).json()) as { token?: string };
    return said.token;
  });
  await until("its answer counts", async () => {
    const said = await fetch(`${at(1)}/answer?t=${token}&q=0&c=2`);
    return ((await said.json()) as { outcome: string }).outcome === "recorded";
  });
  await until("control has heard it", async () => (await onAir(castor, show)).recorded === 1);
  rmSync(folderOf(castor, 1, run), { recursive: true });
  process.kill(castor.pidOf("live-1"), "SIGKILL");
  const began = await until("the log says so", async () =>
    (await castor.log("live.life-began")).find(
      ({ data }) => (data as { before: number | null }).before !== null,
    ),
  );
  expect(began.data).toMatchObject({ show, node: 1, before: 1 });
  const { recorded, lost, question: now } = await onAir(castor, show);
  expect([recorded, lost.length, now?.counts]).toEqual([1, 1, [0, 0, 1, 0]]);
  // Its numbers may be somebody's already: whoever joins at its door gets one of the other node's.
  for (let n = 0; n < 4; n++) {
    const { index } = (await (await enter(1)).json()) as { index: number };
    expect(index % 2).toBe(0);
  }
  expect((await enter(0)).status).toBe(200);
  // What the lost life had told, by group, is on control's disk until the erasure, and nowhere after it.
  const groups = Uint32Array.from({ length: choices * ages.length });
  groups[2 * ages.length + ages.indexOf("old")] = 1;
  const files = (): string[] => filesHolding(castor, [`"cells":[${groups.join(",")}]`]);
  expect(files().map((path) => basename(path))).toContain("live-lost.json");
  await castor.api.act("live.close", { show, question: "one" });
  await castor.api.act("live.finish", { show });
  await until("the rehearsal is ranked", async () =>
    (await castor.log("live.ranked")).some(({ data }) => (data as { show: string }).show === show),
  );
  await castor.api.act("live.erase", { show }, { confirm: show });
  await until("the rehearsal is erased", async () =>
    (await castor.log("live.erased")).some(({ data }) => (data as { show: string }).show === show),
  );
  expect(files()).toEqual([]);
}

/** A second process under a node's name would write the same files: it ends at once. */
async function twinStarted(castor: Running): Promise<void> {
  const twin = Bun.spawn(
    [
      ...[process.execPath, join(import.meta.dir, "../src/main.ts"), "__outpost"],
      ...["--data", castor.data, "--name", "live-0"],
    ],
    { stdout: "ignore", stderr: "pipe" },
  );
  later(() => twin.kill());
  expect(await twin.exited).not.toBe(0);
  expect(await new Response(twin.stderr).text()).toContain("another process");
}

test(
  "two nodes count a crowd; one is killed in mid-question and again before the results, control in between: what Castor says is exact, and erased in the end",
  async () => {
    const { castor, port } = await twoNodes();
    await open(castor, "final");
    const bus = connectBus({
      ...{ path: join(castor.data, "run/bus.sock"), name: "proof", clock: machineClock() },
    });
    later(() => bus.close());
    const merged = new MergedCells();
    later(
      bus.subscribe(liveTold.name, ({ body }) => void merged.hear(liveTold.schema.parse(body))),
    );
    const read = readSnapshotFile(join(castor.data, "snapshot"), "live", livePicture.schema);
    const run = read.good?.value.runs[0];
    const key = sipKey(Uint8Array.fromBase64(run?.tokenKey ?? "", { alphabet: "base64url" }));
    const isOpen = async (node: number): Promise<boolean> => {
      const asked = { do: "tell", run: "final" };
      const told = await bus.request(nodeCluster(node), asked, { timeoutMs: 2_000 });
      return liveTold.schema.parse(told).questions[0]?.phase === "open";
    };
    type Of = { node: number; at?: number; shift?: number; batch?: number };
    const crowd = async ({ node, at = node, shift = 0, batch = 8 }: Of): Promise<Crowd> => {
      const made = new Crowd({
        ...{ hostname: "127.0.0.1", port: port + at, run: "final", key },
        ...{ connections: 8, inFlight: 1, batch },
        plan: {
          ...{ participants: participants / 2, first: node, step: 2, node, question: 0 },
          ...{ choices, shift, groups: ages.length, repeatedPerMille: 0, forgedPerMille: 0 },
          expiresS: 2 ** 31,
        },
      });
      await made.connect();
      return made;
    };
    await until("the question is open", async () => (await isOpen(0)) && (await isOpen(1)));
    const [first, second] = [await crowd({ node: 0 }), await crowd({ node: 1 })];
    const answering = [first.answer(), second.answer()];
    while (second.ackedCount < participants / 8) await Bun.sleep(1);
    process.kill(castor.pidOf("live-1"), "SIGKILL");
    await Promise.all(answering);
    expect(first.ackedCount).toBe(participants / 2);
    await until("the node is back", () => isOpen(1));
    // Its participants come again, at the other node: that one hands them on, and counts none of them.
    const again = await crowd({ node: 1, at: 0, shift: 1, batch: 64 });
    const { outcomes } = await again.answer();
    const counts = (outcomes[outcome.recorded] ?? 0) + (outcomes[outcome.repeated] ?? 0);
    expect(counts).toBe(participants / 2);
    expect(outcomes[outcome.repeated]).toBeGreaterThanOrEqual(second.ackedCount);
    for (const [n, said] of second.told.entries())
      if (said !== 255) expect(again.told[n]).toBe((outcome.repeated << 4) | (said & 15));
    const expected = new Uint32Array(choices * ages.length);
    for (const each of [first, again]) {
      const view = new DataView(each.tokens.buffer);
      for (const [n, said] of each.told.entries()) {
        const index = view.getUint32(n * 20 + 4, true);
        const cell = ((said & 15) - 1) * ages.length + each.script.groupOf(index);
        expected[cell] = (expected[cell] ?? 0) + 1;
      }
    }
    await until("all nodes have told it", () => merged.cells(0).join() === expected.join());
    const counted = byChoice(expected);
    await until(
      "Castor says so",
      async () => (await onAir(castor)).question?.counts.join() === counted.join(),
    );
    await twinStarted(castor);
    await controlKilled(castor, counted);
    await closedAndKilled(castor, expected);
    await erased(castor, counted);
    await emptied(castor, port);
  },
  timeoutMs,
);
