import { expect, test } from "bun:test";
import { virtualClock } from "../clock/virtual.ts";
import { logConformance } from "./conformance.ts";
import { fact, failure, type LogWorld } from "./conformance-bench.ts";
import { Unavailable, Unknown } from "./log.ts";
import { type Fate, memoryDisk, openMemoryLog } from "./memory.ts";

logConformance("memory", (): LogWorld => {
  const disk = memoryDisk();
  const found = (position: number) => {
    const row = disk.rows[position - 1];
    if (!row) throw new Error(`There is no record ${position}.`);
    return row;
  };
  return {
    open: (of) => openMemoryLog({ ...of, disk }),
    clean: () => undefined,
    tamper: {
      changeData: (position, data) => void (disk.rows[position - 1] = { ...found(position), data }),
      remove: (position) => void disk.rows.splice(position - 1, 1),
      swap: (one, other) => {
        const [a, b] = [found(one), found(other)];
        disk.rows[one - 1] = { ...b, position: one };
        disk.rows[other - 1] = { ...a, position: other };
      },
    },
  };
});

const envelope = (id: string) => ({
  id,
  by: { kind: "system", id: "test" } as const,
  events: [fact("boat/1")],
});

test("an injected fate is what the writer is told, and a retry heals what is unknown", async () => {
  const fates: Fate[] = ["unavailable", "written but unknown", "written", "lost and unknown"];
  const fate = (): Fate => fates.shift() ?? "written";
  const log = openMemoryLog({ clock: virtualClock(), faults: { fate } });
  expect(await failure(log.append(envelope("a")))).toBeInstanceOf(Unavailable);
  expect(await failure(log.append(envelope("b")))).toBeInstanceOf(Unknown);
  expect(await log.append(envelope("b"))).toMatchObject({ position: 1, duplicate: true });
  expect(await failure(log.append(envelope("c")))).toBeInstanceOf(Unknown);
  expect(await log.append(envelope("c"))).toMatchObject({ position: 2, duplicate: false });
});

test("a delayed append is decided when its disk answers", async () => {
  const clock = virtualClock();
  const faults = { delayMs: ({ id }: { id: string }) => (id === "slow" ? 100 : 10) };
  const log = openMemoryLog({ clock, faults });
  const slow = log.append(envelope("slow"));
  const fast = log.append(envelope("fast"));
  await clock.advance(50);
  expect(await fast).toMatchObject({ position: 1 });
  expect(log.head()).toBe(1);
  await clock.advance(50);
  expect(await slow).toMatchObject({ position: 2 });
});

test("a torn log keeps a prefix of what waited, each envelope whole, and tells nobody which", async () => {
  const kept = new Set<number>();
  for (let seed = 1; seed <= 20; seed++) {
    const disk = memoryDisk();
    const clock = virtualClock({ seed });
    const log = openMemoryLog({ clock, disk });
    const events = [fact("boat/1"), fact("boat/2")];
    const ids = ["a", "b", "c"];
    const waiting = ids.map((id) => failure(log.append({ ...envelope(id), events })));
    log.tear();
    for (const why of await Promise.all(waiting)) expect(why).toBeInstanceOf(Unknown);
    const again = openMemoryLog({ clock, disk });
    expect(await again.verify()).not.toHaveProperty("brokenAt");
    expect(again.head() % 2).toBe(0);
    kept.add(again.head());
    for (const id of ids) await again.append({ ...envelope(id), events });
    expect(again.head()).toBe(6);
  }
  expect(kept.size).toBeGreaterThan(1);
});
