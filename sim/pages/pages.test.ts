import { expect, test } from "bun:test";
import { climbsOrIsSeenTo, deliveriesAreProven } from "./invariants.ts";
import { simulatePages } from "./simulate.ts";
import { PagesWorld } from "./world.ts";

const seeds = [3, 10];

test("every alert that wakes people is seen to or keeps climbing, whatever fails, in a few nights of many", async () => {
  for (const seed of seeds) {
    const { broken, crashes, facts } = await simulatePages(seed);
    expect({ seed, broken }).toEqual({ seed, broken: [] });
    expect(facts).toBeGreaterThan(100);
    expect(crashes).toBeGreaterThan(0);
  }
}, 60_000);

test("a page that stops climbing, and a message that nobody sent, would be found", async () => {
  const night = await new PagesWorld(2).run();
  night.castor.abandon();
  const climb = night.facts.find(({ event }) => event.type === "paging.climbed");
  const { page } = (climb?.event.data ?? { page: "none" }) as { page: string };
  const without = night.facts.filter(({ event }) => {
    const about = (event.data as { page?: string }).page;
    return about !== page || event.type === "paging.triggered";
  });
  expect(climbsOrIsSeenTo({ ...night, facts: without }).join()).toContain(page);
  const unsent = night.facts.filter(({ event }) => event.type !== "paging.attempted");
  expect(deliveriesAreProven({ ...night, facts: unsent })).not.toEqual([]);
}, 30_000);
