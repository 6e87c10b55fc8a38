import { fileStores } from "./file.ts";
import { notes } from "./notes.testing.ts";

// Writes until it is killed, and prints what was acknowledged; for stores.test.ts.
const [folder = "", round = ""] = process.argv.slice(2);
const store = fileStores({ folder }).open(notes);
for (let n = 0; ; n += 10)
  await Promise.all(
    Array.from({ length: 10 }, async (_, i) => {
      const text = `${round}-${n + i}`;
      await store.write((tables) => tables.run("INSERT INTO notes (text) VALUES (?)", text));
      process.stdout.write(`${text}\n`);
    }),
  );
