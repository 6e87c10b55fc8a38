import { expect, test } from "bun:test";
import { requests } from "../../../absorb/gateway/contract.ts";
import { rulesNow } from "../contract.ts";
import { started } from "../started.testing.ts";

test("the error budget that is left is what was counted says", async () => {
  const rules = { failing: { counter: "gateway.requests", where: { class: "5xx" }, above: 5 } };
  const objectives = { shop: { service: "shop", target: "99%" } };
  const { castor, ports } = await started({ config: { rules, objectives } });
  await using _ = castor;
  const count = (name: string, value: number): void =>
    ports.counters.add(requests, { route: "all", service: "shop", class: name }, value);
  expect((await castor.ask(rulesNow, {})).objectives[0]?.budgetLeft).toBe(null);
  count("2xx", 995);
  count("5xx", 5);
  count("4xx", 5_000);
  await castor.advance(10_000);
  const shown = await castor.ask(rulesNow, {});
  expect(shown.objectives[0]).toMatchObject({ valid: 1_000, bad: 5, target: 0.99 });
  expect(shown.objectives[0]?.budgetLeft).toBeCloseTo(0.5);
  expect(shown.objectives[0]?.windows.map(({ burn }) => burn.toFixed(3))).toEqual([
    ...["0.500", "0.500", "0.500"],
  ]);
  expect(shown.rules[0]).toMatchObject({
    says: "gateway.requests (class 5xx) above 5 requests within 5 min",
    firing: [],
  });
});
