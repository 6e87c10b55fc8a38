import { expect, test } from "bun:test";
import { Lanes } from "./lanes.ts";

test("one lane that is full holds up no other, and turns away what is too much", async () => {
  const lanes = new Lanes<string>({ goingMax: 2, waitingMax: 1 });
  const gates = Array.from({ length: 5 }, () => Promise.withResolvers<string>());
  const going: number[] = [];
  const flood = gates.map((gate, nth) =>
    lanes.through("flood", () => (going.push(nth), gate.promise)),
  );
  expect(await flood[3]).toBeUndefined();
  expect(await flood[4]).toBeUndefined();
  expect(going).toEqual([0, 1]);
  expect(await lanes.through("quiet", () => Promise.resolve("at once"))).toBe("at once");
  gates[0]?.reject(new Error("broken"));
  await expect(flood[0]).rejects.toThrow("broken");
  expect(going).toEqual([0, 1, 2]);
  gates[1]?.resolve("one");
  gates[2]?.resolve("two");
  expect(await Promise.all(flood.slice(1, 3))).toEqual(["one", "two"]);
  expect(await lanes.through("flood", () => Promise.resolve("again"))).toBe("again");
});
