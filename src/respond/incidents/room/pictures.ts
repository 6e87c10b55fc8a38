import {
  BodyRefused,
  type Effects,
  ownStore,
  pictureAnswer,
  pictureType,
  readBytes,
  type Refusal,
  route,
  type Route,
  type Store,
  type StoreDef,
} from "#kernel";
import { book } from "../book.ts";
import { IncidentId, pictureRefused, unknownIncident, unknownItem } from "../contract.ts";

/** Pictures are no facts: they lie beside the log, by the hash of what they are, and the note that shows one names it. */
const store: StoreDef = {
  name: "pictures",
  migrations: [
    `CREATE TABLE pictures (incident TEXT NOT NULL, hash TEXT NOT NULL, type TEXT NOT NULL, bytes BLOB NOT NULL,
      at INTEGER NOT NULL, by TEXT NOT NULL, PRIMARY KEY (incident, hash)) STRICT;
     CREATE INDEX pictures_by_hash ON pictures (hash);`,
  ],
  cacheKb: 2_048,
  forgets: true,
};
export const pictureBytesMax = 5 * 1_048_576;
const picturesOfIncidentMax = 200;
const allBytesMax = 2 * 1_073_741_824;

const storeOf = (fx: Pick<Effects, "log" | "stores" | "signal">): Store => ownStore(fx, store);

async function keep(
  fx: Effects,
  of: { incident: string; bytes: Uint8Array; type: string },
): Promise<string | Refusal> {
  const { incident, bytes, type } = of;
  const hash = new Bun.CryptoHasher("sha256").update(bytes).digest("hex");
  const kept = storeOf(fx);
  if (kept.bytes() + bytes.length > allBytesMax)
    return pictureRefused("There is no room for more.");
  return await kept.write((tables) => {
    const { n = 0 } =
      tables.get<{ n: number }>(
        "SELECT count(*) AS n FROM pictures WHERE incident = ? AND hash <> ?",
        incident,
        hash,
      ) ?? {};
    if (n >= picturesOfIncidentMax)
      return pictureRefused(`It has ${picturesOfIncidentMax} pictures, as many as it may have.`);
    tables.run(
      "INSERT INTO pictures VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING",
      ...[incident, hash, type, bytes, fx.now, fx.actor.id],
    );
    return hash;
  });
}

/** Takes a picture for a note, as it is. The answer is the address that the note's Markdown shows. */
export const takePicture: Route = route("POST", "/api/incidents.picture", {
  about: "Keeps a picture for a note (PNG, JPEG, GIF or WebP); the body is the picture.",
  allow: "responder",
  serve: async (request, fx) => {
    const incident = IncidentId.safeParse(new URL(request.url).searchParams.get("incident")).data;
    if (incident === undefined || !fx.view(book)[incident]) return unknownIncident();
    let bytes: Uint8Array;
    try {
      bytes = await readBytes(request, pictureBytesMax);
    } catch (error) {
      // Only what was sent is at fault; what breaks here is told as broken.
      if (!(error instanceof BodyRefused)) throw error;
      return pictureRefused(`At most ${pictureBytesMax / 1_048_576} MB.`);
    }
    const type = pictureType(bytes);
    if (type === undefined) return pictureRefused("Send a PNG, JPEG, GIF or WebP.");
    const hash = await keep(fx, { incident, bytes, type });
    return typeof hash === "string"
      ? Response.json({ hash, url: `/api/incidents.picture/${hash}.${type.split("/")[1]}` })
      : hash;
  },
});

const address = /\/api\/incidents\.picture\/([0-9a-f]{64})/g;
/** The pictures that a note shows, by their hashes. */
export const picturesIn = (markdown: string): string[] => [
  ...new Set([...markdown.matchAll(address)].map(([, hash = ""]) => hash)),
];

type OfPerson = { incident: string; hashes: readonly string[]; postedBy: string };
const ofPerson = "incident = ? AND hash = ? AND by = ?";

/** Those of them that this person posted to this incident and that are there. */
export const postedBy = (fx: Effects, { incident, hashes, postedBy: by }: OfPerson): string[] =>
  hashes.filter((hash) =>
    storeOf(fx).tables.get(`SELECT 1 FROM pictures WHERE ${ofPerson}`, incident, hash, by),
  );

/** Forgets what this person posted of them to this incident: what another one has is evidence of its own. */
export async function forgetPictures(
  fx: Effects,
  { incident, hashes, postedBy: by }: OfPerson,
): Promise<void> {
  if (hashes.length === 0) return;
  await storeOf(fx).write((tables) => {
    for (const hash of hashes)
      tables.run(`DELETE FROM pictures WHERE ${ofPerson}`, incident, hash, by);
  });
}

export const showPicture: Route = route("GET", "/api/incidents.picture/:hash", {
  about: "A picture of a note.",
  allow: "viewer",
  serve: (request, fx) => {
    const [hash = ""] = (new URL(request.url).pathname.split("/").at(-1) ?? "").split(".");
    const found = storeOf(fx).tables.get<{ type: string; bytes: Uint8Array }>(
      "SELECT type, bytes FROM pictures WHERE hash = ? LIMIT 1",
      hash,
    );
    return Promise.resolve(
      found
        ? pictureAnswer(request, { hash, ...found })
        : unknownItem("There is no such picture (any more)."),
    );
  },
});
