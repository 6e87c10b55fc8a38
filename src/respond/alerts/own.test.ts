import { expect, test } from "bun:test";
import { instanceHealthy, instanceUnhealthy } from "../../run/catalog/contract.ts";
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
