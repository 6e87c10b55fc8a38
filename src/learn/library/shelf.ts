import { table } from "#kernel";
import { linksChecked, storiesDropped, storiesTaken } from "./contract.ts";

/** Every story, and the words in it. */
export const shelf = table("library.shelf", {
  version: 3,
  from: [storiesTaken, storiesDropped, linksChecked],
  schema: `
    CREATE TABLE library_shelf (
      rowid INTEGER PRIMARY KEY, id TEXT NOT NULL, source TEXT NOT NULL, category TEXT NOT NULL,
      kind TEXT NOT NULL, story TEXT NOT NULL, broken TEXT, UNIQUE (source, id)
    );
    CREATE INDEX library_shelf_by_category ON library_shelf (category);
    CREATE INDEX library_shelf_by_id ON library_shelf (id);
    CREATE TABLE library_shelf_tags (story INTEGER NOT NULL, tag TEXT NOT NULL, PRIMARY KEY (tag, story)) WITHOUT ROWID;
    CREATE INDEX library_shelf_tags_by_story ON library_shelf_tags (story);
    CREATE TABLE library_shelf_sources (source TEXT PRIMARY KEY, place TEXT NOT NULL, checked_at INTEGER) WITHOUT ROWID;
    CREATE VIRTUAL TABLE library_shelf_words USING fts5 (title, text, tags, tokenize = 'porter unicode61', prefix = '1 2 3');
  `,
  apply: (tables, { event, at }) => {
    const { source } = event.data;
    const rowOf = (id: string): number | undefined =>
      tables.get<{ rowid: number }>(
        "SELECT rowid FROM library_shelf WHERE source = ? AND id = ?",
        source,
        id,
      )?.rowid;
    const forget = (id: string): void => {
      const row = rowOf(id);
      if (row === undefined) return;
      tables.run("DELETE FROM library_shelf WHERE rowid = ?", row);
      tables.run("DELETE FROM library_shelf_tags WHERE story = ?", row);
      tables.run("DELETE FROM library_shelf_words WHERE rowid = ?", row);
    };
    if (event.type === "library.stories-dropped") {
      for (const id of event.data.ids) forget(id);
      const left = tables.get("SELECT 1 FROM library_shelf WHERE source = ? LIMIT 1", source);
      if (!left) tables.run("DELETE FROM library_shelf_sources WHERE source = ?", source);
    } else if (event.type === "library.links-checked") {
      const why = new Map(event.data.broken.map((each) => [each.id, each.why]));
      for (const id of event.data.checked) {
        const broken = why.get(id) ?? null;
        tables.run(
          "UPDATE library_shelf SET broken = ? WHERE source = ? AND id = ?",
          broken,
          source,
          id,
        );
      }
      tables.run("UPDATE library_shelf_sources SET checked_at = ? WHERE source = ?", at, source);
    } else {
      tables.run(
        "INSERT INTO library_shelf_sources VALUES (?, ?, NULL) ON CONFLICT DO UPDATE SET place = excluded.place",
        source,
        event.data.from,
      );
      for (const story of event.data.stories) {
        forget(story.id);
        const { id, category, kind, title, company = "", text, tags } = story;
        tables.run(
          "INSERT INTO library_shelf (id, source, category, kind, story) VALUES (?, ?, ?, ?, ?)",
          ...[id, source, category, kind, JSON.stringify(story)],
        );
        const row = rowOf(id) ?? 0;
        for (const tag of new Set(tags))
          tables.run("INSERT INTO library_shelf_tags VALUES (?, ?)", row, tag);
        tables.run(
          "INSERT INTO library_shelf_words (rowid, title, text, tags) VALUES (?, ?, ?, ?)",
          ...[row, `${company} ${title}`, text, tags.join(" ")],
        );
      }
    }
  },
});
