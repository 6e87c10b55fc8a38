import { fileStores } from "../../src/kernel/stores/file.ts";
import { Keeping, worth } from "../../src/observe/errors/intake/keep.ts";
import type { Picture } from "../../src/observe/errors/intake/picture.ts";
import { Project } from "../../src/observe/errors/intake/projects.ts";
import { work } from "../../src/observe/errors/intake/ready.ts";
import { inbox } from "../../src/observe/errors/intake/schema.ts";
import { bugs, eventText } from "./sentry-events.ts";

const models = 600;
const togetherMax = 5_000;
const dayMs = 86_400_000;
/** Nothing reads it while events come in or are searched, so it stands for the ten kilobytes that it would be. */
const body = Bun.zstdCompressSync("{}");
const scrub = {
  keys: [],
  keepKeys: [],
  patterns: [],
  variables: "keep",
  addresses: "drop",
} as const;
const project: Picture["projects"][number] = {
  ...{
    number: 1,
    project: "bench",
    keys: [],
    scrub: { ...scrub, keys: [], keepKeys: [], patterns: [] },
  },
  ...{ eventsPerMinuteMax: 1e9, newIssuesPerHourMax: 1e9, owners: [] },
};

/**
 * Fills a store with so many events before the load: the first of each kind through the code that keeps them, the others as the rows that it writes, with words
 * that differ. One word is in one event only, `needle`. Arguments: folder of stores, how many.
 */
export async function seed(folder: string, events: number): Promise<void> {
  const store = fileStores({ folder }).open(inbox);
  const keeping = new Keeping();
  const now = Date.now();
  const owner = new Project(project, undefined);
  const made = Array.from({ length: models }, (_, n) => {
    const ready = work({
      payload: new TextEncoder().encode(eventText(n, Math.floor(bugs * (n / models) ** 2))),
      ...{ scrub: project.scrub, received: now, sentAt: undefined, address: "" },
      ids: [`e${n.toString(16).padStart(31, "0")}`],
      mapping: { project: 1, generation: 0 },
    });
    if (!ready || !("grouping" in ready)) throw new Error("An event of the benchmark is no event.");
    return ready;
  });
  await store.write((tables) => {
    for (const ready of made) keeping.keep(tables, { ...ready, project: owner });
    keeping.settle(tables);
  });
  const variants = made.map(({ grouping }) => {
    const row = store.tables.get<{ id: number; issue: string }>(
      "SELECT id, issue FROM variants WHERE exact = ?",
      grouping.exact,
    );
    if (!row) throw new Error("A variant is not there.");
    return row;
  });
  for (let from = models; from < events; from += togetherMax)
    await store.write((tables) => {
      for (let n = from; n < Math.min(events, from + togetherMax); n++) {
        const model = n % models;
        const ready = made[model];
        const { id, issue } = variants[model] ?? { id: 0, issue: "" };
        if (!ready) continue;
        const at = now - Math.floor((1 - n / events) * 7 * dayMs);
        const words = ready.words.replaceAll(/\d{5,}/g, (digits) => String(Number(digits) + n));
        tables.run(
          "INSERT INTO events (event, project, variant, at, received, release, environment, score) VALUES (?, 1, ?, ?, ?, ?, ?, ?)",
          ...[Buffer.from(`f${n.toString(16).padStart(31, "0")}`, "hex"), id, at, at],
          ...[ready.release ?? null, ready.environment ?? null, worth(n / models, false)],
        );
        tables.run("INSERT INTO bodies SELECT max(id), '', '', ? FROM events", body);
        tables.run(
          "INSERT INTO event_words (rowid, text) SELECT max(id), ? FROM events",
          n === events >> 1 ? `${words}\nneedle` : words,
        );
        tables.run("UPDATE variants SET events = events + 1 WHERE id = ?", id);
        tables.run("UPDATE issues SET events = events + 1 WHERE id = ?", issue);
      }
    });
  await store.close();
}

if (import.meta.main) await seed(process.argv[2] ?? "", Number(process.argv[3]));
