import { isRefusal } from "#kernel";
import { expect, test } from "bun:test";
import { finalistsNow, livePicture, results, showsNow } from "./contract.ts";
import { MemoryNode } from "./node.testing.ts";
import { aShow, yaml } from "./show.testing.ts";

const hour = 3_600_000;
const minute = 60_000;
const timeoutMs = 60_000;
const endsSoon = { shows: { final: { ...yaml.shows.final, endsAfter: "4h" } } };

test(
  "a show that nobody ends is over so long after its last question: ranked, then erased at once",
  async () => {
    await using show = await aShow(endsSoon);
    const { castor, node, ports } = show;
    await castor.run("live.open-doors", { show: "final" });
    await castor.advance(3 * hour);
    await show.play("one");
    node.answer(0, { index: 5, choice: 1, latencyMs: 700 });
    await castor.advance(10_000);
    await castor.advance(4 * hour - 30 * minute);
    expect(castor.types()).not.toContain("live.finished");
    const [open] = (await castor.ask(showsNow, { show: "final" })).shows;
    expect(open?.endsAt).toBeGreaterThan(ports.clock.now());
    expect(open?.endsAt).toBeLessThan(ports.clock.now() + hour);
    node.rawFiles = 0;
    await castor.advance(30 * minute + 2 * minute);
    const told = castor.types().filter((type) => /finished|ranked|eras/.test(type));
    expect(told).toEqual(["live.finished", "live.ranked", "live.erasing", "live.erased"]);
    const { finalists } = await castor.ask(finalistsNow, { show: "final" });
    expect(finalists.map(({ index }) => index)).toEqual([5]);
  },
  timeoutMs,
);

test(
  "a rehearsal that somebody armed and forgot is over in time, erased, and gone from every node",
  async () => {
    await using show = await aShow(endsSoon);
    const { castor, node, ports } = show;
    node.rawFiles = 0;
    const runs = () => ports.snapshots.get(livePicture)?.value.runs.map(({ run }) => run);
    await castor.run("live.open-doors", { show: "final~rehearsal" });
    await castor.run("live.arm", { show: "final~rehearsal", question: "one" });
    await castor.advance(3 * hour);
    expect(runs()).toEqual(["final-1~rehearsal"]);
    await castor.advance(2 * hour);
    expect(castor.types().filter((type) => /disarmed|finished|erased/.test(type))).toEqual([
      ...["live.disarmed", "live.finished", "live.erased"],
    ]);
    expect(runs()).toEqual([]);
    await castor.run("live.open-doors", { show: "final~rehearsal" });
    await castor.advance(0);
    expect(runs()).toEqual(["final-2~rehearsal"]);
  },
  timeoutMs,
);

test(
  "a node that is away for hours holds up results, finalists and the word that all is erased; back again they come by themselves",
  async () => {
    await using show = await aShow({ ...yaml, nodes: 2 });
    const { castor, node, ports } = show;
    const second = new MemoryNode(ports, node.count.shape, 1);
    await castor.run("live.open-doors", { show: "final" });
    await show.play("one");
    for (let index = 0; index < 1_000; index++)
      (index % 2 === 0 ? node : second).answer(0, { index, choice: 1, latencyMs: 2_000 - index });
    await castor.run("live.close", { show: "final", question: "one" });
    second.isAway = true;
    await castor.run("live.publish", { show: "final", question: "one" });
    await castor.run("live.finish", { show: "final" });
    node.rawFiles = 0;
    second.rawFiles = 0;
    await castor.advance(50 * 60_000);
    const early = await castor.run("live.erase", { show: "final" });
    expect(isRefusal(early) && early.detail).toContain("a node may be away");
    expect(castor.types().filter((type) => /ranked|published|eras|parked/.test(type))).toEqual([]);
    second.isAway = false;
    await castor.advance(60_000);
    const [one] = (await castor.ask(results, { show: "final" })).questions;
    expect(Math.abs((one?.totals[1] ?? 0) - 1_000)).toBeLessThan(300);
    const { finalists } = await castor.ask(finalistsNow, { show: "final" });
    expect(finalists.map(({ index }) => index)).toEqual([999, 998]);
    second.isAway = true;
    await castor.advance(5 * hour);
    expect(castor.types()).toContain("live.erasing");
    expect(castor.types()).not.toContain("live.erased");
    second.isAway = false;
    await castor.advance(60_000);
    expect(castor.types().filter((type) => /live.erased|parked/.test(type))).toEqual([
      "live.erased",
    ]);
  },
  timeoutMs,
);

test(
  "answers are erased in time even if the finalists cannot be found because a node is gone",
  async () => {
    await using show = await aShow();
    const { castor, node, ports } = show;
    await castor.run("live.open-doors", { show: "final" });
    node.isAway = true;
    await castor.run("live.finish", { show: "final" });
    await castor.advance(hour + 1_000);
    expect(castor.types()).not.toContain("live.erasing");
    await castor.advance(hour + 60_000);
    expect(ports.snapshots.get(livePicture)?.value.runs[0]?.isErased).toBe(true);
    node.isAway = false;
    node.rawFiles = 0;
    await castor.advance(60_000);
    expect(castor.types()).toContain("live.erased");
    expect((await castor.ask(finalistsNow, { show: "final" })).isRanked).toBe(false);
  },
  timeoutMs,
);
