import { expect, setDefaultTimeout, test } from "bun:test";
import { testPorts } from "#kernel/testing";
import { outpostName } from "../intake/picture.ts";
import { inbox } from "../intake/schema.ts";
import { Watch } from "./watch.ts";

setDefaultTimeout(30_000);
const minuteMs = 60_000;
const stepMs = 5 * minuteMs;
const stepsPerHour = 12;

/** The watch over a real store, without the intake: events are rows, and time passes in steps of five minutes. */
function watching() {
  const ports = testPorts({ seed: 7 });
  const outpost = ports.outposts.open(outpostName, ports.stores);
  const store = outpost.stores.open(inbox);
  let watch = new Watch(outpost, store);
  const settings = { falsePagesPerWeek: 0.1, projects: new Map([[1, "shop"]]) };
  watch.configure(settings);
  let nth = 0;
  const happen = (issue: number, count: number, of: { person?: number } = {}): Promise<void> =>
    store.write((tables) => {
      tables.run(
        `INSERT OR IGNORE INTO variants (id, project, exact, near, algorithm, issue, why, culprit, first_at, last_at)
          VALUES (?, 1, ?, ?, 1, ?, '', '', 0, 0)`,
        ...[issue, `exact ${issue}`, `near ${issue}`, `shop-${issue}`],
      );
      for (let i = 0; i < count; i++)
        tables.run(
          `INSERT INTO events (event, project, variant, at, received, score, person)
            VALUES (?, 1, ?, ?, ?, 0, ?)`,
          ...[Buffer.from(String(++nth)), issue, ports.clock.now(), ports.clock.now()],
          of.person ?? nth,
        );
    });
  type Finding = { kind: string; issue?: string; project: string };
  const found = (): Finding[] =>
    store.tables
      .all<{ finding: string }>("SELECT finding FROM outbox ORDER BY id")
      .map(({ finding }) => JSON.parse(finding) as Finding);
  return {
    ...{ ports, store, happen, found },
    kinds: () => found().map(({ kind, issue }) => `${kind} ${issue ?? "project"}`),
    /** Events come by their rates an hour, by chance, and the watch looks. */
    pass: async (hours: number, perHour: readonly number[], traffic?: number): Promise<void> => {
      for (let step = 0; step < hours * stepsPerHour; step++) {
        for (const [i, rate] of perHour.entries()) {
          const count = poisson(rate / stepsPerHour, () => ports.clock.random());
          if (count > 0) await happen(i + 1, count);
        }
        if (traffic !== undefined)
          watch.hear(
            ports.clock.now(),
            new Map([
              [1, { lastFast: traffic / stepsPerHour, lastSlow: traffic, meanPerHour: 1_000 }],
            ]),
          );
        await watch.tick();
        await ports.clock.advance(stepMs);
        await watch.tick();
      }
    },
    look: () => watch.tick(),
    restart: () => {
      watch = new Watch(outpost, store);
      watch.configure(settings);
    },
  };
}

function poisson(mean: number, random: () => number): number {
  const end = Math.exp(-mean);
  let [count, product] = [0, random()];
  while (product > end) {
    count++;
    product *= random();
  }
  return count;
}

test("ordinary errors of a week are no spike, a burst is one, and it ends by itself", async () => {
  const { pass, happen, look, kinds } = watching();
  const rates = [0.1, 1, 5, 20];
  await pass(72, rates);
  expect(kinds()).toEqual([]);
  await happen(2, 100);
  await look();
  expect(kinds()).toEqual(["spiked shop-2"]);
  await pass(4, rates);
  expect(kinds()).toEqual(["spiked shop-2", "calmed shop-2"]);
});

test("one person's broken browser is no spike", async () => {
  const { pass, happen, look, kinds } = watching();
  await pass(24, [1]);
  await happen(1, 100, { person: 1 });
  await look();
  expect(kinds().filter((each) => each !== "spiked project")).toEqual([]);
});

test("ten times the traffic with ten times the errors is no spike", async () => {
  const { pass, kinds } = watching();
  await pass(48, [10], 1_000);
  await pass(2, [100], 10_000);
  expect(kinds()).toEqual([]);
});

test("what was learnt, and what is in alarm, outlives a restart, and nothing is told twice", async () => {
  const { pass, happen, look, kinds, restart } = watching();
  await pass(24, [5]);
  await happen(1, 200);
  await look();
  restart();
  await look();
  expect(kinds()).toEqual(["spiked shop-1"]);
  await pass(2, [5]);
  expect(kinds()).toEqual(["spiked shop-1", "calmed shop-1"]);
});

test("a project that always sends and stops is told once, and once more when it is heard again", async () => {
  const { pass, kinds } = watching();
  await pass(72, [20]);
  await pass(6, []);
  expect(kinds()).toEqual(["silent project"]);
  await pass(2, [20]);
  expect(kinds()).toEqual(["silent project", "heard project"]);
});

test("a rate that doubles slowly is told although no hour gives it away", async () => {
  const { pass, kinds } = watching();
  await pass(72, [20]);
  for (let more = 1; more <= 10; more++) await pass(3, [20 + 3 * more]);
  expect(kinds()).toContain("ramped shop-1");
  expect(kinds()).not.toContain("spiked shop-1");
});
