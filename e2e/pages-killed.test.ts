import { expect, test } from "bun:test";
import { killRounds } from "../bench/kit/pages/rounds.ts";

const rounds = 4;
const seed = 7;
const testMsMax = 90_000;

test(
  `killed ${rounds} times while channels fail, delay and drop, Castor loses no page, and the proof is true`,
  async () => {
    const { wrong, kills, alerts, acknowledged, duplicatesPerKill } = await killRounds({
      ...{ rounds, seed, stepS: 1 },
    });
    expect(wrong).toEqual([]);
    expect(kills).toBe(rounds);
    expect(alerts).toBeGreaterThan(0);
    expect(acknowledged).toBe(alerts);
    expect(duplicatesPerKill).toBeLessThanOrEqual(1);
  },
  testMsMax,
);
