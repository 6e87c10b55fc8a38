import { Database } from "bun:sqlite";
import { expect, test } from "bun:test";
import { mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { virtualClock } from "../clock/virtual.ts";
import { storesConformance } from "./conformance.ts";
import { fileStores } from "./file.ts";
import { GroupCommit } from "./group-commit.ts";
import { memoryStores } from "./memory.ts";
import { notes } from "./notes.testing.ts";
import { StoreFull, StoreUnknown, StoreUnusable } from "./stores.ts";

const folder = (): string => mkdtempSync(join(tmpdir(), "castor-stores-"));
const insert = "INSERT INTO notes (text) VALUES (?)";

storesConformance("files", () => fileStores({ folder: folder() }));
storesConformance("memory", () => memoryStores({ clock: virtualClock() }));

test("what is committed stands though there is no room to tidy up, and the next commit tries again", async () => {
  let tries = 0;
  const store = new GroupCommit({
    db: new Database(":memory:"),
    soon: (call) => call(),
    elapsedMs: () => 0,
    upkeep: () => {
      tries++;
      throw new StoreFull("no room for the checkpoint");
    },
  });
  await store.write((tables) => tables.run("CREATE TABLE notes (text TEXT)"));
  await store.write((tables) => tables.run(insert, "kept"));
  expect([tries, store.tables.all("SELECT text FROM notes")]).toEqual([2, [{ text: "kept" }]]);
});

test("a full disk refuses the write whole, says so, and takes writes again once there is room", async () => {
  const place = folder();
  const small = fileStores({ folder: place, bytesMax: 200_000 }).open(notes);
  await small.write((tables) => tables.run(insert, "before"));
  const large = "x".repeat(400_000);
  await expect(
    small.write((tables) => {
      tables.run(insert, "half");
      tables.run(insert, large);
    }),
  ).rejects.toBeInstanceOf(StoreFull);
  await small.write((tables) => tables.run(insert, "after"));
  expect(
    small.tables.all<{ text: string }>("SELECT text FROM notes").map((row) => row.text),
  ).toEqual(["before", "after"]);
  await small.close();
});

test("what a store that forgets has deleted is in none of its files any more", async () => {
  const place = folder();
  const store = fileStores({ folder: place }).open({ ...notes, forgets: true });
  const secret = "the password on the screen ";
  await store.write((tables) => tables.run(insert, secret.repeat(2_000)));
  const holds = (): boolean =>
    ["notes.db", "notes.db-wal"].some((file) =>
      readFileSync(join(place, file)).includes(secret.trim()),
    );
  expect(holds()).toBe(true);
  await store.write((tables) => tables.run("DELETE FROM notes"));
  expect(holds()).toBe(false);
  await store.close();
});

test("a damaged file is refused with the way out", async () => {
  const place = folder();
  const store = fileStores({ folder: place }).open(notes);
  await store.write((tables) => {
    for (let n = 0; n < 2_000; n++) tables.run(insert, `${n} ${"x".repeat(100)}`);
  });
  await store.close();
  const path = join(place, "notes.db");
  const bytes = readFileSync(path);
  bytes.fill(0xab, 3 * 8_192, 5 * 8_192);
  writeFileSync(path, bytes);
  expect(() => fileStores({ folder: place }).open(notes)).toThrow(StoreUnusable);
  expect(() => fileStores({ folder: place }).open(notes)).toThrow("move it aside");
});

test("a store has one writer", async () => {
  const stores = fileStores({ folder: folder() });
  const store = stores.open(notes);
  expect(() => stores.open(notes)).toThrow("a store has one writer");
  await store.close();
  await stores.open(notes).close();
});

test("in memory, no room is a definite no and a lost answer is an unknown one", async () => {
  const stores = memoryStores({ clock: virtualClock() });
  const store = stores.open(notes);
  stores.fail("full");
  await expect(store.write((tables) => tables.run(insert, "a"))).rejects.toBeInstanceOf(StoreFull);
  await store.write((tables) => tables.run(insert, "b"));
  stores.fail("unheard");
  await expect(store.write((tables) => tables.run(insert, "c"))).rejects.toBeInstanceOf(
    StoreUnknown,
  );
  await expect(store.write((tables) => tables.run(insert, "d"))).rejects.toBeInstanceOf(
    StoreUnknown,
  );
  await store.close();
  const again = stores.open(notes);
  expect(
    again.tables.all<{ text: string }>("SELECT text FROM notes").map((row) => row.text),
  ).toEqual(["b", "c"]);
});

test("in memory, a crash loses what waits and nothing else", async () => {
  const stores = memoryStores({ clock: virtualClock() });
  const store = stores.open(notes);
  await store.write((tables) => tables.run(insert, "kept"));
  let answered = false;
  void store.write((tables) => tables.run(insert, "lost")).then(() => (answered = true));
  stores.crash();
  await new Promise((resolve) => setImmediate(resolve));
  expect(answered).toBe(false);
  expect(
    stores
      .open(notes)
      .tables.all<{ text: string }>("SELECT text FROM notes")
      .map((row) => row.text),
  ).toEqual(["kept"]);
});

test("what was acknowledged is there after kill -9, whenever it comes", async () => {
  const place = folder();
  const script = join(import.meta.dir, "kill-writer.ts");
  let kept = 0;
  for (let round = 0; round < 3; round++) {
    const writer = Bun.spawn([process.execPath, script, place, `${round}`], { stdout: "pipe" });
    let acknowledged: string[] = [];
    for await (const chunk of writer.stdout) {
      acknowledged.push(...new TextDecoder().decode(chunk).split("\n").filter(Boolean));
      if (acknowledged.length > 300) break;
    }
    writer.kill("SIGKILL");
    await writer.exited;
    const store = fileStores({ folder: place }).open(notes);
    const found = new Set(
      store.tables.all<{ text: string }>("SELECT text FROM notes").map((row) => row.text),
    );
    // The last line may be cut in half.
    acknowledged = acknowledged.slice(0, -1);
    expect(acknowledged.filter((each) => !found.has(each))).toEqual([]);
    kept += acknowledged.length;
    await store.close();
  }
  expect(kept).toBeGreaterThan(800);
});
