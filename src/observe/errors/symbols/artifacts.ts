import type { Store, StoreDef, Tables } from "#kernel";
import type { UploadedMap, Unpacked } from "./bundle.ts";
import { debugKey, urlKey } from "./keys.ts";

/**
 * Source maps and what they are found by: `keys` lead to a map, or, of a script, to the key of its map. What arrived waits in
 * `arrivals` until stored events were looked through for it.
 */
const first = `
CREATE TABLE chunks (sha1 TEXT PRIMARY KEY, body BLOB NOT NULL, at INTEGER NOT NULL) WITHOUT ROWID, STRICT;
CREATE TABLE bundles (id TEXT PRIMARY KEY, at INTEGER NOT NULL) WITHOUT ROWID, STRICT;
CREATE TABLE maps (
  id INTEGER PRIMARY KEY, hash TEXT NOT NULL UNIQUE, bytes INTEGER NOT NULL, used_at INTEGER NOT NULL, body BLOB NOT NULL
) STRICT;
CREATE INDEX maps_by_use ON maps (used_at);
CREATE TABLE keys (
  project INTEGER NOT NULL, key TEXT NOT NULL, map INTEGER, leads_to TEXT, at INTEGER NOT NULL, PRIMARY KEY (project, key)
) WITHOUT ROWID, STRICT;
CREATE INDEX keys_by_map ON keys (map);
CREATE TABLE arrivals (project INTEGER NOT NULL, key TEXT NOT NULL, PRIMARY KEY (project, key)) WITHOUT ROWID, STRICT;
`;
export const mapsStore: StoreDef = { name: "errors-maps", migrations: [first] };

/** Whose a bundle is, and of which release. */
export type Bundle = {
  checksum: string;
  chunks: string[];
  projects: number[];
  release?: string | undefined;
  dist?: string | undefined;
};
/** Maps for a thread, by their hashes; a key without a map has an empty one. */
export type Given = {
  found: { key: string; map: string }[];
  bodies: { map: string; body: Uint8Array }[];
};

const chunksKeptMs = 24 * 3_600_000;
const bundlesMax = 10_000;
const usedEveryMs = 600_000;
const keysTogether = 200;

let generations = 0;

/** Source maps that were uploaded, and the pieces of those that are on their way. */
export class Artifacts {
  /** Raised by each upload: what was looked for and not there may be there now. */
  generation = ++generations;
  readonly #store: Store;
  #projects: Set<number>;

  constructor(store: Store) {
    this.#store = store;
    const rows = store.tables.all<{ project: number }>("SELECT DISTINCT project FROM keys");
    this.#projects = new Set(rows.map((each) => each.project));
  }

  /** Has anybody uploaded for it? If not, nothing is looked for. */
  has(project: number): boolean {
    return this.#projects.has(project);
  }

  bytes(): number {
    return this.#store.bytes();
  }

  missing(chunks: readonly string[]): string[] {
    return chunks.filter(
      (sha1) => !this.#store.tables.get("SELECT 1 FROM chunks WHERE sha1 = ?", sha1),
    );
  }

