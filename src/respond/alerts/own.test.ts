import { expect, test } from "bun:test";
import { instanceHealthy, instanceUnhealthy } from "../../run/catalog/contract.ts";
import { gapAhead, gapClosed } from "../on-call/contract.ts";
import { alerts } from "./index.ts";
import { kinds, minuteMs, started, told } from "./started.testing.ts";

test("an instance that is not healthy is an alert until it is", async () => {
  const { castor } = await started();
  await using _ = castor;
  const fx = castor.castor.effects(alerts, { actor: { kind: "system", id: "test" } });
  const about = { service: "shop", instance: "shop-1", why: "no answer" };
  await fx.record("test", [instanceUnhealthy(about)]);
  await castor.advance(minuteMs);
  expect(told(castor)[0]?.[1]).toMatchObject({ service: "shop", severity: "error" });
  await fx.record("test", [instanceHealthy(about)]);
  await castor.advance(6 * minuteMs);
  expect(kinds(castor)).toEqual(["opened new", "closed resolved"]);
});

test("hours that nobody has are an alert until somebody has them", async () => {
  const { castor } = await started();
  await using _ = castor;
  const fx = castor.castor.effects(alerts, { actor: { kind: "system", id: "test" } });
  const gap = {
    team: "shop",
    from: castor.clock.now() + 3_600_000,
    to: castor.clock.now() + 7_200_000,
  };
  await fx.record("test", [gapAhead(gap)]);
  await castor.advance(minuteMs);
  expect(told(castor)[0]?.[1]).toMatchObject({ severity: "warning" });
  await fx.record("test", [gapClosed({ ...gap, how: "covered" })]);
  await castor.advance(6 * minuteMs);
  expect(kinds(castor)).toEqual(["opened new", "closed resolved"]);
});
