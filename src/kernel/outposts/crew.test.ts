import { expect, test } from "bun:test";
import { join } from "node:path";
import { soloCrew, threadCrew } from "./crew.ts";
import { work } from "./trade.testing.ts";

const trade = { module: join(import.meta.dir, "trade.testing.ts"), work };

for (const [name, open] of [
  ["without a thread", () => soloCrew(trade)],
  ["two threads", () => threadCrew(trade, 2)],
] as const)
  test(`${name}: each job has its own answer, and one that fails fails alone`, async () => {
    const crew = open();
    const all = await Promise.allSettled(
      ["a", "bad", "c"].map((text) => crew.work({ text, bytes: new Uint8Array([1, 2]) })),
    );
    expect(all.map((each) => (each.status === "fulfilled" ? each.value.text : "failed"))).toEqual([
      "A2",
      "failed",
      "C2",
    ]);
    crew.close();
  });

test("a thread that ends in the middle fails what it had, and the next job finds another", async () => {
  const crew = threadCrew(trade, 1);
  await expect(crew.work({ text: "end", bytes: new Uint8Array() })).rejects.toThrow(
    "A thread broke",
  );
  expect((await crew.work({ text: "again", bytes: new Uint8Array() })).text).toBe("AGAIN0");
  crew.close();
});