  async putChunk(sha1: string, body: Uint8Array, now: number): Promise<void> {
    await this.#store.write((tables) =>
      tables.run("INSERT OR REPLACE INTO chunks VALUES (?, ?, ?)", sha1, body, now),
    );
  }

  chunk(sha1: string): Uint8Array | undefined {
    const find = "SELECT body FROM chunks WHERE sha1 = ?";
    return this.#store.tables.get<{ body: Uint8Array }>(find, sha1)?.body;
  }

  isAssembled(id: string): boolean {
    return this.#store.tables.get("SELECT 1 FROM bundles WHERE id = ?", id) !== undefined;
  }

  /** What came out of a bundle, whole or not at all; its pieces go. */
  async put(
    id: string,
    of: Bundle,
    { maps, scripts }: Exclude<Unpacked, { fault: string }>,
    now: number,
  ): Promise<void> {
    await this.#store.write((tables) => {
      for (const map of maps) {
        const row = putMap(tables, map, now);
        const urls = [...new Set(map.urls)].flatMap((url) => keyOf(of, url));
        for (const key of [...new Set(map.debugIds)].map(debugKey).concat(urls))
          putKey(tables, of, key, { map: row, now });
      }
      for (const { url, map } of scripts)
        for (const key of keyOf(of, url))
          putKey(tables, of, key, { leadsTo: keyOf(of, map)[0] ?? "", now });
      tables.run("INSERT OR REPLACE INTO bundles VALUES (?, ?)", id, now);
      for (const sha1 of of.chunks) tables.run("DELETE FROM chunks WHERE sha1 = ?", sha1);
    });
    this.generation = ++generations;
    for (const project of of.projects) this.#projects.add(project);
  }

  /** The hash of the map behind a key; empty when there is none. */
  find(project: number, key: string): string {
    const find =
      "SELECT leads_to, hash FROM keys k LEFT JOIN maps m ON m.id = k.map WHERE project = ? AND key = ?";
    type Row = { leads_to: string | null; hash: string | null };
    const row = this.#store.tables.get<Row>(find, project, key);
    if (!row?.leads_to) return row?.hash ?? "";
    return this.#store.tables.get<Row>(find, project, row.leads_to)?.hash ?? "";
  }

  /** Maps for a thread that knows none of these keys. */
  give(project: number, keys: readonly string[], now: number): Given {
    const found = keys.map((key) => ({ key, map: this.find(project, key) }));
    const maps = [...new Set(found.map((each) => each.map))].filter((map) => map !== "");
    const bodies = maps.flatMap((map) => {
      const row = this.#store.tables.get<{ body: Uint8Array; used_at: number }>(
        "SELECT body, used_at FROM maps WHERE hash = ?",
        map,
      );
      if (row && now - row.used_at > usedEveryMs) this.#use(map, now);
      return row ? [{ map, body: row.body }] : [];
    });
    return { found, bodies };
  }

  arrivals(): { project: number; key: string }[] {
    return this.#store.tables.all("SELECT project, key FROM arrivals LIMIT ?", keysTogether);
  }

  async arrived(keys: readonly { project: number; key: string }[]): Promise<void> {
    await this.#store.write((tables) => {
      for (const { project, key } of keys)
        tables.run("DELETE FROM arrivals WHERE project = ? AND key = ?", project, key);
    });
  }

  /** Drops what is too old, then what was not used for longest while there is too much. */
  async makeRoom(of: { bytesMax: number; before: number; now: number }): Promise<void> {
    await this.#store.write((tables) => {
      tables.run("DELETE FROM chunks WHERE at < ?", of.now - chunksKeptMs);
      tables.run(
        "DELETE FROM bundles WHERE id IN (SELECT id FROM bundles ORDER BY at DESC LIMIT -1 OFFSET ?)",
        bundlesMax,
      );
      for (const { id } of tables.all<{ id: number }>(
        "SELECT id FROM maps WHERE used_at < ? LIMIT ?",
        ...[of.before, keysTogether],
      ))
        dropMap(tables, id);
    });
    while (this.#store.bytes() > of.bytesMax) {
      const oldest = this.#store.tables.get<{ id: number }>(
        "SELECT id FROM maps ORDER BY used_at, id LIMIT 1",
      );
      if (!oldest) {
        await this.#store.write((tables) => tables.run("DELETE FROM chunks"));
        break;
      }
      await this.#store.write((tables) => dropMap(tables, oldest.id));
    }
  }

  /** How many maps a release has. */
  count(project: number, release: string): number {
    const prefix = urlKey(release, undefined, "").trimEnd();
    const row = this.#store.tables.get<{ maps: number }>(
      "SELECT count(DISTINCT map) AS maps FROM keys WHERE project = ? AND key > ? AND key < ?",
      ...[project, `${prefix}\n`, `${prefix}\u000b`],
    );
    return row?.maps ?? 0;
  }

  async close(): Promise<void> {
    await this.#store.close();
  }

  #use(map: string, now: number): void {
    // When it is not written, the map is only thought to be older than it is.
    this.#store
      .write((tables) => tables.run("UPDATE maps SET used_at = ? WHERE hash = ?", now, map))
      .catch(() => {});
  }
}

const keyOf = ({ release, dist }: Bundle, url: string): string[] =>
  release === undefined ? [] : [urlKey(release, dist, url)];

function putMap(tables: Tables, { hash, body, bytes }: UploadedMap, now: number): number {
  const row = tables.get<{ id: number }>(
    `INSERT INTO maps (hash, bytes, used_at, body) VALUES (?, ?, ?, ?)
      ON CONFLICT (hash) DO UPDATE SET used_at = excluded.used_at RETURNING id`,
    ...[hash, bytes, now, body],
  );
  if (!row) throw new Error("A map that was written is not there.");
  return row.id;
}

function putKey(
  tables: Tables,
  { projects }: Bundle,
  key: string,
  to: { map?: number; leadsTo?: string; now: number },
): void {
  for (const project of projects) {
    tables.run(
      "INSERT OR REPLACE INTO keys VALUES (?, ?, ?, ?, ?)",
      ...[project, key, to.map ?? null, to.leadsTo ?? null, to.now],
    );
    tables.run("INSERT OR IGNORE INTO arrivals VALUES (?, ?)", project, key);
  }
}

function dropMap(tables: Tables, id: number): void {
  tables.run("DELETE FROM keys WHERE map = ?", id);
  tables.run("DELETE FROM maps WHERE id = ?", id);
  // What is uploaded again is to be taken again.
  tables.run("DELETE FROM bundles");
}
