import { expect, test } from "bun:test";
import { requests } from "../../../absorb/gateway/contract.ts";
import type { Replayed } from "../contract.ts";
import { minuteMs, started, told } from "../started.testing.ts";

type World = Awaited<ReturnType<typeof started>>;

async function replayed({ castor }: World, change: object, days = 1): Promise<Replayed> {
  const asked = castor.act("alerts.replay", { change: JSON.stringify(change), days });
  for (let n = 0; n < 50; n++) await castor.advance(20);
  return (await asked) as Replayed;
}

const soon = { route: { wait: "10s", interval: "30s" }, reopenWithin: "2m" };

/** Each of these alerts fires for a minute, six minutes apart. */
async function night({ castor, fire, iso }: World, names: readonly string[]): Promise<void> {
  for (const alertname of names) {
    const labels = { alertname, service: "shop" };
    await fire(labels, { endsAt: iso(60 * minuteMs) });
    await castor.advance(minuteMs);
    await fire(labels, { endsAt: iso(-1) });
    await castor.advance(5 * minuteMs);
  }
}

test("what is in force, replayed, pages as it did", async () => {
  const world = await started({ config: soon });
  await using _ = world.castor;
  await night(world, ["A", "B", "A", "C"]);
  const real = told(world.castor).filter(([kind, { quiet }]) => kind === "opened" && !quiet);
  const same = await replayed(world, {});
  expect([same.was, same.would]).toEqual([real.length, real.length]);
  expect([same.missed, same.later, same.extra]).toEqual([[], [], []]);
  expect(same.says).toBe(`Would have paged ${real.length} times instead of ${real.length}.`);
});

test("gathering more makes fewer pages of the same night, and misses none", async () => {
  const world = await started({ config: soon });
  await using _ = world.castor;
  await night(world, ["A", "B", "C", "D"]);
  const { was, would, missed } = await replayed(world, {
    route: { ...soon.route, groupBy: ["service"] },
    reopenWithin: "1h",
  });
  expect([was, would]).toEqual([4, 1]);
  // They are one thread; the later ones did not wake anybody anew.
  expect(missed.every(({ mattered }) => !mattered)).toBe(true);
});

const rule = {
  ...{ counter: "gateway.requests", where: { class: "5xx", service: "shop" } },
  ...{ above: 50, over: "1m", severity: "critical" },
};
async function outage({ castor, ports }: World, minutes: number, perTick: number): Promise<void> {
  for (let n = 0; n < minutes * 6; n++) {
    const of = { route: "all", service: "shop", class: "5xx" };
    if (perTick > 0) ports.counters.add(requests, of, perTick);
    await castor.advance(10_000);
  }
}

test("a longer hold misses the short outage, and says by how much", async () => {
  const world = await started({ config: { ...soon, rules: { failing: { ...rule, for: "2m" } } } });
  await using _ = world.castor;
  await outage(world, 5, 0);
  await outage(world, 4, 20);
  await outage(world, 6, 0);
  await outage(world, 12, 20);
  await outage(world, 5, 0);
  const found = await replayed(world, { rules: { failing: { ...rule, for: "6m" } } });
  expect([found.was, found.would]).toEqual([2, 1]);
  expect(found.missed).toMatchObject([{ rule: "failing", mattered: true }]);
  expect(found.missed[0]?.byMs).toBeWithin(minuteMs, 4 * minuteMs);
  expect(found.later[0]?.byMs).toBeWithin(3 * minuteMs, 6 * minuteMs);
  expect(found.says).toMatch(
    /^Would have paged once instead of 2, and missed the one of \d+ \w+ by \d min, and come up to \d+ min later\.$/,
  );
  const gone = await replayed(world, { rules: { failing: null } });
  expect(gone.would).toBe(0);
});

test("a rule that was not there yet is tried on what was counted", async () => {
  const world = await started();
  await using _ = world.castor;
  await outage(world, 2, 0);
  await outage(world, 5, 20);
  await outage(world, 2, 0);
  const found = await replayed(world, { rules: { failing: { ...rule, for: "2m" } } });
  expect([found.was, found.would]).toEqual([0, 1]);
  expect(found.extra).toMatchObject([{ rule: "failing", severity: "critical", service: "shop" }]);
});

test("one at a time replays the past", async () => {
  const world = await started();
  await using _ = world.castor;
  const first = world.castor.act("alerts.replay", { days: 1 });
  expect(await world.castor.act("alerts.replay", { days: 1 })).toMatchObject({
    problem: { type: "alerts.replay-busy" },
  });
  for (let n = 0; n < 20; n++) await world.castor.advance(20);
  expect(await first).toMatchObject({ was: 0, would: 0 });
});

test("a change that cannot be read is refused with the reason, and changes nothing", async () => {
  const world = await started();
  await using _ = world.castor;
  for (const change of ["rules: {a: {counter: nope}}", "intakes: {}", "- 1", "a: [", "route: 5"])
    expect(await world.castor.act("alerts.replay", { change, days: 1 })).toMatchObject({
      problem: { type: "alerts.replay-invalid" },
    });
});
