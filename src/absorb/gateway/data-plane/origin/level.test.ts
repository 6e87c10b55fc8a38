import { expect, test } from "bun:test";
import { Level } from "./level.ts";

/** Random numbers that are the same each time. */
function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state * 1_664_525 + 1_013_904_223) % 4_294_967_296;
    return state / 4_294_967_296;
  };
}

/**
 * An instance that works on `workers` requests at once and lets the others wait, and a crowd that always uses up the level.
 * Virtual time; answers take `answerMs`, give or take a third.
 */
class Origin {
  now = 0;
  readonly level: Level;
  workers: number;
  answerMs: number;
  answered = 0;
  readonly #chance: () => number;
  readonly #busy: { sentAt: number; doneAt: number }[] = [];
  readonly #inside: number[] = [];

  constructor(of: { level: Level; workers: number; answerMs: number; seed: number }) {
    this.level = of.level;
    this.workers = of.workers;
    this.answerMs = of.answerMs;
    this.#chance = seeded(of.seed);
  }

  /** So long with so many who want to be served at once. */
  run(ms: number, wanting = Infinity): void {
    const until = this.now + ms;
    while (this.now < until) {
      this.#fill(Math.min(wanting, this.level.limit));
      const next = this.#busy.reduce((a, b) => (b.doneAt < a.doneAt ? b : a));
      this.now = next.doneAt;
      const taken = this.#busy.length + this.#inside.length;
      this.#busy.splice(this.#busy.indexOf(next), 1);
      this.answered++;
      this.level.sample(this.now - next.sentAt, this.now, taken);
    }
  }

  #fill(upTo: number): void {
    while (this.#busy.length + this.#inside.length < upTo) this.#inside.push(this.now);
    while (this.#busy.length < this.workers && this.#inside.length > 0) {
      const sentAt = this.#inside.shift() ?? this.now;
      const tookMs = this.answerMs * (0.67 + 0.66 * this.#chance());
      this.#busy.push({ sentAt, doneAt: this.now + tookMs });
    }
  }
}

const crowded = { min: 1, initial: 20, max: 200 };
const seeds = [1, 2, 3, 4, 5, 6];

for (const workers of [1, 2, 4, 20, 40]) {
  test(`an instance with ${workers} workers is kept busy, and little more waits inside it`, () => {
    for (const seed of workers < 10 ? seeds : seeds.slice(0, 2)) {
      const origin = new Origin({ level: new Level(crowded), workers, answerMs: 20, seed });
      origin.run(30_000);
      origin.answered = 0;
      let [sum, count, most] = [0, 0, 0];
      const startedAt = origin.now;
      while (origin.now < startedAt + 60_000) {
        origin.run(500);
        sum += origin.level.limit;
        count++;
        most = Math.max(most, origin.level.limit);
      }
      const capacity = (workers / origin.answerMs) * (origin.now - startedAt);
      expect(origin.answered).toBeGreaterThan(capacity * 0.95);
      expect(sum / count).toBeGreaterThanOrEqual(workers * 0.95);
      expect(sum / count).toBeLessThanOrEqual(workers * 2 + 1);
      expect(most).toBeLessThanOrEqual(workers * 3 + 2);
    }
  });
}

test("half an hour of a crowd does not make the loaded time look like the unloaded one", () => {
  const origin = new Origin({ level: new Level(crowded), workers: 20, answerMs: 20, seed: 7 });
  origin.run(1_800_000);
  expect(origin.level.limit).toBeLessThanOrEqual(45);
  expect(origin.level.unloadedMs).toBeLessThan(25);
});

test("an instance that has become slower for good gets its level back", () => {
  const origin = new Origin({ level: new Level(crowded), workers: 20, answerMs: 20, seed: 3 });
  origin.run(60_000);
  origin.answerMs = 60;
  origin.run(120_000);
  expect(origin.level.limit).toBeGreaterThanOrEqual(19);
  expect(origin.level.limit).toBeLessThanOrEqual(50);
});

test("an instance that lost most of its workers gets less within seconds", () => {
  const origin = new Origin({ level: new Level(crowded), workers: 40, answerMs: 20, seed: 3 });
  origin.run(60_000);
  origin.workers = 4;
  origin.run(40_000);
  expect(origin.level.limit).toBeLessThanOrEqual(14);
});

test("an instance that takes ever more gets it within seconds", () => {
  const origin = new Origin({ level: new Level(crowded), workers: 500, answerMs: 100, seed: 1 });
  origin.run(4_000);
  expect(origin.level.limit).toBe(200);
});

test("a level that nobody uses up stays as it is", () => {
  const origin = new Origin({ level: new Level(crowded), workers: 20, answerMs: 20, seed: 2 });
  origin.run(60_000, 3);
  expect(origin.level.limit).toBe(20);
  expect(origin.level.unloadedMs).toBeGreaterThan(15);
  expect(origin.level.unloadedMs).toBeLessThan(25);
});

test("a fixed level never moves", () => {
  const fixed = { min: 7, initial: 7, max: 7 };
  const origin = new Origin({ level: new Level(fixed), workers: 2, answerMs: 20, seed: 2 });
  origin.run(120_000);
  expect(origin.level.limit).toBe(7);
});
