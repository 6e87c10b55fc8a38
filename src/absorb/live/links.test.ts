import { testCastor, testPorts } from "#kernel/testing";
import { expect, test } from "bun:test";
import { configApplied } from "../../platform/settings/contract.ts";
import { settings } from "../../platform/settings/index.ts";
import { livePicture } from "./contract.ts";
import { live } from "./index.ts";
import { yaml } from "./show.testing.ts";

async function linksWith(where: object, addresses: string[] = []) {
  const ports = testPorts();
  const machine = {
    outpostCommand: (name: string) => ["castor", name],
    addresses: () => addresses,
  };
  const castor = await testCastor([live, settings], {
    ...{ ports, equipment: { machine, sealer: ports.sealer } },
    config: { live: { ...yaml, ...where } },
  });
  await using _ = castor;
  await castor.run("live.open-doors", { show: "final" });
  await castor.advance(0);
  return (await castor.act("live.links", { show: "final" })) as { play: string; note?: string };
}

test("a show that listens everywhere is at an address that phones can open", async () => {
  const found = await linksWith({ listen: "0.0.0.0:7700" }, ["192.168.1.20", "2001:db8::1"]);
  expect(found.play).toBe("http://192.168.1.20:7700/live/final/");
  expect(found.note).toBeUndefined();
  expect((await linksWith({ listen: "[::]:7700" }, ["2001:db8::1"])).play).toBe(
    "http://[2001:db8::1]:7700/live/final/",
  );
});

test("of a show that only this machine reaches it is said what to do; behind an address of one's own nothing", async () => {
  expect((await linksWith({})).note).toContain('live.listen: "0.0.0.0:7700"');
  expect((await linksWith({ listen: "0.0.0.0:7700" })).note).toContain("Only this machine");
  const behind = await linksWith({ address: "https://live.example.org" });
  expect(behind).toMatchObject({ play: "https://live.example.org/live/final/" });
  expect(behind.note).toBeUndefined();
});

test("where something stands before the nodes they are there from the start: its checks find somebody", async () => {
  for (const [address, nodes] of [
    ["https://live.example.org", 1],
    [undefined, undefined],
  ]) {
    const ports = testPorts();
    const equipment = { machine: { outpostCommand: (name: string) => ["castor", name] } };
    await using castor = await testCastor([live, settings], {
      ...{ ports, equipment, config: { live: { ...yaml, ...(address && { address }) } } },
    });
    const fx = castor.castor.effects(live, { actor: { kind: "system", id: "test" } });
    await fx.record("config", [configApplied({ file: "castor.yaml", hash: "1", changes: [] })]);
    await castor.advance(0);
    expect(ports.snapshots.get(livePicture)?.value.nodes.length).toBe(nodes as never);
  }
});
