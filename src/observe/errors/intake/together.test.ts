import { expect, test } from "bun:test";
import { memoryStores, virtualClock } from "#kernel/testing";
import { Keeping } from "./keep.ts";
import { inbox } from "./schema.ts";
import { Together } from "./together.ts";

const noteDown = (name: string) => ({
  write: (tables: { run(sql: string, ...by: unknown[]): void }) =>
    tables.run("INSERT INTO meta VALUES (?, '')", name),
});

test("what is written together fails alone, and takes no neighbour along", async () => {
  const clock = virtualClock();
  const store = memoryStores({ clock }).open(inbox);
  const together = new Together({ store, keeping: new Keeping() });
  let done: () => void = () => {};
  const others = together.expect(() => new Promise<void>((resolve) => (done = resolve)));
  // While something is being worked on, these gather; "b" comes twice and may not.
  const all = Promise.allSettled(
    ["a", "b", "b", "c"].map((name) => together.write(noteDown(name))),
  );
  done();
  await others;
  await clock.advance(1);
  for (let n = 0; n < 10; n++) await clock.advance(1);
  expect((await all).map(({ status }) => status)).toEqual([
    "fulfilled",
    "fulfilled",
    "rejected",
    "fulfilled",
  ]);
  const kept = store.tables.all<{ name: string }>("SELECT name FROM meta ORDER BY name");
  expect(kept.map(({ name }) => name)).toEqual(["a", "b", "c"]);
});
