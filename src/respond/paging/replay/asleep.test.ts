import { memoryDisk, openMemoryLog, testCastor, testPorts } from "#kernel/testing";
import { expect, test } from "bun:test";
import { settings } from "../../../platform/settings/index.ts";
import { looks } from "../../alerts/contract.ts";
import { absencesSince, awakeAt } from "./asleep.ts";

const minuteMs = 60_000;

test("Castor was away from its last look to its next start, however long it had nothing to say before", async () => {
  const { clock, counters } = testPorts();
  const disk = memoryDisk();
  const lives = async (minutes: number): Promise<void> => {
    const log = openMemoryLog({ disk, clock });
    await using castor = await testCastor([settings], { ports: { ...testPorts({ clock }), log } });
    for (let n = 0; n < minutes * 6; n++) {
      counters.add(looks, {});
      await castor.advance(10_000);
    }
  };
  await lives(30);
  const diedAt = clock.now();
  await clock.advance(20 * minuteMs + 15_000);
  const backAt = clock.now();
  await lives(2);
  await clock.advance(30_000);
  await lives(1);
  const log = openMemoryLog({ disk, clock });
  const found = absencesSince({ log, counters, now: clock.now() }, 0);
  expect(found).toMatchObject([{ to: backAt }]);
  expect(found[0]?.from).toBeWithin(diedAt - 1, diedAt + minuteMs + 1);
});

test("what fell into an absence comes right after it", () => {
  const absences = [
    { from: 10, to: 20 },
    { from: 30, to: 40 },
  ];
  expect([5, 10, 19, 20, 35, 50].map((at) => awakeAt(absences, at))).toEqual([
    ...[5, 20, 20, 20, 40, 50],
  ]);
});
