import { expect, test } from "bun:test";
import { answered, type LiveTold, liveTold } from "./contract.ts";
import { gauges } from "./gauges.ts";
import { live } from "./index.ts";
import { aShow } from "./show.testing.ts";

test("what an operator draws of a show is told by node, and its answers by what became of them", async () => {
  await using show = await aShow();
  const { castor, ports } = show;
  const fx = castor.castor.effects(live, { actor: { kind: "system", id: "test" } });
  const now = (name: string) => gauges.find((each) => each.name === `live.${name}`)?.read(fx);
  expect(now("connections")).toEqual([]);

  const tell = async (run: string, at: number, more: Partial<LiveTold["figures"]>) => {
    const figures: LiveTold["figures"] = {
      ...{ connections: 40, relays: 0, recorded: 0, repeated: 0, refused: {}, perSecond: 7 },
      ...{ ackMsP50: 1, ackMsP99: 12.5, syncMs: 0.1, cpuShare: 0.5, memoryBytes: 9 },
      ...{ fanOutMs: 3, logBytes: 0, ...more },
    };
    const questions: LiveTold["questions"] = [
      { question: 0, phase: "open", cells: [figures.recorded, 0, 0, 0] },
    ];
    ports.bus.publish(liveTold.name, { run, node: 0, epoch: "life", at, questions, figures });
    await castor.advance(1_000);
  };
  for (const [open, run] of [
    ["final", "final"],
    ["final~rehearsal", "final-1~rehearsal"],
  ] as const) {
    await castor.run("live.open-doors", { show: open });
    await castor.advance(0);
    await tell(run, 1, {});
    await tell(run, 2, { recorded: 10, repeated: 1 });
    await tell(run, 3, { recorded: 30, repeated: 1, refused: { late: 4 } });
  }
  const labels = { show: "final", node: "0" };
  expect(now("connections")).toContainEqual({ labels, value: 40 });
  expect(now("ack_p99_seconds")).toContainEqual({ labels, value: 0.0125 });
  expect(now("sync_share")).toEqual([]);
  expect(now("budget_left")).toContainEqual({ labels: { show: "final" }, value: 0.1 });
  const counted = fx.counters
    .sinceStart(answered)
    .map(({ labels: by, sum }) => [by["show"], by["outcome"], sum]);
  for (const each of ["final", "final~rehearsal"])
    for (const [outcome, sum] of [
      ["recorded", 30],
      ["repeated", 1],
      ["late", 4],
    ])
      expect(counted).toContainEqual([each, outcome, sum]);
  expect(counted).toHaveLength(6);

  await castor.advance(5_000);
  expect(now("node_up")).toContainEqual({ labels, value: 0 });
  await castor.run("live.finish", { show: "final" });
  expect(now("node_up")?.map(({ labels: by }) => by["show"])).toEqual(["final~rehearsal"]);
});
