import { expect, test } from "bun:test";
import * as probes from "../../../observe/probes/contract.ts";
import { Config } from "../config.ts";
import { alerts } from "../index.ts";
import { minuteMs, started, told } from "../started.testing.ts";

test("what fails alike is called after the gravest of it, and how many more there are", async () => {
  const { castor } = await started();
  await using _ = castor;
  const fx = castor.castor.effects(alerts, { actor: { kind: "system", id: "test" } });
  const failing = (name: string, severity: "error" | "critical") =>
    probes.failed({ probe: name, host: "a.test", why: "no answer", severity });
  await fx.record("test", [failing("front", "error"), failing("database", "critical")]);
  await castor.advance(minuteMs);
  expect(told(castor)[0]?.[1].title).toBe("Probe database fails: no answer and 1 more");
});

test("a rule may look at what probes counted", async () => {
  const slow = {
    counter: "probes.took",
    where: { probe: "front" },
    quantile: 0.95,
    above: "800ms",
  };
  const flaky = { counter: "probes.beats", where: { outcome: "failed" }, of: {}, above: "5%" };
  const read = Config.safeParse({ rules: { slow, flaky } });
  expect(read.error).toBeUndefined();
});
