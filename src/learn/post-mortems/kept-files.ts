import {
  BodyRefused,
  type Effects,
  every,
  on,
  ownStore,
  pictureAnswer,
  pictureType,
  type Reaction,
  readBytes,
  route,
  type Route,
  type StoreDef,
  type Tables,
} from "#kernel";
import { erased } from "../../platform/privacy/contract.ts";
import { imported, notGenuine, unknownItem } from "./contract.ts";
import { docOf } from "./shelf.ts";

/** Files of folders that are being taken in, and the pictures of those that were; by the hash of what they are. */
export const keptFiles: StoreDef = {
  name: "post-mortem-files",
  migrations: [
    `CREATE TABLE files (hash TEXT PRIMARY KEY, at INTEGER NOT NULL, bytes BLOB NOT NULL) STRICT;
     CREATE TABLE keeps (post_mortem TEXT NOT NULL, hash TEXT NOT NULL, PRIMARY KEY (post_mortem, hash)) STRICT, WITHOUT ROWID;
     CREATE INDEX keeps_by_hash ON keeps (hash);`,
  ],
  cacheKb: 2_048,
  forgets: true,
};
export const fileBytesMax = 5 * 1_048_576;
const allBytesMax = 2 * 1_073_741_824;
/** So long a file waits for the folder that it belongs to. */
const waitsMs = 3_600_000;
/** It goes a little after it is refused: what was just taken in has its pictures. */
const upkeepEveryMs = 600_000;

const storeOf = (fx: Pick<Effects, "log" | "stores" | "signal">) => ownStore(fx, keptFiles);
const sha256 = (bytes: Uint8Array): string =>
  new Bun.CryptoHasher("sha256").update(bytes).digest("hex");
const isKept = "EXISTS (SELECT 1 FROM keeps WHERE keeps.hash = files.hash)";
const forgetLate = (tables: Pick<Tables, "run">, now: number): void =>
  tables.run(`DELETE FROM files WHERE at < ? AND NOT ${isKept}`, now - waitsMs - upkeepEveryMs);

export const takeFile: Route = route("POST", "/api/post-mortems.file", {
  about:
    "Takes one file of a folder that is to be imported; the body is the file. It is forgotten unless the folder comes within an hour.",
  allow: "operator",
  serve: async (request, fx) => {
    let bytes: Uint8Array;
    try {
      bytes = await readBytes(request, fileBytesMax);
    } catch (error) {
      // Only what was sent is at fault; what breaks here is told as broken.
      if (!(error instanceof BodyRefused)) throw error;
      return notGenuine(`A file has ${fileBytesMax / 1_048_576} MB at most.`);
    }
    const kept = storeOf(fx);
    const hash = sha256(bytes);
    const hasRoom = await kept.write((tables) => {
      forgetLate(tables, fx.now);
      if (kept.bytes() + bytes.length > allBytesMax) return false;
      tables.run(
        "INSERT INTO files VALUES (?, ?, ?) ON CONFLICT DO UPDATE SET at = excluded.at",
        ...[hash, fx.now, bytes],
      );
      return true;
    });
    return hasRoom ? Response.json({ sha256: hash }) : notGenuine("There is no room for more.");
  },
});

/** What was sent under this hash before; undefined where it was not, or is forgotten. */
export const fileOf = (fx: Effects, hash: string): Uint8Array | undefined =>
  storeOf(fx).tables.get<{ bytes: Uint8Array }>(
    `SELECT bytes FROM files WHERE hash = ? AND (at >= ? OR ${isKept})`,
    ...[hash, fx.now - waitsMs],
  )?.bytes;

/** Those of them that were sent as files. Doing it twice is as doing it once. */
export const keepPictures = (
  fx: Effects,
  postMortem: string,
  hashes: readonly string[],
): Promise<void> =>
  storeOf(fx).write((tables) => {
    for (const hash of hashes)
      tables.run(
        "INSERT OR IGNORE INTO keeps SELECT ?, hash FROM files WHERE hash = ?",
        ...[postMortem, hash],
      );
  });

export const showKept: Route = route("GET", "/api/post-mortems.picture/:hash", {
  about: "A picture of a post-mortem that came from another Castor.",
  allow: "viewer",
  serve: (request, fx) => {
    const [hash = ""] = (new URL(request.url).pathname.split("/").at(-1) ?? "").split(".");
    const found = storeOf(fx).tables.get<{ bytes: Uint8Array }>(
      `SELECT bytes FROM files WHERE hash = ? AND ${isKept}`,
      hash,
    );
    const type = found && pictureType(found.bytes);
    return Promise.resolve(
      type === undefined
        ? unknownItem("There is no such picture (any more).")
        : pictureAnswer(request, { hash, type, bytes: found?.bytes ?? new Uint8Array() }),
    );
  },
});

/** What a crash cut off is kept by the fact; of what was erased since, nothing is. */
const keepByFact: Reaction = on("post-mortems.keep-pictures", imported, async ({ event }, fx) => {
  const { postMortem, pictures = [] } = event.data;
  if (pictures.length > 0 && docOf(fx, postMortem)) await keepPictures(fx, postMortem, pictures);
});

/** With the text of an imported post-mortem go its pictures; what waits for another folder, or another one keeps, stays. */
const forgetKept: Reaction = on(
  "post-mortems.forget-pictures",
  erased,
  async ({ event: { data } }, fx) => {
    if (!data.subject.startsWith("pm-x")) return;
    await storeOf(fx).write((tables) => {
      const theirs = tables.all<{ hash: string }>(
        "SELECT hash FROM keeps WHERE post_mortem = ?",
        data.subject,
      );
      tables.run("DELETE FROM keeps WHERE post_mortem = ?", data.subject);
      for (const { hash } of theirs)
        tables.run(`DELETE FROM files WHERE hash = ? AND NOT ${isKept}`, hash);
    });
  },
);

export const fileReactions: readonly Reaction[] = [
  keepByFact,
  forgetKept,
  every("post-mortems.forget-files", upkeepEveryMs, (fx) =>
    storeOf(fx).write((tables) => forgetLate(tables, fx.now)),
  ),
];
