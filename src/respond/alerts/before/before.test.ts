import { testPorts } from "#kernel/testing";
import { expect, test } from "bun:test";
import { latency, requests } from "../../../absorb/gateway/contract.ts";
import { configApplied } from "../../../platform/settings/contract.ts";
import { serviceChanged } from "../../../run/catalog/contract.ts";
import { whatChanged } from "../contract.ts";
import { alerts } from "../index.ts";
import { minuteMs, started, told } from "../started.testing.ts";

const applied = configApplied({ file: "castor.yaml", hash: "h", changes: [{ path: "gateway.x" }] });

type Ports = ReturnType<typeof testPorts>;
async function carry(
  ports: Ports,
  minutes: number,
  of: { good: number; bad: number; ms: number },
): Promise<void> {
  for (let n = 0; n < minutes; n++) {
    const count = (name: string, value: number): void =>
      ports.counters.add(requests, { route: "all", service: "shop", class: name }, value);
    count("2xx", of.good);
    if (of.bad > 0) count("5xx", of.bad);
    for (let one = 0; one < 10; one++) ports.counters.add(latency, { service: "shop" }, of.ms);
    await ports.clock.advance(minuteMs);
  }
}

test("a page carries the likeliest change before it and the numbers that were odd", async () => {
  const ports = testPorts();
  const { castor, fire, iso } = await started({ ports });
  await using _ = castor;
  const fx = castor.castor.effects(alerts, { actor: { kind: "system", id: "test" } });
  // What Castor finds as it first starts has not changed.
  await fx.record("test", [serviceChanged({ service: "shop", what: ["env"], instances: 1 })]);
  await carry(ports, 80, { good: 300, bad: 1, ms: 50 });
  await fx.record("test", [serviceChanged({ service: "blog", what: ["env"], instances: 1 })]);
  await fx.record("test", [applied]);
  await carry(ports, 4, { good: 250, bad: 60, ms: 900 });
  await fire({ alertname: "Failing", service: "shop" }, { startsAt: iso(-2 * minuteMs) });
  await castor.advance(minuteMs);
  const [opened] = told(castor);
  const { before } = opened?.[1] ?? {};
  expect(before?.changes.map(({ type }) => type)).toEqual(["settings.config-applied"]);
  expect(before?.changes[0]?.probability).toBeGreaterThan(0.9);
  expect(before?.anomalies.map(({ what }) => what)).toEqual([
    "5xx answers of shop",
    "slowest answers of shop",
  ]);
  const asked = await castor.ask(whatChanged, { service: "blog" });
  expect(asked.changes.map(({ type }) => type)).toContain("catalog.service-changed");
});

test("an ordinary day is no anomaly, and nobody is accused of what came after", async () => {
  const ports = testPorts();
  await carry(ports, 80, { good: 300, bad: 1, ms: 50 });
  const { castor } = await started({ ports });
  await using _ = castor;
  const at = ports.clock.now();
  await castor.advance(minuteMs);
  const fx = castor.castor.effects(alerts, { actor: { kind: "system", id: "test" } });
  await fx.record("test", [applied]);
  expect(await castor.ask(whatChanged, { service: "shop", at })).toEqual({
    ...{ at, changes: [], anomalies: [] },
  });
});
