import { expect, test } from "bun:test";
import { Turns } from "./turns.ts";

test("a flood of one project waits behind itself, and another one's event comes next", async () => {
  const turns = new Turns(2);
  const order: string[] = [];
  const ends: (() => void)[] = [];
  const send = (project: number, name: string): Promise<void> =>
    turns.take(project, () => {
      order.push(name);
      return new Promise((end) => ends.push(end));
    });
  const step = async (): Promise<void> => {
    ends.shift()?.();
    await new Promise((soon) => setImmediate(soon));
  };
  const all = [1, 2, 3, 4, 5, 6].map((n) => send(1, `flood ${n}`));
  all.push(send(2, "quiet 1"), send(3, "other 1"), send(2, "quiet 2"));
  for (let n = 0; n < 9; n++) await step();
  await Promise.all(all);
  expect(order).toEqual([
    ...["flood 1", "flood 2", "flood 3", "quiet 1", "other 1"],
    ...["flood 4", "quiet 2", "flood 5", "flood 6"],
  ]);
});

test("work that fails hands its turn on", async () => {
  const turns = new Turns(1);
  const broken = turns.take(1, () => Promise.reject(new Error("broken")));
  const after = turns.take(1, () => Promise.resolve("done"));
  await expect(broken).rejects.toThrow("broken");
  expect(await after).toBe("done");
  expect(await turns.take(2, () => Promise.resolve("free"))).toBe("free");
});
