import { memoryDisk, openMemoryLog, testPorts } from "#kernel/testing";
import { expect, test } from "bun:test";
import { requests } from "../../../absorb/gateway/contract.ts";
import { admitted, people } from "../../../absorb/waiting-room/contract.ts";
import { alerts } from "../index.ts";
import { kinds, minuteMs, started, told } from "../started.testing.ts";

type World = Awaited<ReturnType<typeof started>>;
const rules = {
  failing: {
    ...{
      counter: "gateway.requests",
      where: { service: "shop", class: "5xx" },
      of: { service: "shop" },
    },
    ...{ above: "5%", over: "2m", for: "4m", severity: "critical" },
    summary: "{value} of requests to {service} fail",
  },
};
const config = { rules, route: { wait: "1s", interval: "1m" } };

/** So many good and bad requests in each ten seconds. */
async function carry({ castor, ports }: World, minutes: number, of: { good: number; bad: number }) {
  for (let n = 0; n < minutes * 6; n++) {
    const count = (name: string, value: number): void =>
      ports.counters.add(requests, { route: "all", service: "shop", class: name }, value);
    count("2xx", of.good);
    if (of.bad > 0) count("5xx", of.bad);
    await castor.advance(10_000);
  }
}
const happened = (world: World): string[] =>
  world.castor.types().filter((type) => type.startsWith("alerts.rule-"));

test("what the gateway counted fires a rule, pages, and ends", async () => {
  const world = await started({ config });
  await using _ = world.castor;
  await carry(world, 3, { good: 50, bad: 0 });
  await carry(world, 6, { good: 50, bad: 10 });
  expect(happened(world)).toEqual(["alerts.rule-fired"]);
  expect(told(world.castor)[0]?.[1]).toMatchObject({
    ...{ severity: "critical", service: "shop" },
    title: expect.stringMatching(/^1\d(\.\d)? % of requests to shop fail$/),
  });
  await carry(world, 7, { good: 50, bad: 0 });
  expect(happened(world)).toEqual(["alerts.rule-fired", "alerts.rule-ended"]);
  expect(kinds(world.castor).at(-1)).toBe("closed resolved");
});

test("a hold goes on over a restart, and what fires is not told twice", async () => {
  const ports = testPorts();
  const disk = memoryDisk();
  const log = () => openMemoryLog({ clock: ports.clock, disk });
  const first = await started({ config, ports: { ...ports, log: log() } });
  await carry(first, 3, { good: 50, bad: 0 });
  await carry(first, 3, { good: 50, bad: 10 });
  expect(happened(first)).toEqual([]);
  ports.stores.crash();
  await first.castor[Symbol.asyncDispose]();
  const second = await started({ config, ports: { ...ports, log: log() } });
  await carry(second, 2, { good: 50, bad: 10 });
  expect(happened(second)).toEqual(["alerts.rule-fired"]);
  await second.castor[Symbol.asyncDispose]();
  const third = await started({ config, ports: { ...ports, log: log() } });
  await using _ = third.castor;
  await carry(third, 2, { good: 50, bad: 10 });
  expect(happened(third)).toEqual(["alerts.rule-fired"]);
  expect(kinds(third.castor).filter((kind) => kind === "opened new")).toHaveLength(1);
  await carry(third, 7, { good: 50, bad: 0 });
  expect(happened(third)).toEqual(["alerts.rule-fired", "alerts.rule-ended"]);
});

test("what could not be told is told as soon as the log takes it", async () => {
  const ports = testPorts();
  let refused = 0;
  const fate = ({ events }: { events: readonly { type: string }[] }) =>
    events.some(({ type }) => type === "alerts.rule-fired") && refused++ < 2
      ? ("unavailable" as const)
      : ("written" as const);
  const log = openMemoryLog({ clock: ports.clock, faults: { fate } });
  const world = await started({ config, ports: { ...ports, log } });
  await using _ = world.castor;
  await carry(world, 8, { good: 50, bad: 10 });
  expect(refused).toBeGreaterThan(1);
  expect(happened(world)).toEqual(["alerts.rule-fired"]);
  expect(kinds(world.castor)).toEqual(["opened new"]);
});

test("a rule that is gone from the configuration leaves no alert behind", async () => {
  const world = await started({ config });
  await using _ = world.castor;
  await carry(world, 8, { good: 50, bad: 10 });
  expect(happened(world)).toEqual(["alerts.rule-fired"]);
  world.castor.castor.configure({ alerts: alerts.config.parse({}) });
  await world.castor.advance(minuteMs);
  expect(happened(world)).toEqual(["alerts.rule-fired", "alerts.rule-ended"]);
});

test("what rises from nothing, and has no name, fires and ends like anything else", async () => {
  const rise = { counter: "gateway.requests", by: ["service"], rises: "100%", over: "1m" };
  const world = await started({ config: { ...config, rules: { rise: { ...rise, for: "0s" } } } });
  await using _ = world.castor;
  await world.castor.advance(3 * minuteMs);
  for (let n = 0; n < 6; n++) {
    world.ports.counters.add(requests, { route: "all", service: "", class: "2xx" }, 60);
    await world.castor.advance(10_000);
  }
  expect(happened(world)).toEqual(["alerts.rule-fired"]);
  await world.castor.advance(6 * minuteMs);
  expect(happened(world)).toEqual(["alerts.rule-fired", "alerts.rule-ended"]);
  expect(kinds(world.castor)).toEqual(["opened new", "closed resolved"]);
});

test("a room whose line grows faster than it is let in is told, one that drains is not", async () => {
  const world = await started();
  await using _ = world.castor;
  for (let minute = 0; minute < 14; minute++) {
    world.ports.counters.add(admitted, { room: "hall", how: "queue" }, 5);
    world.ports.counters.add(admitted, { room: "foyer", how: "queue" }, 500);
    for (const room of ["hall", "foyer"])
      world.ports.counters.add(people, { room, what: "waiting" }, 100 + minute * 40);
    await world.castor.advance(minuteMs);
  }
  const opened = told(world.castor).filter(([kind]) => kind === "opened");
  expect(opened.map(([, { labels }]) => labels["room"])).toEqual(["hall"]);
  expect(opened[0]?.[1].title).toMatch(/people wait in hall and more come than are let in/);
});
