import { expect, test } from "bun:test";
import { newerNotes, notes } from "./notes.testing.ts";
import { type Stores, StoreUnusable } from "./stores.ts";

/** What every engine of stores promises. */
export function storesConformance(name: string, fresh: () => Stores): void {
  const is = (promise: string, check: (stores: Stores) => Promise<void>): void =>
    test(`${name}: ${promise}`, () => check(fresh()));
  const texts = (store: ReturnType<Stores["open"]>): string[] =>
    store.tables.all<{ text: string }>("SELECT text FROM notes ORDER BY id").map((row) => row.text);

  is("what was written is what is read, also after it was opened again", async (stores) => {
    const store = stores.open(notes);
    const id = await store.write((tables) => {
      tables.run("INSERT INTO notes (text) VALUES (?)", "one");
      return tables.get<{ id: number }>("SELECT id FROM notes WHERE text = ?", "one")?.id;
    });
    expect(id).toBe(1);
    expect(store.tables.get("SELECT 1 FROM notes WHERE id = 7")).toBeUndefined();
    await store.close();
    const again = stores.open(notes);
    expect(texts(again)).toEqual(["one"]);
    await again.close();
  });

  is("the room that is left on the disk is known", async (stores) => {
    const { freeBytes, totalBytes } = await stores.disk();
    expect(totalBytes).toBeGreaterThan(0);
    expect(freeBytes).toBeWithin(0, totalBytes + 1);
  });

  is("nothing is read before it is committed, and writers are served in order", async (stores) => {
    const store = stores.open(notes);
    const wishes = ["a", "b", "c"].map((text) =>
      store.write((tables) => tables.run("INSERT INTO notes (text) VALUES (?)", text)),
    );
    expect(texts(store)).toEqual([]);
    await Promise.all(wishes);
    expect(texts(store)).toEqual(["a", "b", "c"]);
    await store.close();
  });

  is("a write that throws undoes itself and no neighbour", async (stores) => {
    const store = stores.open(notes);
    const insert = (text: string, more?: () => void): Promise<void> =>
      store.write((tables) => {
        tables.run("INSERT INTO notes (text) VALUES (?)", text);
        more?.();
      });
    const all = await Promise.allSettled([
      insert("a"),
      insert("b", () => {
        throw new Error("changed its mind");
      }),
      insert("a"),
      insert("c"),
    ]);
    expect(all.map((each) => each.status)).toEqual([
      "fulfilled",
      "rejected",
      "rejected",
      "fulfilled",
    ]);
    expect(texts(store)).toEqual(["a", "c"]);
    await store.close();
  });

  is("closing finishes what waits, and takes nothing more", async (stores) => {
    const store = stores.open(notes);
    const wish = store.write((tables) => tables.run("INSERT INTO notes (text) VALUES ('late')"));
    await store.close();
    await wish;
    await expect(store.write(() => 1)).rejects.toThrow("closed");
    const again = stores.open(notes);
    expect(texts(again)).toEqual(["late"]);
    await again.close();
  });

  is("an older file is brought to the newest version, a newer one is refused", async (stores) => {
    const old = stores.open(notes);
    await old.write((tables) => tables.run("INSERT INTO notes (text) VALUES ('kept')"));
    await old.close();
    const now = stores.open(newerNotes);
    expect(
      now.tables.all<{ text: string; stars: number }>("SELECT text, stars FROM notes"),
    ).toEqual([{ text: "kept", stars: 3 }]);
    await now.close();
    expect(() => stores.open(notes)).toThrow(StoreUnusable);
  });

  is("a name that makes no file name is refused", async (stores) => {
    for (const bad of ["../notes", "a/b", "", "A", "a.b"])
      expect(() => stores.open({ ...notes, name: bad })).toThrow(TypeError);
  });
}
