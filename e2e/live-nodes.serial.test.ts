import { afterEach, expect, test } from "bun:test";
import { join } from "node:path";
import { livePicture, liveTold, nodeCluster } from "../src/absorb/live/contract.ts";
import { outcome } from "../src/absorb/live/contract/shape.ts";
import { Crowd } from "../src/absorb/live/generator/crowd.ts";
import { MergedCells } from "../src/absorb/live/nodes/merge.ts";
import { sipKey } from "../src/absorb/live/wire/sip-hash.ts";
import { connectBus } from "../src/kernel/bus/connect.ts";
import { machineClock } from "../src/kernel/clock/machine.ts";
import { readSnapshotFile } from "../src/kernel/snapshots/read.ts";
import { endAll, freePort, later, startCastor, until } from "./running.ts";

const timeoutMs = 60_000;
const participants = 40_000;
const ages = ["young", "grown", "old"];

afterEach(endAll, timeoutMs);

test(
  "two nodes count a crowd; one is killed in mid-question, and the merged result is exact",
  async () => {
    const port = freePort();
    const castor = await startCastor({
      config: {
        gateway: { workers: 1 },
        live: {
          ...{ listen: `127.0.0.1:${port}`, nodes: 2 },
          shows: {
            final: {
              ...{ title: "The final", participantsMax: participants, dimensions: { age: ages } },
              questions: { one: { text: "One?", choices: ["a", "b", "c", "d"], right: "b" } },
            },
          },
        },
      },
    });
    await castor.api.act("live.open-doors", { show: "final" });
    await until("both nodes run", () => ["live-0", "live-1"].every((id) => castor.pidOf(id) > 0));
    await castor.api.act("live.arm", { show: "final", question: "one" });
    await castor.api.act("live.reveal", { show: "final", question: "one", in: "1s" });
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
      const told = await bus.request(
        nodeCluster(node),
        { do: "tell", run: "final" },
        { timeoutMs: 2_000 },
      );
      return liveTold.schema.parse(told).questions[0]?.phase === "open";
    };
    const crowd = async (of: {
      node: number;
      at?: number;
      shift?: number;
      batch?: number;
    }): Promise<Crowd> => {
      const { node, at = node, shift = 0, batch = 8 } = of;
      const made = new Crowd({
        ...{
          hostname: "127.0.0.1",
          port: port + at,
          run: "final",
          key,
          connections: 8,
          inFlight: 1,
          batch,
        },
        plan: {
          ...{ participants: participants / 2, first: node, step: 2, node, question: 0 },
          ...{ choices: 4, shift, groups: ages.length, repeatedPerMille: 0, forgedPerMille: 0 },
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
    const expected = new Uint32Array(4 * ages.length);
    for (const each of [first, again]) {
      const view = new DataView(each.tokens.buffer);
      for (const [n, said] of each.told.entries()) {
        const index = view.getUint32(n * 20 + 4, true);
        const cell = ((said & 15) - 1) * ages.length + each.script.groupOf(index);
        expected[cell] = (expected[cell] ?? 0) + 1;
      }
    }
    await until(
      "control has heard of all",
      () => merged.cells(0).join() === expected.join(),
      5_000,
    );
  },
  timeoutMs,
);
