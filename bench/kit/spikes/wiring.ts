import type { Store } from "../../../src/kernel/index.ts";
import { testPorts } from "../../../src/kernel/testing.ts";
import { outpostName } from "../../../src/observe/errors/intake/picture.ts";
import { inbox } from "../../../src/observe/errors/intake/schema.ts";
import { Watch } from "../../../src/observe/errors/watch/watch.ts";
import { chances, hoursOf, type Regime } from "./regimes.ts";

const minuteMs = 60_000;
const stepMs = 5 * minuteMs;
const stepsPerHour = 12;
const hoursPerDay = 24;
/** Older events no window looks at any more. */
const keptMs = 3 * 60 * minuteMs;
/** In an ordinary hour. */
const requestsPerHour = 6_000;

export type Alarm = { hour: number; kind: string; of: string };
type Plan = {
  regimes: readonly Regime[];
  issuesEach: number;
  hours: number;
  falsePagesPerWeek: number;
  seed: number;
};

/**
 * The watch as it runs: its store, its bookmark, its windows of five minutes and of an hour over issues and over the project as a
 * whole, the gateway's traffic as exposure, and a restart every day. Events are rows; nothing is ever wrong, so each alarm is false.
 */
export async function alarmsOf(of: Plan): Promise<Alarm[]> {
  const ports = testPorts({ seed: of.seed });
  const { clock } = ports;
  const outpost = ports.outposts.open(outpostName, ports.stores);
  const store = outpost.stores.open(inbox);
  const begin = (): Watch => {
    const watch = new Watch(outpost, store);
    const projects = new Map([[1, "shop"]]);
    watch.configure({ falsePagesPerWeek: of.falsePagesPerWeek, projects });
    return watch;
  };
  const events = await eventsOf(of, store);
  let watch = begin();
  const alarms: Alarm[] = [];
  for (let hour = 0; hour < of.hours; hour++) {
    if (hour % hoursPerDay === 0) watch = begin();
    const happen = events(hour);
    for (let step = 0; step < stepsPerHour; step++) {
      await happen(step, clock.now());
      watch.hear(clock.now(), new Map([[1, trafficAt(hour, (step + 1) / stepsPerHour)]]));
      await watch.tick();
      await clock.advance(stepMs);
    }
    alarms.push(...(await taken(store, hour, clock.now() - keptMs)));
  }
  return alarms;
}

/** Every issue is one way in which one error happens; its hours are drawn beforehand, and each event falls into some five minutes. */
async function eventsOf(of: Plan, store: Store) {
  const chance = chances(of.seed);
  const issues = of.regimes.flatMap((regime) =>
    Array.from({ length: of.issuesEach }, () => hoursOf(regime, of.hours, chance)),
  );
  await store.write((tables) => {
    for (const issue of issues.keys())
      tables.run(
        `INSERT INTO variants (id, project, exact, near, algorithm, issue, why, culprit, first_at, last_at)
          VALUES (?, 1, ?, ?, 1, ?, '', '', 0, 0)`,
        ...[issue, `exact ${issue}`, `near ${issue}`, `shop-${issue}`],
      );
  });
  let nth = 0;
  return (hour: number) => {
    const steps: number[][] = Array.from({ length: stepsPerHour }, () => []);
    for (const [issue, hours] of issues.entries())
      for (let i = 0; i < (hours[hour]?.events ?? 0); i++)
        steps[Math.floor(chance() * stepsPerHour)]?.push(issue);
    return (step: number, at: number): Promise<void> =>
      store.write((tables) => {
        for (const issue of steps[step] ?? [])
          tables.run(
            `INSERT INTO events (event, project, variant, at, received, score, person)
              VALUES (?, 1, ?, ?, ?, 0, ?)`,
            ...[Buffer.from(String(++nth)), issue, at, at, nth],
          );
      });
  };
}

const exposureAt = (hour: number): number => 1 + 0.8 * Math.sin((2 * Math.PI * (hour % 24)) / 24);
const trafficAt = (hour: number, done: number) => ({
  lastFast: (requestsPerHour * exposureAt(hour)) / stepsPerHour,
  lastSlow: requestsPerHour * (exposureAt(hour) * done + exposureAt(hour - 1) * (1 - done)),
  meanPerHour: requestsPerHour,
});

/** What was told in the hour; what no window needs any more goes. */
const taken = (store: Store, hour: number, before: number): Promise<Alarm[]> =>
  store.write((tables) => {
    const found = tables.all<{ finding: string }>("SELECT finding FROM outbox");
    tables.run("DELETE FROM outbox");
    tables.run("DELETE FROM events WHERE received < ?", before);
    return found.flatMap(({ finding }) => {
      const { kind, issue = "project" } = JSON.parse(finding) as { kind: string; issue?: string };
      return ["spiked", "ramped", "silent"].includes(kind) ? [{ hour, kind, of: issue }] : [];
    });
  });
