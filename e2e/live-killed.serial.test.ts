import { expect, test } from "bun:test";
import { killRounds } from "../bench/kit/live/kills.ts";

test("a node is killed while a crowd answers: nothing acknowledged is lost, nothing counts twice, torn writes are cut off", async () => {
  const { acknowledged, lost, miscounted } = await killRounds({
    ...{ rounds: 3, participants: 20_000, batch: 8 },
  });
  expect(acknowledged).toBeGreaterThan(3 * 20_000 * 0.2);
  expect([lost, miscounted]).toEqual([0, 0]);
}, 60_000);
