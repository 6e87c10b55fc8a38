import { expect, test } from "bun:test";
import { simulate } from "./simulate.ts";

const seeds = [1, 2, 3, 4, 5, 6, 7, 8];

test.each(seeds)(
  "world %i keeps every promise through kills and a failing disk, and leaves one trace",
  async (seed) => {
    const { broken } = await simulate(seed, 200);
    expect(
      broken.map((what) => `${what} (replay: npm run sim -- --seed ${seed} --steps 200)`),
    ).toEqual([]);
  },
  60_000,
);
