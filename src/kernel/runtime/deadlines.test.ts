import { expect, test } from "bun:test";
import * as z from "zod";
import { event } from "../contract.ts";
import { memoryDisk, openMemoryLog } from "../log/memory.ts";
import { capability } from "../manifest/capability.ts";
import { due } from "../manifest/effects.ts";
import { testCastor, testPorts } from "../testing.ts";

const set = event("alarms.set", z.object({ at: z.number() }), { says: () => "set" });

/** Alarm clocks that ring when they are due, over restarts. */
function alarms() {
  const rang: number[] = [];
  const slice = capability({
    ...{ id: "alarms", about: "Ring.", config: z.object({}), emits: [set] },
    reactions: [
      due(
        "alarms.ring",
        set,
        ({ event: { data } }) => data.at,
        async ({ position }) => {
          rang.push(position);
        },
      ),
    ],
  });
  const disk = memoryDisk();
  const ports = testPorts();
  const start = async () => {
    const log = openMemoryLog({ clock: ports.clock, disk });
    const castor = await testCastor([slice], {
      ports: { ...testPorts(), clock: ports.clock, log },
    });
    const fx = castor.castor.effects(slice, { actor: { kind: "system", id: "test" } });
    const marks = () => log.bookmarks.list("due/alarms.ring/").length;
    return { castor, marks, put: (at: number) => fx.record("all", [set({ at })]) };
  };
  return { rang, start, now: () => ports.clock.now() };
}

test("what is done leaves no marks behind, however long Castor runs", async () => {
  const { rang, start, now } = alarms();
  const { castor, marks, put } = await start();
  await using _ = castor;
  for (let i = 0; i < 1_000; i++) await put(now() + 1);
  await castor.advance(1_000);
  expect(rang).toHaveLength(1_000);
  expect(marks()).toBeLessThan(256);
});

test("behind one that waits for long nothing rings twice, also after a restart", async () => {
  const { rang, start, now } = alarms();
  const first = await start();
  await first.put(now() + 1_000_000);
  for (let i = 0; i < 600; i++) await first.put(now() + 1);
  await first.castor.advance(1_000);
  expect(rang).toHaveLength(600);
  await first.castor.castor.stop();
  const second = await start();
  await using _ = second.castor;
  await second.castor.advance(1_000_000);
  expect(rang).toHaveLength(601);
  expect(new Set(rang).size).toBe(601);
  await second.put(now() + 1);
  await second.castor.advance(1_000);
  expect(rang).toHaveLength(602);
});
